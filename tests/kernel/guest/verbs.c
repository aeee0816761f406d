/* The verbs that set the guest up and manage policies; those that ask for a decision are in
 * actions.c. */
#define _GNU_SOURCE
#include "verbs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/dm-ioctl.h>
#include <linux/fsverity.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define IPE "/sys/kernel/security/ipe/"

/* A memfd made by the verb of that name stays open here, so that it has a path under /proc/self/fd.
 */
enum { MEMFD = 50 };

long read_whole(const char* path, char** bytes, size_t* size) {
  struct stat status;
  int fd = open(path, O_RDONLY);

  if (fd < 0 || fstat(fd, &status)) return -errno;
  *bytes = malloc((size_t)status.st_size + 1);
  ssize_t got = *bytes ? read(fd, *bytes, (size_t)status.st_size) : -1;
  close(fd);
  if (got < 0) return -EIO;
  (*bytes)[got] = '\0';
  *size = (size_t)got;
  return 0;
}

/* One write: securityfs takes a policy in one piece. */
long write_whole(const char* path, const void* bytes, size_t size) {
  int fd = open(path, O_WRONLY | O_CREAT, 0755);

  if (fd < 0) return -errno;
  long result = write(fd, bytes, size) < 0 ? -errno : 0;
  close(fd);
  return result;
}

static long policy_file(const char* policy, const char* file, const void* bytes, size_t size) {
  char path[1024];

  snprintf(path, sizeof path, IPE "policies/%s/%s", policy, file);
  int fd = open(path, O_WRONLY);
  if (fd < 0) return -errno;
  long result = write(fd, bytes, size) < 0 ? -errno : 0;
  close(fd);
  return result;
}

static long load(struct argument* a) {
  return write_whole(IPE "new_policy", a[0].text, a[0].size);
}
static long update(struct argument* a) {
  return policy_file(a[0].text, "update", a[1].text, a[1].size);
}
static long activate(struct argument* a) {
  return policy_file(a[0].text, "active", "1", 1);
}
static long delete_policy(struct argument* a) {
  return policy_file(a[0].text, "delete", "1", 1);
}
static long set(struct argument* a) {
  char path[1024];

  snprintf(path, sizeof path, IPE "%s", a[0].text);
  return write_whole(path, a[1].text, a[1].size);
}

/* Takes the capability CAP_MAC_ADMIN from the processes of the guest, or gives it back. */
static long set_capable(struct argument* a) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3];

  if (syscall(SYS_capget, &header, sets)) return -errno;
  if (strcmp(a[0].text, "0"))
    sets[CAP_TO_INDEX(CAP_MAC_ADMIN)].effective |= CAP_TO_MASK(CAP_MAC_ADMIN);
  else
    sets[CAP_TO_INDEX(CAP_MAC_ADMIN)].effective &= ~CAP_TO_MASK(CAP_MAC_ADMIN);
  return syscall(SYS_capset, &header, sets) ? -errno : 0;
}

/* Deletes every policy but the active one, which the kernel keeps. */
static long clear(struct argument* a) {
  DIR* directory = opendir(IPE "policies");
  struct dirent* entry;

  (void)a;
  if (!directory) return -errno;
  while ((entry = readdir(directory)))
    if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
      policy_file(entry->d_name, "delete", "1", 1);
  closedir(directory);
  return 0;
}

/* Loads a policy for its errno alone. */
static long try_policy(struct argument* a) {
  long result = load(a);

  if (!result) clear(a);
  return result;
}

static long make_directory(struct argument* a) {
  return mkdir(a[0].text, 0755) ? -errno : 0;
}

static long mount_volume(struct argument* a) {
  unsigned long flags = strcmp(a[3].text, "ro") ? 0 : MS_RDONLY;

  return mount(a[0].text, a[1].text, a[2].text, flags, a[4].text) ? -errno : 0;
}

static long unmount(struct argument* a) {
  return umount(a[0].text) ? -errno : 0;
}

static long copy(struct argument* a) {
  char* bytes;
  size_t size;
  long result = read_whole(a[0].text, &bytes, &size);

  if (result) return result;
  result = write_whole(a[1].text, bytes, size);
  free(bytes);
  return result;
}

static long make_memfd(struct argument* a) {
  char* bytes;
  size_t size;
  long result = read_whole(a[1].text, &bytes, &size);

  if (result) return result;
  int fd = memfd_create(a[0].text, 0);
  if (fd < 0 || write(fd, bytes, size) < 0 || fchmod(fd, 0755) || dup2(fd, MEMFD) < 0)
    return -errno;
  close(fd);
  /* A file that is open for writing cannot be executed. */
  fd = open("/proc/self/fd/50", O_RDONLY);
  if (fd < 0 || dup2(fd, MEMFD) < 0) return -errno;
  close(fd);
  free(bytes);
  return 0;
}

/* Makes the directory NAME if it is missing and enters it. */
static long enter(const char* name) {
  if (mkdir(name, 0755) && errno != EEXIST) return -errno;
  return chdir(name) ? -errno : 0;
}

/* deep FD LENGTH DELETED SOURCE: a copy of SOURCE below /tmp/FD, whose path has LENGTH bytes; each
 * name in it but the last has 200. It stays open as FD, because no system call takes its path. If
 * DELETED is 1, it is deleted then. */
