/* PID 1 of the guest: executes a list of commands and reports the kernel's answers.
 *
 * Commands come from the disk /dev/vda, one per line: a verb and its arguments, separated by
 * spaces. Other bytes are written as %XX. An argument @N stands for the N bytes that follow the
 * line. The report goes to the disk /dev/vdb. It ends with the line `end`. For each command it has
 *   VERB [more] RESULT   RESULT is 0, a number, or -errno
 *   R TYPE TEXT          for each audit record of IPE that the command caused, in order
 * After each command, a message of our own goes through the kernel's audit queue. Waiting for it
 * separates the records of a command from those of the next. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/netlink.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "verbs.h"

static FILE *commands, *report;
static int audit;

static void die(const char* what) {
  printf("guest: %s: %s\n", what, strerror(errno));
  fflush(stdout);
  reboot(RB_AUTOBOOT);
}

void print_escaped(const char* text, size_t size) {
  for (size_t i = 0; i < size; i++) {
    unsigned char byte = (unsigned char)text[i];

    if (byte <= ' ' || byte > '~' || byte == '%')
      fprintf(report, "%%%02X", byte);
    else
      putc(byte, report);
  }
}

void more(const char* format, ...) {
  va_list arguments;

  putc(' ', report);
  va_start(arguments, format);
  vfprintf(report, format, arguments);
  va_end(arguments);
}

/* Waits for the records of all that happened before: until the marker we send now comes back. */
static void collect_records(int print) {
  static unsigned serial;
  static char buffer[1 << 17];
  char marker[32];
  struct {
    struct nlmsghdr header;
    char text[32];
  } message = {0};

  int size = snprintf(marker, sizeof marker, "marker-%u-", ++serial);
  memcpy(message.text, marker, (size_t)size + 1);
  message.header.nlmsg_len = NLMSG_LENGTH((unsigned)size + 1);
  message.header.nlmsg_type = AUDIT_FIRST_USER_MSG;
  message.header.nlmsg_flags = NLM_F_REQUEST;
  struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
  if (sendto(audit, &message, message.header.nlmsg_len, 0, (void*)&kernel, sizeof kernel) < 0)
    die("sending the marker");

  for (;;) {
    ssize_t got = recv(audit, buffer, sizeof buffer - 1, 0);
    if (got < 0) die("reading records"); /* ENOBUFS among them: a lost record must not go unseen */
    struct nlmsghdr* header = (void*)buffer;
    const char* text = NLMSG_DATA(header);
    size_t length = (size_t)got - NLMSG_HDRLEN;
    if (header->nlmsg_type == AUDIT_FIRST_USER_MSG) {
      buffer[got] = '\0';
      if (strstr(text, marker)) return;
    }
    if (!print || (header->nlmsg_type != AUDIT_MAC_STATUS &&
                   (header->nlmsg_type < 1420 || header->nlmsg_type > 1422)))
      continue;
    /* The text, up to a terminating byte if it has one. */
    length = strnlen(text, length);
    fprintf(report, "R %d ", header->nlmsg_type);
    print_escaped(text, length);
    putc('\n', report);
  }
}

static void open_audit(void) {
  struct sockaddr_nl group = {.nl_family = AF_NETLINK, .nl_groups = 1 << (AUDIT_NLGRP_READLOG - 1)};
  int room = 64 << 20;

  audit = socket(AF_NETLINK, SOCK_RAW, NETLINK_AUDIT);
  if (audit < 0 || setsockopt(audit, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room) ||
      bind(audit, (void*)&group, sizeof group))
    die("listening to audit records");
}

static void unescape(struct argument* argument) {
  char* to = argument->text;

  for (const char* from = argument->text; *from; from++) {
    if (*from == '%') {
      char digits[3] = {from[1], from[2], 0};

      *to++ = (char)strtoul(digits, NULL, 16);
      from += 2;
    } else {
      *to++ = *from;
    }
  }
  *to = '\0';
  argument->size = (size_t)(to - argument->text);
}

static void read_blob(struct argument* argument) {
  argument->size = strtoul(argument->text + 1, NULL, 10);
  argument->text = malloc(argument->size + 1);
  if (!argument->text || fread(argument->text, 1, argument->size, commands) != argument->size)
    die("reading a blob");
  argument->text[argument->size] = '\0';
  argument->is_blob = 1;
}

static int run_command(char* line) {
  struct argument arguments[MOST_ARGUMENTS] = {0};
  int count = 0;
  char* rest = line;
  char* verb = strsep(&rest, " ");
  char* word;

  while (count < MOST_ARGUMENTS && (word = strsep(&rest, " ")) != NULL) {
    arguments[count].text = word;
    if (*word == '@')
      read_blob(&arguments[count]);
    else
      unescape(&arguments[count]);
    count++;
  }
  if (!strcmp(verb, "end")) return 0;
  if (!strcmp(verb, "say")) { /* for progress on the console */
    printf("say %s\n", arguments[0].text);
    fflush(stdout);
    return 1;
  }
  for (const struct verb* known = verbs; known->name; known++) {
    if (strcmp(known->name, verb)) continue;
    if (count != known->arguments) {
      errno = EINVAL;
      die(verb);
    }
    fprintf(report, "%s", verb);
    fprintf(report, " %ld\n", known->run(arguments));
    collect_records(1);
    for (int i = 0; i < count; i++)
      if (arguments[i].is_blob) free(arguments[i].text);
    return 1;
  }
  errno = ENOSYS;
  die(verb);
  return 0;
}

/* With an argument, waits for a line on the console before it reads a command: the host saves the
 * state of the machine here and starts later guests from it. */
int main(int count, char** words) {
  static char line[1 << 16];

  mount("proc", "/proc", "proc", 0, NULL);
  mount("sys", "/sys", "sysfs", 0, NULL);
  mount("dev", "/dev", "devtmpfs", 0, NULL);
  mount("sec", "/sys/kernel/security", "securityfs", 0, NULL);
  mount("tmp", "/tmp", "tmpfs", 0, NULL);
  int console = open("/dev/console", O_RDWR);
  dup2(console, 0);
  dup2(console, 1);
  dup2(console, 2);

  commands = fopen("/dev/vda", "r");
  report = fopen("/dev/vdb", "r+");
  if (!commands || !report) die("opening the disks");
  setvbuf(report, NULL, _IOFBF, 1 << 20);
  open_audit();
  collect_records(0);
  if (count > 1 && !strcmp(words[1], "wait")) {
    printf("guest: ready\n");
    fflush(stdout);
    if (!fgets(line, sizeof line, stdin)) die("waiting for the host");
  }
  while (fgets(line, sizeof line, commands)) {
    line[strcspn(line, "\n")] = '\0';
    if (!run_command(line)) break;
  }
  fprintf(report, "end\n");
  fflush(report);
  fsync(fileno(report));
  printf("guest: done\n");
  fflush(stdout);
  sync();
  reboot(RB_AUTOBOOT);
  return 0;
}
