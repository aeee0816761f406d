// judge.h over the kernel's sources: builds the files, devices and inodes of an event, calls
// ipe_build_eval_ctx and ipe_evaluate_event, and reads their results.

#include "judge.h"

#include "standin.h"

#include "audit.h"
#include "digest.h"
#include "eval.h"
#include "hooks.h"
#include "ipe.h"
#include "policy.h"
#include "policy_parser.h"
#include "records.h"

struct JudgePolicy {
  struct ipe_policy policy;
};

// --- what ipe.c and the rest of the kernel keep
// ---------------------------------------------------

bool ipe_enabled = true;
static struct task_struct asking_task;
struct task_struct* current = &asking_task;

// A file with everything that IPE can reach from it.
struct world {
  struct file file;
  struct vfsmount mount;
  struct super_block superblock;
  struct dentry dentry;
  struct inode inode;
  struct ipe_superblock superblock_blob;
#ifdef CONFIG_IPE_PROP_DM_VERITY
  struct ipe_bdev device_blob;
#endif
#ifdef CONFIG_IPE_PROP_FS_VERITY_BUILTIN_SIG
  struct ipe_inode inode_blob;
#endif
  struct digest_info roothash;
  u8 digest[FS_VERITY_MAX_DIGEST_SIZE];
  enum hash_algo digest_algorithm;
};

struct ipe_superblock* ipe_sb(const struct super_block* superblock) {
  return &container_of(superblock, struct world, superblock)->superblock_blob;
}

#ifdef CONFIG_IPE_PROP_DM_VERITY
// The address of a world's blob represents its block device.
struct ipe_bdev* ipe_bdev(struct block_device* device) {
  return (struct ipe_bdev*)device;
}
#endif

#ifdef CONFIG_IPE_PROP_FS_VERITY_BUILTIN_SIG
struct ipe_inode* ipe_inode(const struct inode* inode) {
  return &container_of(inode, struct world, inode)->inode_blob;
}
#endif

int fsverity_get_digest(struct inode* inode, u8 raw_digest[FS_VERITY_MAX_DIGEST_SIZE],
                        u8* out_algorithm, enum hash_algo* algorithm) {
  (void)out_algorithm;
  const struct world* world = container_of(inode, struct world, inode);
  if (!inode->verity) return 0;
  memcpy(raw_digest, world->digest, sizeof world->digest);
  *algorithm = world->digest_algorithm;
  return hash_digest_size[world->digest_algorithm];
}

// --- numbers of vocabulary.def
// ---------------------------------------------------------------------

static const enum ipe_op_type operations[] = {
    IPE_OP_EXEC,        IPE_OP_FIRMWARE,        IPE_OP_KERNEL_MODULE,
    IPE_OP_KEXEC_IMAGE, IPE_OP_KEXEC_INITRAMFS, IPE_OP_POLICY,
    IPE_OP_X509,        IPE_OP_INVALID,         IPE_OP_INVALID,
    IPE_OP_INVALID};

static const enum ipe_hook_type hooks[] = {IPE_HOOK_BPRM_CHECK,  IPE_HOOK_INVALID,
                                           IPE_HOOK_MMAP,        IPE_HOOK_MPROTECT,
                                           IPE_HOOK_KERNEL_READ, IPE_HOOK_KERNEL_LOAD};

static const struct {
  unsigned property;
  int expected;
} properties[] = {
    [IPE_PROP_BOOT_VERIFIED_FALSE] = {0, 0}, [IPE_PROP_BOOT_VERIFIED_TRUE] = {0, 1},
    [IPE_PROP_DMV_ROOTHASH] = {1, 0},        [IPE_PROP_DMV_SIG_FALSE] = {2, 0},
    [IPE_PROP_DMV_SIG_TRUE] = {2, 1},        [IPE_PROP_FSV_DIGEST] = {3, 0},
    [IPE_PROP_FSV_SIG_FALSE] = {4, 0},       [IPE_PROP_FSV_SIG_TRUE] = {4, 1},
};

int JudgeHasProperty(unsigned property) {
  switch (property) {
    case 0:
      return 1;
#ifdef CONFIG_IPE_PROP_DM_VERITY
    case 1:
      return 1;
#endif
#ifdef CONFIG_IPE_PROP_DM_VERITY_SIGNATURE
    case 2:
      return 1;
#endif
#ifdef CONFIG_IPE_PROP_FS_VERITY
    case 3:
      return 1;
#endif
#ifdef CONFIG_IPE_PROP_FS_VERITY_BUILTIN_SIG
    case 4:
      return 1;
#endif
    default:
      return 0;
  }
}

