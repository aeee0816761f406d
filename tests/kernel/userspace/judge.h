#pragma once

// The kernel's own parser, evaluation and audit code, built in user space, behind a few functions.
//
// Not thread-safe: as in the kernel, there is one active policy and one current task. Numbers of
// operations, hooks and properties are those of ipec/runtime/vocabulary.def; judge.c translates.
// Texts are views into the policy or into the caller's memory.

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct JudgePolicy;

// The result of writing a signed policy with this text to `new_policy` on an empty system: 0 or
// -errno. On 0, `*policy` must be passed to JudgeFree.
int JudgeParse(const char* text, size_t size, struct JudgePolicy** policy);
// The parser alone, without the names that securityfs rejects.
int JudgeParseOnly(const char* text, size_t size, struct JudgePolicy** policy);
void JudgeFree(struct JudgePolicy* policy);

const char* JudgeName(const struct JudgePolicy* policy);
void JudgeVersion(const struct JudgePolicy* policy, uint16_t version[3]);

// Whether the kernel's code was built with the option of the property.
int JudgeHasProperty(unsigned property);

// Actions: 0 ALLOW, 1 DENY, -1 none.
int JudgeGlobalDefault(const struct JudgePolicy* policy);
int JudgeOperationDefault(const struct JudgePolicy* policy, unsigned operation);

// One property of a rule: `expected` for those that are TRUE or FALSE, the digest for the others.
struct JudgeProperty {
  unsigned property;
  int expected;
  const char* algorithm;  // null: the property is TRUE or FALSE
  const uint8_t* digest;
  size_t digest_size;
};

// Called for the rules of `operation`, in order: once with a null `property` as a rule begins, then
// once for each of its properties.
typedef void JudgeVisit(void* context, int action, const struct JudgeProperty* property);
void JudgeRules(const struct JudgePolicy* policy, unsigned operation, JudgeVisit* visit,
                void* context);

struct JudgeDigest {
  const char* algorithm;
  const uint8_t* bytes;
  size_t size;
};

struct JudgeEvent {
  unsigned operation;
  unsigned hook;
  int enforcing;
  int pid;
  const char* comm;
  const char* path;  // null: an event without a file
  const char* device;
  unsigned long inode;
  int boot_verified;
  int dmverity;                 // on a dm-verity volume
  struct JudgeDigest roothash;  // algorithm null: not known
  int dmverity_signed;
  int fsverity;                    // fs-verity is enabled
  unsigned fsverity_algorithm;     // index into JudgeHashName
  const uint8_t* fsverity_digest;  // JudgeHashSize bytes
  int fsverity_signed;
};

// The hashes that the kernel has names for. Sizes above 64 do not occur.
unsigned JudgeHashCount(void);
const char* JudgeHashName(unsigned hash);
size_t JudgeHashSize(unsigned hash);

// The kernel's decision: 0 or -EACCES. `*record` is the record that it sends, null if it sends
// none; valid until the next call.
int JudgeDecide(const struct JudgePolicy* policy, const struct JudgeEvent* event, int success_audit,
                const char** record);

// Records of a load, and of an activation (`old` may be null), for policies whose files have these
// sha256 digests. Valid until the next call.
const char* JudgeLoadRecord(const struct JudgePolicy* policy, const uint8_t digest[32]);
const char* JudgeActivationRecord(const struct JudgePolicy* old, const uint8_t old_digest[32],
                                  const struct JudgePolicy* made, const uint8_t digest[32]);
// `*count` is the number of records that the kernel sends; the others are empty.
const char* JudgeModeRecord(int enforcing, int was_enforcing, size_t* count);

// Bytes allocated and not freed in the kernel's allocator, size classes included.
size_t JudgeMemory(void);

// Decides a prepared event repeatedly, for measuring.
struct JudgeQuestion;
struct JudgeQuestion* JudgePrepare(const struct JudgePolicy* policy,
                                   const struct JudgeEvent* event);
int JudgeAsk(const struct JudgeQuestion* question);
void JudgeForget(struct JudgeQuestion* question);

#ifdef __cplusplus
}
#endif
