/* The runtime library for C99 and later, over the same code as the C++ headers beside this one.
 *
 * No function allocates or uses global state, so all can be called from any thread. Strings end
 * with NUL. Pointers of an event are read only during the call.
 */
#ifndef IPEC_RUNTIME_RUNTIME_H
#define IPEC_RUNTIME_RUNTIME_H

#include <stddef.h>
#include <stdint.h>

#include "ipec/runtime/api.h"

#ifdef __cplusplus
extern "C" {
#endif

/* IPEC_OPERATION_Execute, IPEC_HOOK_Mmap and so on: the rows of vocabulary.def. */
enum ipec_operation {
#define IPEC_OPERATION(id, number, spelling) IPEC_OPERATION_##id = number,
#include "ipec/runtime/vocabulary.def"
};
enum ipec_hook {
#define IPEC_HOOK(id, number, spelling) IPEC_HOOK_##id = number,
#include "ipec/runtime/vocabulary.def"
};
enum ipec_action { IPEC_ALLOW = 0, IPEC_DENY = 1 };
enum ipec_match {
  IPEC_MATCH_RULE = 0,
  IPEC_MATCH_OPERATION_DEFAULT = 1,
  IPEC_MATCH_GLOBAL_DEFAULT = 2
};

/* IPEC_LOAD_Ok is 0. */
enum ipec_load_status {
#define IPEC_LOAD_STATUS(id, number, words) IPEC_LOAD_##id = number,
#include "ipec/runtime/load_status.def"
};

/* A loaded policy: a view of the bytes it was loaded from, which must stay unchanged. Callers can
 * place and copy it, but must not access its contents. If it is all zeros, it denies everything. */
typedef struct ipec_policy {
  uint64_t opaque[16];
} ipec_policy;

typedef struct ipec_version {
  uint16_t major_number;
  uint16_t minor_number;
  uint16_t revision;
} ipec_version;

typedef struct ipec_digest {
  const char* algorithm; /* "sha256"; "" in dialects of bare digests */
  const uint8_t* bytes;
  size_t size;
} ipec_digest;

typedef struct ipec_file {
  const char* path; /* NULL: not known; any length; " (deleted)" at the end of a deleted file */
  const char* device;
  uint64_t inode;
} ipec_file;

/* A dm-verity volume, or the fs-verity state of a file that has it enabled. */
typedef struct ipec_verity {
  const ipec_digest* digest; /* root hash or file digest; NULL: not known */
  int is_signed;
} ipec_verity;

typedef struct ipec_event {
  int operation; /* enum ipec_operation */
  int hook;      /* enum ipec_hook */
  int enforcing;
  int32_t pid;
  const char* comm;
  const ipec_file* file; /* NULL: none */
  int boot_verified;
  const ipec_verity* dmverity; /* NULL: the file is not on a dm-verity volume */
  const ipec_verity* fsverity; /* NULL: fs-verity is not enabled */
} ipec_event;

typedef struct ipec_decision {
  int action;       /* enum ipec_action */
  int match;        /* enum ipec_match */
  uint32_t line;    /* of the policy's text, from 1; 0: no line */
  uint32_t outcome; /* for ipec_rule_text and ipec_access_record */
} ipec_decision;

/* A rule that does not match an event. */
typedef struct ipec_tried_rule {
  int operation;      /* enum ipec_operation */
  int action;         /* enum ipec_action */
  uint32_t line;      /* of the policy's text, from 1 */
  uint32_t condition; /* the first that does not match, from 0 in the order of the rule */
  uint32_t outcome;   /* these are for ipec_tried_rule_text and ipec_condition_text */
  uint32_t roothash;
  uint32_t digest;
} ipec_tried_rule;

/* Returns 0 to stop. */
typedef int ipec_rule_visitor(void* context, const ipec_tried_rule* rule);

/* A policy as records name it. The thumbprint is the hash of the whole signed file. */
typedef struct ipec_identity {
  const char* name;
  ipec_version version;
  ipec_digest thumbprint;
} ipec_identity;

/* Who loaded, activated or switched; UINT32_MAX is unset. */
typedef struct ipec_actor {
  uint32_t auid;
  uint32_t session;
} ipec_actor;

/* Validates the table once; after IPEC_LOAD_Ok no function of the policy can fail. The bytes can be
 * at any address, in read-only memory, and must outlive the policy. After any other status the
 * policy denies everything. */
IPEC_RUNTIME_API int ipec_load(const void* bytes, size_t size, ipec_policy* policy);
/* The meaning of the status. */
IPEC_RUNTIME_API const char* ipec_describe_load_status(int status);

/* The number of a name ("EXECUTE", "BPRM_CHECK"), or -1 if the policy's dialect does not have
 * it. */
IPEC_RUNTIME_API int ipec_find_operation(const ipec_policy* policy, const char* spelling);
IPEC_RUNTIME_API int ipec_find_hook(const ipec_policy* policy, const char* spelling);

IPEC_RUNTIME_API ipec_version ipec_policy_version(const ipec_policy* policy);
/* Bits for the records below that have no policy. */
IPEC_RUNTIME_API uint32_t ipec_policy_features(const ipec_policy* policy);

/* No allocation, no loop over rules. */
IPEC_RUNTIME_API ipec_decision ipec_evaluate(const ipec_policy* policy, const ipec_event* event);
/* Whether access is granted: a permissive kernel decides and records, but grants access anyway. */
IPEC_RUNTIME_API int ipec_granted(const ipec_decision* decision, const ipec_event* event);

/* Decides as ipec_evaluate does. Before it returns, it calls `visit` for the rules of the operation
 * that are tried without success, in the order of the policy. A rule that decides no event at all
 * is not in a table, so it is not visited. No allocation, but loops over all rules of the
 * operation, again for every 128 rules that are visited: for messages, not for each decision. It
 * needs 4 KB of stack. */
IPEC_RUNTIME_API ipec_decision ipec_explain(const ipec_policy* policy, const ipec_event* event,
                                            ipec_rule_visitor* visit, void* context);

/* Writes text as snprintf does: never beyond `size` bytes, NUL last, and returns the length of the
 * whole text without the NUL. A record of length 0: the kernel sends none. */
IPEC_RUNTIME_API size_t ipec_policy_name(const ipec_policy* policy, char* text, size_t size);
IPEC_RUNTIME_API size_t ipec_rule_text(const ipec_policy* policy, const ipec_event* event,
                                       const ipec_decision* decision, char* text, size_t size);
/* Of a visited rule: its text, as records would quote it, and its condition that does not match,
 * such as "boot_verified=TRUE". */
IPEC_RUNTIME_API size_t ipec_tried_rule_text(const ipec_policy* policy, const ipec_tried_rule* rule,
                                             char* text, size_t size);
IPEC_RUNTIME_API size_t ipec_condition_text(const ipec_policy* policy, const ipec_tried_rule* rule,
                                            char* text, size_t size);
/* The records that a kernel sends, written in the same way. */
IPEC_RUNTIME_API size_t ipec_access_record(const ipec_policy* policy, const ipec_event* event,
                                           const ipec_decision* decision, int success_audit,
                                           char* text, size_t size);
IPEC_RUNTIME_API size_t ipec_load_record(uint32_t features, const ipec_identity* loaded,
                                         const ipec_actor* actor, char* text, size_t size);
IPEC_RUNTIME_API size_t ipec_failed_load_record(uint32_t features, int32_t error,
                                                const ipec_actor* actor, char* text, size_t size);
IPEC_RUNTIME_API size_t ipec_activation_record(uint32_t features,
                                               const ipec_identity* old_policy /* or NULL */,
                                               const ipec_identity* new_policy,
                                               const ipec_actor* actor, char* text, size_t size);
IPEC_RUNTIME_API size_t ipec_mode_record(uint32_t features, int enforcing, int old_enforcing,
                                         const ipec_actor* actor, char* text, size_t size);
/* The number of records for one change of the mode: 2 if the kernel sends a second, empty one of
 * the same number after that of ipec_mode_record, else 1. */
IPEC_RUNTIME_API size_t ipec_mode_record_count(uint32_t features);

#ifdef __cplusplus
}
#endif

#endif
