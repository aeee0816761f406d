#pragma once

// The kernel's own parser of signed files, built in user space.

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct JudgedMessage {
  int is_data;          // what is signed is said to be plain data
  const void* content;  // in the bytes given; null: there is none
  size_t size;
};

// 0, or the -errno with which a kernel refuses a file before it looks at the signature.
int JudgeMessage(const void* bytes, size_t size, struct JudgedMessage* judged);

#ifdef __cplusplus
}
#endif
