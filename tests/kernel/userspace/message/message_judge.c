// message_judge.h over the kernel's sources, and the functions behind standin.h.

#include "message_judge.h"

#include <openssl/evp.h>

#include "standin.h"

#include <crypto/internal/rsa.h>

#include "pkcs7_parser.h"

// Seconds since 1970, as the calendar counts them.
time64_t mktime64(unsigned year, unsigned month, unsigned day, unsigned hour, unsigned minute,
                  unsigned second) {
  // Years that begin in March end with the leap day.
  const time64_t y = month > 2 ? year : (time64_t)year - 1;
  const time64_t days = y * 365 + y / 4 - y / 100 + y / 400 +
                        (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1 - 719468;
  return ((days * 24 + hour) * 60 + minute) * 60 + second;
}

struct asymmetric_key_id* asymmetric_key_generate_id(const void* a, size_t a_size, const void* b,
                                                     size_t b_size) {
  struct asymmetric_key_id* id = kmalloc(sizeof *id + a_size + b_size, GFP_KERNEL);
  id->len = (unsigned short)(a_size + b_size);
  if (a_size != 0) memcpy(id->data, a, a_size);
  if (b_size != 0) memcpy(id->data + a_size, b, b_size);
  return id;
}

void public_key_free(struct public_key* key) {
  if (!key) return;
  kfree(key->key);
  kfree(key->params);
  kfree(key);
}

void public_key_signature_free(struct public_key_signature* signature) {
  if (!signature) return;
  for (size_t i = 0; i < sizeof signature->auth_ids / sizeof *signature->auth_ids; ++i) {
    kfree(signature->auth_ids[i]);
  }
  kfree(signature->s);
  kfree(signature->digest);
  kfree(signature);
}

struct crypto_shash {
  const EVP_MD* algorithm;  // null: OpenSSL has none of that name
  unsigned size;
};

static int unhashed;

struct crypto_shash* crypto_alloc_shash(const char* name, u32 type, u32 mask) {
  (void)type, (void)mask;
  struct crypto_shash* shash = kmalloc(sizeof *shash, GFP_KERNEL);
  shash->algorithm = EVP_get_digestbyname(name);
  shash->size = shash->algorithm              ? (unsigned)EVP_MD_get_size(shash->algorithm)
                : strcmp(name, "streebog512") ? 32
                                              : 64;
  return shash;
}

void crypto_free_shash(struct crypto_shash* shash) {
  kfree(shash);
}

unsigned crypto_shash_digestsize(struct crypto_shash* shash) {
  return shash->size;
}

int crypto_shash_digest(struct shash_desc* desc, const u8* data, unsigned size, u8* out) {
  memset(out, 0, desc->tfm->size);
  if (!desc->tfm->algorithm) {
    unhashed = 1;
    return 0;
  }
  return EVP_Digest(data, size, out, NULL, desc->tfm->algorithm, NULL) == 1 ? 0 : -EIO;
}

// Keys are read by the kernel's own code, but for the arithmetic.
struct ecc_point {
  u64* x;
  u64* y;
};
struct ecc_curve {
  struct {
    unsigned ndigits;
  } g;
};
struct ecc_ctx {
  const struct ecc_curve* curve;
  struct ecc_point pub_key;
  bool pub_key_set;
};
struct crypto_akcipher {
  struct ecc_ctx ecc;
};
#define akcipher_tfm_ctx(tfm) (&(tfm)->ecc)
#define ecdsa_ecc_ctx_reset(context) 0
#define ecc_digits_from_bytes(bytes, size, out, digits) ((void)(bytes))
#define ecc_is_pubkey_valid_full(curve, key) 0
#include "crypto/ecdsa_key.c"
#include "crypto/rsa_length.c"

int rsa_parse_pub_key(struct rsa_key* key, const void* bytes, unsigned size);

struct crypto_sig {
  char name[CRYPTO_MAX_ALG_NAME];
  unsigned rsa_size;
};

struct crypto_sig* crypto_alloc_sig(const char* name, u32 type, u32 mask) {
  (void)type, (void)mask;
  struct crypto_sig* sig = kzalloc(sizeof *sig, GFP_KERNEL);
  strscpy(sig->name, name, sizeof sig->name);
  return sig;
}

void crypto_free_sig(struct crypto_sig* sig) {
  kfree(sig);
}

static int set_rsa_key(struct crypto_sig* sig, const void* key, unsigned size) {
  struct rsa_key raw = {0};
  const int error = rsa_parse_pub_key(&raw, key, size);
  if (error) return error;
  while (raw.n_sz != 0 && *raw.n == 0) ++raw.n, --raw.n_sz;
  sig->rsa_size = DIV_ROUND_UP(raw.n_sz, 8) * 8;  // mpi_get_size
  return rsa_check_key_length(sig->rsa_size << 3);
}

int crypto_sig_set_pubkey(struct crypto_sig* sig, const void* key, unsigned size) {
  if (strncmp(sig->name, "pkcs1pad", 8) == 0) return set_rsa_key(sig, key, size);
  const unsigned bits = strncmp(sig->name, "ecdsa-nist-p", 12) == 0 ? atoi(sig->name + 12) : 0;
  if (bits == 0) return 0;
  const struct ecc_curve curve = {{DIV_ROUND_UP(bits, 64)}};
  struct crypto_akcipher cipher = {{&curve}};
  return ecdsa_set_pub_key(&cipher, key, size);
}

int crypto_sig_verify(struct crypto_sig* sig, const void* signature, unsigned size,
                      const void* digest, unsigned digest_size) {
  (void)signature, (void)digest, (void)digest_size;
  return sig->rsa_size != 0 && size != sig->rsa_size ? -EINVAL : 0;  // pkcs1pad_verify
}

int JudgeMessage(const void* bytes, size_t size, struct JudgedMessage* judged) {
  struct pkcs7_message* message = pkcs7_parse_message(bytes, size);
  if (IS_ERR(message)) return (int)PTR_ERR(message);
  judged->is_data = message->data_type == OID_data;
  judged->content = message->data;
  judged->size = message->data_len;
  unhashed = 0;
  const int error = pkcs7_verify(message, VERIFYING_UNSPECIFIED_SIGNATURE);
  judged->unhashed = unhashed;
  pkcs7_free_message(message);
  return error;
}
