/* Actions of a task that make the kernel ask IPE. Each takes a path, or an empty argument if it
 * needs none. The only result that matters is -EACCES: IPE denied the access. */
#define _GNU_SOURCE
#include "verbs.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <linux/kexec.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define FIRMWARE_PATH "/sys/module/firmware_class/parameters/path"
#define FIRMWARE_TEST "/sys/devices/virtual/misc/test_firmware/trigger_request"

static long execute(struct argument* a) {
  char* const arguments[] = {a[0].text, NULL};
  char* const environment[] = {NULL};
  int status;

  pid_t child = fork();
  if (child < 0) return -errno;
  if (child == 0) {
    execve(a[0].text, arguments, environment);
    _exit(errno == EACCES ? 100 : 101);
  }
  more("%d", (int)child);
  while (waitpid(child, &status, 0) < 0 && errno == EINTR)
    ;
  /* Denied after the old program is gone: the kernel kills the task. */
  if (WIFSIGNALED(status) || WEXITSTATUS(status) == 100) return -EACCES;
  return WEXITSTATUS(status) == 42 ? 0 : -WEXITSTATUS(status);
}

static long map_with(const char* path, int protection, int later) {
  int fd = *path ? open(path, O_RDONLY) : -1;
  int flags = *path ? MAP_PRIVATE : MAP_PRIVATE | MAP_ANONYMOUS;
  long result = 0;

  if (*path && fd < 0) return -errno - 1000;
  void* memory = mmap(NULL, 4096, protection, flags, fd, 0);
  if (memory == MAP_FAILED) {
    result = -errno;
  } else {
    if (later && mprotect(memory, 4096, later)) result = -errno;
    munmap(memory, 4096);
  }
  if (fd >= 0) close(fd);
  return result;
}

static long map(struct argument* a) {
  return map_with(a[0].text, PROT_READ | PROT_EXEC, 0);
}
static long protect(struct argument* a) {
  return map_with(a[0].text, PROT_READ, PROT_READ | PROT_EXEC);
}

static long with_file(const char* path, long (*use)(int fd)) {
  int fd = open(path, O_RDONLY);

  if (fd < 0) return -errno - 1000;
  long result = use(fd) ? -errno : 0;
  close(fd);
  return result;
}

static long module_of(int fd) {
  return syscall(SYS_finit_module, fd, "", 0);
}
static long image_of(int fd) {
  return syscall(SYS_kexec_file_load, fd, -1, 1L, "", KEXEC_FILE_NO_INITRAMFS);
}

/* The image is the header of a kernel; the command line cannot be read, so that nothing is loaded.
 */
static long initramfs_of(int fd) {
  int image = open("/boot/image", O_RDONLY);

  long result = syscall(SYS_kexec_file_load, image, fd, 16L, (char*)8, 0L);
  int error = errno;
  close(image);
  errno = error;
  return result;
}

static long module(struct argument* a) {
  return with_file(a[0].text, module_of);
}
static long image(struct argument* a) {
  return with_file(a[0].text, image_of);
}
static long initramfs(struct argument* a) {
  return with_file(a[0].text, initramfs_of);
}

static long module_in_memory(struct argument* a) {
  /* IPE is asked once there is room for an ELF header. */
  static const char not_a_module[64];

  (void)a;
  return syscall(SYS_init_module, not_a_module, sizeof not_a_module, "") ? -errno : 0;
}

static long image_in_memory(struct argument* a) {
  (void)a;
  return syscall(SYS_kexec_load, 0L, 0L, NULL, 0L) ? -errno : 0;
}

/* Requests firmware of this name from the kernel's test device, in the directory of the file. */
static long firmware(struct argument* a) {
  char directory[256], name[256];

  snprintf(directory, sizeof directory, "%s", a[0].text);
  snprintf(name, sizeof name, "%s", a[0].text);
  const char* where = dirname(directory);
  long result = write_whole(FIRMWARE_PATH, where, strlen(where));
  if (result) return result - 1000;
  const char* what = basename(name);
  return write_whole(FIRMWARE_TEST, what, strlen(what));
}

/* IMA reads its policy from a file whose path is written to it; none of ours is such a policy. */
static long ima_policy(struct argument* a) {
  return write_whole("/sys/kernel/security/ima/policy", a[0].text, a[0].size);
}

const struct verb actions[] = {
    {"exec", 1, execute},
    {"mmap", 1, map},
    {"mprotect", 1, protect},
    {"module", 1, module},
    {"image", 1, image},
    {"initramfs", 1, initramfs},
    {"firmware", 1, firmware},
    {"ima-policy", 1, ima_policy},
    {"module-in-memory", 1, module_in_memory},
    {"image-in-memory", 1, image_in_memory},
    {0},
};
