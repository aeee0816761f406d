#pragma once

// The kernel's own reader of signed files, built in user space: its parser, its checks before it
// looks for a key, and that search.

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct JudgedMessage {
  int is_data;          // the message declares its content as plain data
  const void* content;  // within the given bytes; null: there is none
  size_t size;
  int unhashed;  // there is a digest by an algorithm that OpenSSL does not have
};

// 0, or the -errno with which a kernel rejects the file whichever keys it trusts.
int JudgeMessage(const void* bytes, size_t size, struct JudgedMessage* judged);

struct JudgedKey {
  const void* certificate;  // DER
  size_t size;
};

// For a message that JudgeMessage accepts: 0, or the -errno of the search for a key in a keyring
// with these certificates. Those that a kernel cannot load are not in it.
int JudgeTrust(const void* bytes, size_t size, const struct JudgedKey* keys, size_t count);

#ifdef __cplusplus
}
#endif
