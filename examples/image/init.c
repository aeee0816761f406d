// The only process of the machine: it maps the dm-verity volume, loads and activates the policy,
// and shows that the volume's program runs, while a copy of it on a tmpfs does not.
//
// The initramfs has /policy.p7b, /policy.name (the policy's name) and /volume.table (the volume's
// sectors, and its dm-verity table).

#include <errno.h>
#include <fcntl.h>
#include <linux/dm-ioctl.h>
#include <linux/reboot.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

static void stop(const char* where) {
  if (where) printf("image: FAILED: %s: %s\n", where, strerror(errno));
  fflush(stdout);
  sync();
  /* QEMU ends at a restart; without ACPI, the kernel cannot switch the machine off. */
  reboot(LINUX_REBOOT_CMD_RESTART);
  _exit(1);
}

static size_t read_file(const char* path, char* bytes, size_t room) {
  const int file = open(path, O_RDONLY);
  if (file < 0) stop(path);
  size_t size = 0;
  ssize_t got;
  while ((got = read(file, bytes + size, room - size)) > 0) size += (size_t)got;
  if (got < 0 || size == room) stop(path);
  close(file);
  return size;
}

// In one call: IPE takes a policy as one write.
static void write_file(const char* path, const char* bytes, size_t size) {
  const int file = open(path, O_WRONLY | O_CREAT, 0755);
  if (file < 0 || write(file, bytes, size) != (ssize_t)size) stop(path);
  close(file);
}

static void ask_mapper(int control, unsigned long request, struct dm_ioctl* head, unsigned flags) {
  head->version[0] = DM_VERSION_MAJOR;
  head->version[1] = head->version[2] = 0;
  head->data_size = 8192;
  head->data_start = sizeof *head;
  head->flags = flags;
  strcpy(head->name, "usr");
  if (ioctl(control, request, head) != 0) stop("device-mapper");
}

// The device /dev/usr.
static void map_volume(void) {
  static union {
    struct dm_ioctl head;
    char bytes[8192];
  } request;
  static char table[4096];
  table[read_file("/volume.table", table, sizeof table)] = '\0';
  char* parameters = table;
  const unsigned long long sectors = strtoull(table, &parameters, 10);

  mkdir("/dev/mapper", 0755);
  mknod("/dev/mapper/control", S_IFCHR | 0600, makedev(10, 236));
  const int control = open("/dev/mapper/control", O_RDWR);
  if (control < 0) stop("/dev/mapper/control");
  ask_mapper(control, DM_DEV_CREATE, &request.head, 0);
  const dev_t device = makedev(major(request.head.dev), minor(request.head.dev));

  memset(&request, 0, sizeof request);
  struct dm_target_spec* target = (void*)(request.bytes + sizeof request.head);
  request.head.target_count = 1;
  target->length = sectors;
  strcpy(target->target_type, "verity");
  strcpy((char*)(target + 1), parameters + 1);
  ask_mapper(control, DM_TABLE_LOAD, &request.head, DM_READONLY_FLAG);
  memset(&request, 0, sizeof request);
  ask_mapper(control, DM_DEV_SUSPEND, &request.head, 0);
  close(control);
  if (mknod("/dev/usr", S_IFBLK | 0600, device) != 0) stop("/dev/usr");
}

static void load_policy(void) {
  static char bytes[70000], name[256], path[512];
  const size_t size = read_file("/policy.p7b", bytes, sizeof bytes);
  write_file("/sys/kernel/security/ipe/new_policy", bytes, size);
  name[read_file("/policy.name", name, sizeof name)] = '\0';
  name[strcspn(name, "\n")] = '\0';
  snprintf(path, sizeof path, "/sys/kernel/security/ipe/policies/%s/active", name);
  write_file(path, "1", 1);
  printf("image: policy %s is active\n", name);
}

static void run_program(const char* path) {
  fflush(stdout);
  const pid_t child = fork();
  if (child == 0) {
    execl(path, path, (char*)NULL);
    _exit(errno == EACCES ? 126 : 127);
  }
  int status = 0;
  waitpid(child, &status, 0);
  const int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  printf("image: %s: %s\n", path, code == 0 ? "ran" : code == 126 ? "denied" : "failed");
}

int main(void) {
  static char program[1 << 21];
  mkdir("/dev", 0755);
  mkdir("/sys", 0755);
  mkdir("/tmp", 01777);
  mkdir("/usr", 0755);
  mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
  const int console = open("/dev/console", O_RDWR);
  for (int fd = 0; fd < 3; fd++) dup2(console, fd);
  if (mount("sysfs", "/sys", "sysfs", 0, NULL) != 0) stop("/sys");
  if (mount("securityfs", "/sys/kernel/security", "securityfs", 0, NULL) != 0) stop("securityfs");
  if (mount("tmpfs", "/tmp", "tmpfs", 0, NULL) != 0) stop("/tmp");
  map_volume();
  if (mount("/dev/usr", "/usr", "ext4", MS_RDONLY, NULL) != 0) stop("/usr");
  write_file("/tmp/hello", program, read_file("/usr/bin/hello", program, sizeof program));
  load_policy();
  run_program("/usr/bin/hello");
  run_program("/tmp/hello");
  puts("image: done");
  stop(NULL);
}
