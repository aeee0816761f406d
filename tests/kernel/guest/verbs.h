/* The commands of the guest; verbs.c has the table. */
#ifndef VERBS_H
#define VERBS_H

#include <stddef.h>

enum { MOST_ARGUMENTS = 6 };

struct argument {
  char* text; /* always ends in a NUL byte */
  size_t size;
  int is_blob;
};

/* Returns 0, a number, or -errno; what else is to be known goes through more(). */
struct verb {
  const char* name;
  int arguments;
  long (*run)(struct argument* arguments);
};

extern const struct verb verbs[]; /* ends with an empty row */
extern const struct verb actions[];

void more(const char* format, ...) __attribute__((format(printf, 1, 2)));
void print_escaped(const char* text, size_t size);

long read_whole(const char* path, char** bytes, size_t* size);
long write_whole(const char* path, const void* bytes, size_t size);

#endif
