// The interfaces that the kernel's IPE sources use, so that they build unchanged in user space.
// Only the parts that they use: one task, one thread, memory that does not run out. `ctype`,
// `match_token`, `hex2bin`, `kstrtou16` and the names of hashes are not here, because they come
// from the package too (see CMakeLists.txt). Every <linux/…> header is replaced with this file.

#ifndef IPEC_TESTS_KERNEL_STANDIN_H
#define IPEC_TESTS_KERNEL_STANDIN_H

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef unsigned long long u64;
typedef int8_t s8;
typedef int16_t s16;
typedef int32_t s32;
typedef long long s64;
typedef unsigned int gfp_t;

#define __user
#define __rcu
#define __init
#define __ro_after_init
#define __must_check
#define __always_unused __attribute__((unused))
#define fallthrough __attribute__((fallthrough))
#define noinline __attribute__((noinline))
#define likely(condition) __builtin_expect(!!(condition), 1)
#define unlikely(condition) __builtin_expect(!!(condition), 0)
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#define EXPORT_SYMBOL(symbol)
#define EXPORT_SYMBOL_GPL(symbol)
#define min(a, b) ((a) < (b) ? (a) : (b))
#define max(a, b) ((a) > (b) ? (a) : (b))
#define WARN(condition, ...) ((void)(condition))
#define READ_ONCE(place) (place)
#define module_param(name, type, mode)
#define MODULE_PARM_DESC(name, words)

static inline u64 div_u64(u64 dividend, u32 divisor) {
  return dividend / divisor;
}
static inline unsigned long copy_from_user(void* to, const void* from, size_t size) {
  memcpy(to, from, size);
  return 0;
}

// linux/err.h
#define MAX_ERRNO 4095
#define IS_ERR_VALUE(value) ((unsigned long)(value) >= (unsigned long)-MAX_ERRNO)
static inline void* ERR_PTR(long error) {
  return (void*)error;
}
static inline long PTR_ERR(const void* pointer) {
  return (long)pointer;
}
static inline bool IS_ERR(const void* pointer) {
  return IS_ERR_VALUE(pointer);
}
static inline bool IS_ERR_OR_NULL(const void* pointer) {
  return !pointer || IS_ERR(pointer);
}

// linux/slab.h. Counts the allocation of the kernel's allocator, for measuring; a request for no
// bytes is not a failure.
#define GFP_KERNEL 0U
#define GFP_ATOMIC 0U
#define __GFP_NOWARN 0U
void* kmalloc(size_t size, gfp_t flags);
void* kzalloc(size_t size, gfp_t flags);
void kfree(const void* pointer);
char* kstrndup(const char* text, size_t most, gfp_t flags);
char* kmemdup_nul(const char* text, size_t length, gfp_t flags);

// linux/list.h
struct list_head {
  struct list_head *next, *prev;
};
#define container_of(pointer, type, member) ((type*)((char*)(pointer)-offsetof(type, member)))
static inline void INIT_LIST_HEAD(struct list_head* list) {
  list->next = list->prev = list;
}
static inline bool list_empty(const struct list_head* list) {
  return list->next == list;
}
static inline void list_add_tail(struct list_head* added, struct list_head* list) {
  added->next = list;
  added->prev = list->prev;
  list->prev->next = added;
  list->prev = added;
}
static inline void list_del(struct list_head* entry) {
  entry->prev->next = entry->next;
  entry->next->prev = entry->prev;
}
#define list_entry(pointer, type, member) container_of(pointer, type, member)
#define list_for_each_entry(at, list, member)                                         \
  for (at = list_entry((list)->next, __typeof__(*at), member); &at->member != (list); \
       at = list_entry(at->member.next, __typeof__(*at), member))
#define list_for_each_entry_safe(at, after, list, member)           \
  for (at = list_entry((list)->next, __typeof__(*at), member),      \
      after = list_entry(at->member.next, __typeof__(*at), member); \
       &at->member != (list);                                       \
       at = after, after = list_entry(after->member.next, __typeof__(*after), member))

// linux/rcupdate.h
#define rcu_read_lock() ((void)0)
#define rcu_read_unlock() ((void)0)
#define rcu_dereference(pointer) (pointer)
#define rcu_access_pointer(pointer) (pointer)

// linux/hex.h; the tables and hex2bin are the package's own.
extern const char hex_asc[];
extern const char hex_asc_upper[];
int hex_to_bin(unsigned char digit);
int hex2bin(u8* to, const char* from, size_t count);