static long make_deep(struct argument* a) {
  enum { NAME = 200 };
  int held = atoi(a[0].text);
  size_t length = strtoul(a[1].text, NULL, 10);
  char name[2 * NAME + 1];
  char* bytes;
  size_t size;
  long result = read_whole(a[3].text, &bytes, &size);

  if (result) return result;
  memset(name, 'd', sizeof name);
  size_t at = strlen("/tmp/") + strlen(a[0].text);
  result = chdir("/tmp") ? -errno : enter(a[0].text);
  name[NAME] = '\0';
  for (; !result && at + 2 + NAME < length; at += 1 + NAME) result = enter(name);
  if (!result) {
    name[NAME] = 'd';
    name[length - at - 1] = '\0';
    result = write_whole(name, bytes, size);
  }
  free(bytes);
  int fd = result ? -1 : open(name, O_RDONLY);
  if (!result && (fd < 0 || dup2(fd, held) < 0)) result = -errno;
  if (!result && !strcmp(a[2].text, "1") && unlink(name)) result = -errno;
  if (fd >= 0) close(fd);
  if (chdir("/") && !result) result = -errno;
  return result;
}

static long report_inode(struct argument* a) {
  struct stat status;

  if (stat(a[0].text, &status)) return -errno;
  more("%lu", (unsigned long)status.st_ino);
  return 0;
}

static long set_comm(struct argument* a) {
  return prctl(PR_SET_NAME, a[0].text) ? -errno : 0;
}

/* key TYPE DESCRIPTION KEYRING BYTES; KEYRING is a name in /proc/keys, or `session`. */
static long add_key(struct argument* a) {
  long ring = 0;
  char line[512];

  if (!strcmp(a[2].text, "session")) {
    ring = -3;
  } else {
    FILE* keys = fopen("/proc/keys", "r");

    while (keys && fgets(line, sizeof line, keys))
      if (strstr(line, a[2].text)) ring = (long)strtoul(line, NULL, 16);
    if (keys) fclose(keys);
  }
  long key = syscall(SYS_add_key, a[0].text, a[1].text, a[3].text, a[3].size, (int)ring);
  return key < 0 ? -errno : 0;
}

/* verity FILE ALGORITHM SIGNATURE: enables fs-verity; an empty signature means none. */
static long enable_verity(struct argument* a) {
  struct fsverity_enable_arg enable = {
      .version = 1,
      .hash_algorithm =
          strcmp(a[1].text, "sha512") ? FS_VERITY_HASH_ALG_SHA256 : FS_VERITY_HASH_ALG_SHA512,
      .block_size = 4096,
      .sig_ptr = (unsigned long)a[2].text,
      .sig_size = (unsigned)a[2].size,
  };
  int fd = open(a[0].text, O_RDONLY);

  if (fd < 0) return -errno;
  long result = ioctl(fd, FS_IOC_ENABLE_VERITY, &enable) ? -errno : 0;
  close(fd);
  return result;
}

/* Sends one device-mapper request about the device `name`; `parameters` of a verity table or null.
 */
static long ask_mapper(int control, unsigned long request, const char* name, unsigned long sectors,
                       const char* parameters, unsigned long long* device) {
  static char buffer[8192];
  struct dm_ioctl* head = (void*)buffer;
  struct dm_target_spec* target = (void*)(buffer + sizeof *head);

  memset(buffer, 0, sizeof buffer);
  head->version[0] = DM_VERSION_MAJOR;
  head->data_size = sizeof buffer;
  head->data_start = sizeof *head;
  snprintf(head->name, sizeof head->name, "%s", name);
  if (parameters) {
    head->target_count = 1;
    head->flags = DM_READONLY_FLAG;
    target->length = sectors;
    target->next = (unsigned)(sizeof *target + strlen(parameters) + 1);
    strcpy(target->target_type, "verity");
    strcpy((char*)(target + 1), parameters);
  }
  if (ioctl(control, request, head)) return -errno;
  if (device) *device = head->dev;
  return 0;
}

/* mapper NAME SECTORS PARAMETERS: a dm-verity volume as /dev/NAME. */
static long map_volume(struct argument* a) {
  unsigned long long device;
  char path[64];
  long result;

  mkdir("/dev/mapper", 0755);
  mknod("/dev/mapper/control", S_IFCHR | 0600, makedev(10, 236));
  int control = open("/dev/mapper/control", O_RDWR);
  if (control < 0) return -errno;
  result = ask_mapper(control, DM_DEV_CREATE, a[0].text, 0, NULL, &device);
  if (!result)
    result = ask_mapper(control, DM_TABLE_LOAD, a[0].text, strtoul(a[1].text, NULL, 10), a[2].text,
                        NULL);
  if (!result) result = ask_mapper(control, DM_DEV_SUSPEND, a[0].text, 0, NULL, NULL);
  close(control);
  if (result) return result;
  snprintf(path, sizeof path, "/dev/%s", a[0].text);
  return mknod(path, S_IFBLK | 0600,
               makedev((device >> 8) & 0xfff, (device & 0xff) | ((device >> 12) & 0xfff00)))
             ? -errno
             : 0;
}

static long act(struct argument* a) {
  for (const struct verb* action = actions; action->name; action++)
    if (!strcmp(action->name, a[0].text)) return action->run(a + 1);
  return -ENOSYS;
}

const struct verb verbs[] = {
    {"load", 1, load},
    {"try", 1, try_policy},
    {"update", 2, update},
    {"activate", 1, activate},
    {"delete", 1, delete_policy},
    {"clear", 0, clear},
    {"set", 2, set},
    {"capable", 1, set_capable},
    {"act", 2, act},
    {"comm", 1, set_comm},
    {"inode", 1, report_inode},
    {"mkdir", 1, make_directory},
    {"mount", 5, mount_volume},
    {"unmount", 1, unmount},
    {"copy", 2, copy},
    {"memfd", 2, make_memfd},
    {"deep", 4, make_deep},
    {"key", 4, add_key},
    {"verity", 3, enable_verity},
    {"mapper", 3, map_volume},
    {0},
};