static int action_number(enum ipe_action_type action) {
  return action == IPE_ACTION_ALLOW ? 0 : action == IPE_ACTION_DENY ? 1 : -1;
}

// --- parsing
// ---------------------------------------------------------------------------------------

int JudgeParseOnly(const char* text, size_t size, struct JudgePolicy** policy) {
  struct JudgePolicy* made = kzalloc(sizeof *made, GFP_KERNEL);
  made->policy.text = text;
  made->policy.textlen = size;
  const int error = ipe_parse_policy(&made->policy);
  if (error) {
    kfree(made);
    made = NULL;
  }
  *policy = made;
  return error;
}

// The result of fs/libfs.c and fs/namei.c for a new directory of this name.
static int check_name(const char* name) {
  if (!*name || strchr(name, '/') || !strcmp(name, ".") || !strcmp(name, "..")) return -EACCES;
  return strlen(name) > NAME_MAX ? -ENAMETOOLONG : 0;
}

int JudgeParse(const char* text, size_t size, struct JudgePolicy** policy) {
  int error = JudgeParseOnly(text, size, policy);
  if (error) return error;
  error = check_name(JudgeName(*policy));
  if (error) {
    JudgeFree(*policy);
    *policy = NULL;
  }
  return error;
}

void JudgeFree(struct JudgePolicy* policy) {
  if (!policy) return;
  ipe_free_parsed_policy(policy->policy.parsed);
  kfree(policy);
}

const char* JudgeName(const struct JudgePolicy* policy) {
  return policy->policy.parsed->name;
}

void JudgeVersion(const struct JudgePolicy* policy, uint16_t version[3]) {
  version[0] = policy->policy.parsed->version.major;
  version[1] = policy->policy.parsed->version.minor;
  version[2] = policy->policy.parsed->version.rev;
}

int JudgeGlobalDefault(const struct JudgePolicy* policy) {
  return action_number(policy->policy.parsed->global_default_action);
}

int JudgeOperationDefault(const struct JudgePolicy* policy, unsigned operation) {
  const enum ipe_op_type number = operations[operation];
  if (number == IPE_OP_INVALID) return -1;
  return action_number(policy->policy.parsed->rules[number].default_action);
}

void JudgeRules(const struct JudgePolicy* policy, unsigned operation, JudgeVisit* visit,
                void* context) {
  const enum ipe_op_type number = operations[operation];
  const struct ipe_rule* rule;
  const struct ipe_prop* prop;
  if (number == IPE_OP_INVALID) return;
  list_for_each_entry(rule, &policy->policy.parsed->rules[number].rules, next) {
    visit(context, action_number(rule->action), NULL);
    list_for_each_entry(prop, &rule->props, next) {
      struct JudgeProperty property = {.property = properties[prop->type].property,
                                       .expected = properties[prop->type].expected};
      if (prop->type == IPE_PROP_DMV_ROOTHASH || prop->type == IPE_PROP_FSV_DIGEST) {
        const struct digest_info* digest = prop->value;
        property.algorithm = digest->alg;
        property.digest = digest->digest;
        property.digest_size = digest->digest_len;
      }
      visit(context, action_number(rule->action), &property);
    }
  }
}

// --- deciding
// --------------------------------------------------------------------------------------

unsigned JudgeHashCount(void) {
  return HASH_ALGO__LAST;
}
const char* JudgeHashName(unsigned hash) {
  return hash_algo_name[hash];
}
size_t JudgeHashSize(unsigned hash) {
  return (size_t)hash_digest_size[hash];
}

