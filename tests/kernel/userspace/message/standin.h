// What the kernel's parser of signed files asks of the rest of the kernel, so that it builds as it
// is in user space. Every header of theirs that is not the package's own leads to this file. No
// signature is verified: what is asked is what the kernel reads.

#ifndef IPEC_TESTS_KERNEL_MESSAGE_STANDIN_H
#define IPEC_TESTS_KERNEL_MESSAGE_STANDIN_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef long long time64_t;

#define likely(condition) (condition)
#define unlikely(condition) (condition)
#define fallthrough __attribute__((fallthrough))
#define pr_debug(...) ((void)0)
#define pr_devel(...) ((void)0)
#define pr_warn(...) ((void)0)
#define pr_err(...) ((void)0)
#define printk(...) ((void)0)
#define BUG_ON(condition) ((void)0)
#define WARN_ON(condition) (condition)
#define MODULE_DESCRIPTION(words)
#define MODULE_AUTHOR(words)
#define MODULE_LICENSE(words)
#define EXPORT_SYMBOL_GPL(symbol)
#define IS_REACHABLE(option) 0
#define GFP_KERNEL 0

#define MAX_ERRNO 4095
static inline void* ERR_PTR(long error) {
  return (void*)error;
}
static inline long PTR_ERR(const void* pointer) {
  return (long)pointer;
}
static inline bool IS_ERR(const void* pointer) {
  return (unsigned long)pointer >= (unsigned long)-MAX_ERRNO;
}
#define ERR_CAST(pointer) ((void*)(pointer))

static inline void* kzalloc(size_t size, int flags) {
  (void)flags;
  return calloc(1, size == 0 ? 1 : size);
}
static inline void* kmalloc(size_t size, int flags) {
  return kzalloc(size, flags);
}
static inline void kfree(const void* pointer) {
  free((void*)pointer);
}
static inline void* kmemdup(const void* bytes, size_t size, int flags) {
  void* copy = kmalloc(size, flags);
  if (copy && size != 0) memcpy(copy, bytes, size);
  return copy;
}

// linux/cleanup.h
#define DEFINE_FREE(name, type, code)             \
  static inline void free_##name(void* pointer) { \
    type _T = *(type*)pointer;                    \
    code;                                         \
  }
#define __free(name) __attribute__((cleanup(free_##name)))
#define return_ptr(pointer)     \
  do {                          \
    void* returned = (pointer); \
    (pointer) = NULL;           \
    return returned;            \
  } while (0)
DEFINE_FREE(kfree, void*, if (!IS_ERR(_T)) kfree(_T))

static inline bool __test_and_set_bit(unsigned bit, unsigned long* place) {
  const bool was = (*place >> bit & 1) != 0;
  *place |= 1UL << bit;
  return was;
}
#define test_bit(bit, place) ((*(place) >> (bit)&1) != 0)

time64_t mktime64(unsigned year, unsigned month, unsigned day, unsigned hour, unsigned minute,
                  unsigned second);

// keys/asymmetric-type.h
struct asymmetric_key_id {
  unsigned short len;
  unsigned char data[];
};
struct asymmetric_key_id* asymmetric_key_generate_id(const void* a, size_t a_size, const void* b,
                                                     size_t b_size);

// crypto/pkcs7.h
struct pkcs7_message;
struct pkcs7_message* pkcs7_parse_message(const void* data, size_t size);
void pkcs7_free_message(struct pkcs7_message* message);

#endif  // IPEC_TESTS_KERNEL_MESSAGE_STANDIN_H
