// The interfaces that the kernel's parser of signed files uses, so that it builds unchanged in user
// space. Every header that is not in the package is replaced with this file. Digests and powers of
// RSA are OpenSSL's.

#ifndef IPEC_TESTS_KERNEL_MESSAGE_STANDIN_H
#define IPEC_TESTS_KERNEL_MESSAGE_STANDIN_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef long long time64_t;

struct pkcs7_message;
struct public_key_signature;

#define likely(condition) (condition)
#define unlikely(condition) (condition)
#define fallthrough __attribute__((fallthrough))
#define pr_debug(...) ((void)0)
#define pr_devel(...) ((void)0)
#define pr_warn(...) ((void)0)
#define pr_err(...) ((void)0)
#define printk(...) ((void)0)
#define BUG() abort()
#define BUG_ON(condition) ((void)0)
#define WARN_ON(condition) (condition)
#define WARN_ON_ONCE(condition) (condition)
#define might_sleep() ((void)0)
#define kenter(...) ((void)0)
#define kleave(...) ((void)0)
#define strscpy(to, from, size) (snprintf(to, size, "%s", from) < (int)(size) ? 0 : -E2BIG)
#define EXPORT_SYMBOL(symbol)
#define __init
#define __exit
#define module_init(function)
#define module_exit(function)
#define THIS_MODULE NULL
#define __module_get(module) ((void)0)
#define MODULE_DESCRIPTION(words)
#define MODULE_AUTHOR(words)
#define MODULE_LICENSE(words)
#define EXPORT_SYMBOL_GPL(symbol)
#define IS_REACHABLE(option) 1
#define GFP_KERNEL 0
#define fips_enabled 0
#define __force
#define PAGE_SIZE 4096
#define DIV_ROUND_UP_POW2 DIV_ROUND_UP
#define max(a, b) ((a) > (b) ? (a) : (b))
#define ARRAY_SIZE(array) (sizeof(array) / sizeof *(array))
#define pr_err_ratelimited(...) ((void)0)
#define DIV_ROUND_UP(number, by) (((number) + (by)-1) / (by))

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
#define kfree_sensitive kfree
static inline void* kmemdup(const void* bytes, size_t size, int flags) {
  void* copy = kmalloc(size, flags);
  if (copy && size != 0) memcpy(copy, bytes, size);
  return copy;
}

// linux/unaligned.h, on a little-endian machine like those with a kernel package
typedef unsigned long long __be64;
#define CONFIG_ARCH_SUPPORTS_INT128
#define be64_to_cpu __builtin_bswap64
static inline u64 get_unaligned_le64(const void* from) {
  u64 number;
  memcpy(&number, from, sizeof number);
  return number;
}
static inline u64 get_unaligned_be64(const void* from) {
  return __builtin_bswap64(get_unaligned_le64(from));
}

// crypto/rng.h, for keys that are not generated here
#define get_random_bytes(bytes, size) abort()
#define memzero_explicit(bytes, size) memset(bytes, 0, size)
#define crypto_get_default_rng() (-ENOENT)
#define crypto_rng_get_bytes(rng, bytes, size) (-ENOENT)
#define crypto_put_default_rng() ((void)0)

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

// lib/hexdump.c, for descriptions that are not read here
static inline char* bin2hex(char* to, const void* from, size_t size) {
  (void)from;
  return to + 2 * size;
}

// keys/asymmetric-type.h
struct asymmetric_key_id {
  unsigned short len;
  unsigned char data[];
};
struct asymmetric_key_ids {
  void* id[3];
};
static inline bool asymmetric_key_id_same(const struct asymmetric_key_id* a,
                                          const struct asymmetric_key_id* b) {
  return a && b && a->len == b->len && memcmp(a->data, b->data, a->len) == 0;
}
struct asymmetric_key_id* asymmetric_key_generate_id(const void* a, size_t a_size, const void* b,
                                                     size_t b_size);