static void build_world(const struct JudgeEvent* event, struct world* world) {
  memset(world, 0, sizeof *world);
  world->file.f_path.mnt = &world->mount;
  world->file.f_path.dentry = &world->dentry;
  world->mount.mnt_sb = &world->superblock;
  world->dentry.inode = &world->inode;
  world->dentry.path = event->path;
  world->inode.i_sb = &world->superblock;
  world->inode.i_ino = event->inode;
  if (event->device) {
    memcpy(world->superblock.s_id, event->device,
           strnlen(event->device, sizeof world->superblock.s_id - 1));
  }
  world->superblock_blob.initramfs = event->boot_verified;
#ifdef CONFIG_IPE_PROP_DM_VERITY
  if (event->dmverity) {
    world->superblock.s_bdev = (struct block_device*)&world->device_blob;
#ifdef CONFIG_IPE_PROP_DM_VERITY_SIGNATURE
    world->device_blob.dm_verity_signed = event->dmverity_signed;
#endif
    if (event->roothash.algorithm) {
      world->roothash.alg = event->roothash.algorithm;
      world->roothash.digest = event->roothash.bytes;
      world->roothash.digest_len = event->roothash.size;
      world->device_blob.root_hash = &world->roothash;
    }
  }
#endif
  if (event->fsverity) {
    world->inode.verity = true;
#ifdef CONFIG_IPE_PROP_FS_VERITY_BUILTIN_SIG
    world->inode_blob.fs_verity_signed = event->fsverity_signed;
#endif
    world->digest_algorithm = (enum hash_algo)event->fsverity_algorithm;
    memcpy(world->digest, event->fsverity_digest, JudgeHashSize(event->fsverity_algorithm));
  }
}

static void become(const struct JudgeEvent* event) {
  memset(&asking_task, 0, sizeof asking_task);
  memcpy(asking_task.comm, event->comm, strnlen(event->comm, sizeof asking_task.comm - 1));
  asking_task.tgid = event->pid;
  enforce = event->enforcing;
}

int JudgeDecide(const struct JudgePolicy* policy, const struct JudgeEvent* event, int audit_success,
                const char** record) {
  struct world world;
  struct ipe_eval_ctx context = IPE_EVAL_CTX_INIT;
  build_world(event, &world);
  become(event);
  success_audit = audit_success;
  ipe_active_policy = (struct ipe_policy*)&policy->policy;
  ipe_build_eval_ctx(&context, event->path ? &world.file : NULL, operations[event->operation],
                     hooks[event->hook]);
  take_record();
  const int answer = ipe_evaluate_event(&context);
  *record = take_record();
  ipe_active_policy = NULL;
  return answer;
}

struct JudgeQuestion {
  const struct ipe_policy* policy;
  struct world world;
  enum ipe_op_type operation;
  enum ipe_hook_type hook;
  bool has_file;
};

struct JudgeQuestion* JudgePrepare(const struct JudgePolicy* policy,
                                   const struct JudgeEvent* event) {
  struct JudgeQuestion* question = kzalloc(sizeof *question, GFP_KERNEL);
  question->policy = &policy->policy;
  build_world(event, &question->world);
  question->operation = operations[event->operation];
  question->hook = hooks[event->hook];
  question->has_file = event->path;
  become(event);
  success_audit = false;
  return question;
}

int JudgeAsk(const struct JudgeQuestion* question) {
  struct ipe_eval_ctx context = IPE_EVAL_CTX_INIT;
  ipe_active_policy = (struct ipe_policy*)question->policy;
  ipe_build_eval_ctx(&context, question->has_file ? &question->world.file : NULL,
                     question->operation, question->hook);
  return ipe_evaluate_event(&context);
}

void JudgeForget(struct JudgeQuestion* question) {
  kfree(question);
}

// --- other records
// ---------------------------------------------------------------------------------

// A policy whose file "hashes" to `digest` (see crypto_shash_update in standin.h).
static struct ipe_policy with_digest(const struct JudgePolicy* policy, const uint8_t digest[32]) {
  struct ipe_policy made = policy->policy;
  made.pkcs7 = (const char*)digest;
  made.pkcs7len = 32;
  return made;
}

const char* JudgeLoadRecord(const struct JudgePolicy* policy, const uint8_t digest[32]) {
  const struct ipe_policy loaded = with_digest(policy, digest);
  ipe_audit_policy_load(&loaded);
  return take_record();
}

const char* JudgeActivationRecord(const struct JudgePolicy* old, const uint8_t old_digest[32],
                                  const struct JudgePolicy* made, const uint8_t digest[32]) {
  struct ipe_policy was = {0};
  if (old) was = with_digest(old, old_digest);
  const struct ipe_policy is = with_digest(made, digest);
  ipe_audit_policy_activation(old ? &was : NULL, &is);
  return take_record();
}

const char* JudgeModeRecord(int enforcing, int was_enforcing, size_t* count) {
  const size_t before = count_records();
  ipe_audit_enforce(enforcing, was_enforcing);
  *count = count_records() - before;
  return take_record();
}

size_t JudgeMemory(void) {
  return held_memory();
}