// linux/kstrtox.h is the package's own.
#include <linux/kstrtox.h>

// Files, as far as IPE reads them. The blobs that IPE attaches to superblocks, devices and inodes
// are members here.
struct dentry;
struct block_device;
struct super_block;
struct inode {
  struct super_block* i_sb;
  unsigned long i_ino;
  bool verity;
};
struct vfsmount {
  struct super_block* mnt_sb;
};
struct path {
  struct vfsmount* mnt;
  struct dentry* dentry;
};
struct file {
  struct path f_path;
};
struct super_block {
  struct block_device* s_bdev;
  char s_id[32];
};
struct dentry {
  struct inode* inode;
  const char* path;
};
struct linux_binprm;
struct vm_area_struct;
struct mutex;
enum kernel_read_file_id { READING_NOTHING };
enum kernel_load_data_id { LOADING_NOTHING };
enum lsm_integrity_type { LSM_INT_NOTHING };
static inline struct inode* d_real_inode(const struct dentry* dentry) {
  return dentry->inode;
}
static inline struct inode* file_inode(const struct file* file) {
  return file->f_path.dentry->inode;
}
#define IS_VERITY(inode) ((inode)->verity)

// linux/fsverity.h
#include <crypto/hash_info.h>
#define FS_VERITY_MAX_DIGEST_SIZE 64
int fsverity_get_digest(struct inode* inode, u8 raw_digest[FS_VERITY_MAX_DIGEST_SIZE],
                        u8* out_algorithm, enum hash_algo* algorithm);

// The current task.
struct task_struct {
  char comm[16];
  int tgid;
};
extern struct task_struct* current;
#define get_task_comm(to, task) ((const char*)memcpy(to, (task)->comm, sizeof(to)))
static inline int task_tgid_nr(const struct task_struct* task) {
  return task->tgid;
}

// linux/audit.h: records go to a buffer of the judge.
struct audit_buffer {
  char* text;
  size_t size;
  size_t capacity;
  gfp_t gfp_mask;
};
struct audit_context;
enum {
  AUDIT_MAC_STATUS = 1404,
  AUDIT_IPE_ACCESS = 1420,
  AUDIT_IPE_CONFIG_CHANGE,
  AUDIT_IPE_POLICY_LOAD
};
#define audit_context() ((struct audit_context*)0)
struct audit_buffer* audit_log_start(struct audit_context* context, gfp_t flags, int type);
void audit_log_end(struct audit_buffer* buffer);
void audit_log_format(struct audit_buffer* buffer, const char* format, ...)
    __attribute__((format(printf, 2, 3)));
void audit_log(struct audit_context* context, gfp_t flags, int type, const char* format, ...)
    __attribute__((format(printf, 4, 5)));
void audit_log_untrustedstring(struct audit_buffer* buffer, const char* text);
void audit_log_n_hex(struct audit_buffer* buffer, const unsigned char* bytes, size_t count);
char* d_path(const struct path* path, char* buffer, int size);
void audit_log_d_path(struct audit_buffer* buffer, const char* prefix, const struct path* path);
#define from_kuid(space, uid) (uid)
#define audit_get_loginuid(task) ((unsigned int)-1)
#define audit_get_sessionid(task) ((unsigned int)-1)

// crypto/hash.h: "hashes" by copying its first 32 bytes, so that the judge chooses the digest.
struct crypto_shash {
  char unused;
};
struct shash_desc {
  struct crypto_shash* tfm;
  u8 digest[32];
};
#define SHASH_DESC_ON_STACK(name, tfm)     \
  struct shash_desc name##_on_stack = {0}; \
  struct shash_desc* name = &name##_on_stack
static inline struct crypto_shash* crypto_alloc_shash(const char* name, u32 type, u32 mask) {
  static struct crypto_shash only;
  (void)name, (void)type, (void)mask;
  return &only;
}
#define crypto_free_shash(tfm) ((void)(tfm))
#define crypto_shash_digestsize(tfm) 32U
static inline int crypto_shash_init(struct shash_desc* desc) {
  memset(desc->digest, 0, sizeof desc->digest);
  return 0;
}
static inline int crypto_shash_update(struct shash_desc* desc, const void* bytes, size_t count) {
  memcpy(desc->digest, bytes, min(count, sizeof desc->digest));
  return 0;
}
static inline int crypto_shash_final(struct shash_desc* desc, u8* digest) {
  memcpy(digest, desc->digest, sizeof desc->digest);
  return 0;
}

#endif  // IPEC_TESTS_KERNEL_STANDIN_H