// linux/key.h, keys/asymmetric-subtype.h, keys/asymmetric-parser.h
enum { asym_crypto, asym_subtype, asym_key_ids, asym_auth };
struct key {
  struct {
    void* data[4];
  } payload;
};
#define key_put(key) ((void)0)
struct key* find_asymmetric_key(struct key* keyring, const struct asymmetric_key_id* id_0,
                                const struct asymmetric_key_id* id_1,
                                const struct asymmetric_key_id* id_2, bool partial);
int verify_signature(const struct key* key, const struct public_key_signature* signature);
struct kernel_pkey_query;
struct kernel_pkey_params;
struct seq_file;
struct asymmetric_key_subtype {
  void* owner;
  const char* name;
  unsigned short name_len;
  void (*describe)(const struct key* key, struct seq_file* file);
  void (*destroy)(void* payload_crypto, void* payload_auth);
  int (*query)(const struct kernel_pkey_params* params, struct kernel_pkey_query* info);
  int (*eds_op)(struct kernel_pkey_params* params, const void* in, void* out);
  int (*verify_signature)(const struct key* key, const struct public_key_signature* signature);
};
struct key_preparsed_payload {
  char* description;
  struct {
    void* data[4];
  } payload;
  const void* data;
  size_t datalen;
  size_t quotalen;
};
struct asymmetric_key_parser {
  void* owner;
  const char* name;
  int (*parse)(struct key_preparsed_payload* prep);
};
static inline int register_asymmetric_key_parser(struct asymmetric_key_parser* parser) {
  (void)parser;
  return 0;
}
static inline void unregister_asymmetric_key_parser(struct asymmetric_key_parser* parser) {
  (void)parser;
}

// keys/system_keyring.h
#define BLACKLIST_HASH_X509_TBS 1
static inline int is_hash_blacklisted(const u8* hash, size_t size, int type) {
  (void)hash, (void)size, (void)type;
  return 0;
}

// crypto/hash.h
struct crypto_shash;
struct shash_desc {
  struct crypto_shash* tfm;
};
struct crypto_shash* crypto_alloc_shash(const char* name, u32 type, u32 mask);
void crypto_free_shash(struct crypto_shash* shash);
unsigned crypto_shash_digestsize(struct crypto_shash* shash);
int crypto_shash_digest(struct shash_desc* desc, const u8* data, unsigned size, u8* out);
static inline unsigned crypto_shash_descsize(struct crypto_shash* shash) {
  (void)shash;
  return 0;
}
// Hashing in steps covers one byte and the rest.
int crypto_shash_init(struct shash_desc* desc);
int crypto_shash_update(struct shash_desc* desc, const u8* data, unsigned size);
int crypto_shash_finup(struct shash_desc* desc, const u8* data, unsigned size, u8* out);

// crypto/sig.h
#define CRYPTO_MAX_ALG_NAME 128
enum kernel_pkey_operation { kernel_pkey_verify = 3, kernel_pkey_sign };
struct crypto_sig;
struct crypto_sig* crypto_alloc_sig(const char* name, u32 type, u32 mask);
void crypto_free_sig(struct crypto_sig* sig);
int crypto_sig_set_pubkey(struct crypto_sig* sig, const void* key, unsigned size);
#define crypto_sig_set_privkey crypto_sig_set_pubkey
int crypto_sig_verify(struct crypto_sig* sig, const void* signature, unsigned size,
                      const void* digest, unsigned digest_size);

// crypto/pkcs7.h
enum key_being_used_for {
  VERIFYING_MODULE_SIGNATURE,
  VERIFYING_FIRMWARE_SIGNATURE,
  VERIFYING_KEXEC_PE_SIGNATURE,
  VERIFYING_UNSPECIFIED_SIGNATURE,
};
#define match_string(names, count, name) (-EINVAL)
int pkcs7_verify(struct pkcs7_message* message, enum key_being_used_for usage);
struct pkcs7_message* pkcs7_parse_message(const void* data, size_t size);
int pkcs7_validate_trust(struct pkcs7_message* message, struct key* keyring);
void pkcs7_free_message(struct pkcs7_message* message);

#endif  // IPEC_TESTS_KERNEL_MESSAGE_STANDIN_H
