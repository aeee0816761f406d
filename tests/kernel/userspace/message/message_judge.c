// message_judge.h over the kernel's sources, and the functions behind standin.h.

#include "message_judge.h"

#include <openssl/bn.h>
#include <openssl/evp.h>

#include "standin.h"

#include <crypto/ecdh.h>
#include <crypto/internal/ecc.h>
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
  const EVP_MD* algorithm;  // null: OpenSSL does not have the algorithm
  unsigned size;
  bool begun;
  u8 first;
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

int crypto_shash_init(struct shash_desc* desc) {
  desc->tfm->begun = false;
  return 0;
}

int crypto_shash_update(struct shash_desc* desc, const u8* data, unsigned size) {
  if (desc->tfm->begun || size != 1) abort();
  desc->tfm->first = *data;
  desc->tfm->begun = true;
  return 0;
}

int crypto_shash_finup(struct shash_desc* desc, const u8* data, unsigned size, u8* out) {
  u8* all = kmalloc((size_t)size + 1, GFP_KERNEL);
  all[0] = desc->tfm->first;
  memcpy(all + 1, data, size);
  const int error = crypto_shash_digest(desc, all, size + 1, out);
  kfree(all);
  return error;
}

// Signatures are verified by the kernel's own code, including ecc.c; OpenSSL computes only the
// power of RSA. A request contains the signature followed by the digest.
struct scatterlist {
  const u8* bytes;
};
#define sg_nents_for_len(list, size) 1
#define sg_pcopy_to_buffer(list, count, to, size, skip) memcpy(to, (list)->bytes + (skip), size)

struct ecdsa_signature_ctx {
  const struct ecc_curve* curve;
  u64 r[ECC_MAX_DIGITS];
  u64 s[ECC_MAX_DIGITS];
};
struct ecc_ctx {
  const struct ecc_curve* curve;
  u64 x[ECC_MAX_DIGITS];
  u64 y[ECC_MAX_DIGITS];
  struct ecc_point pub_key;
  bool pub_key_set;
};
struct rsa_asn1_template;
struct pkcs1pad_ctx {
  struct rsa_numbers* child;
  unsigned key_size;
};
struct pkcs1pad_inst_ctx {
  const struct rsa_asn1_template* digest_info;
};
struct rsa_numbers {
  BIGNUM* n;
  BIGNUM* e;
};
struct crypto_sig {
  struct ecc_ctx ecc;
  struct pkcs1pad_ctx rsa;
  struct pkcs1pad_inst_ctx rsa_instance;
  struct rsa_numbers numbers;
};
#define crypto_akcipher crypto_sig
#define akcipher_instance pkcs1pad_inst_ctx

struct child_request {
  const struct rsa_numbers* key;
  struct scatterlist* src;
  struct scatterlist* dst;
  unsigned src_len, dst_len;
};
struct pkcs1pad_request {
  struct scatterlist out_sg[1];
  u8* out_buf;
  struct child_request child_req;
};
struct akcipher_request {
  struct crypto_sig* tfm;
  struct scatterlist* src;
  struct scatterlist* dst;
  unsigned src_len, dst_len;
  struct pkcs1pad_request context;
};
#define crypto_akcipher_reqtfm(request) ((request)->tfm)
#define akcipher_request_ctx(request) (&(request)->context)
#define akcipher_alg_instance(tfm) (&(tfm)->rsa_instance)
#define akcipher_instance_ctx(instance) (instance)
#define akcipher_request_set_tfm(request, child) ((request)->key = (child))
#define akcipher_request_set_callback(...) ((void)0)
#define akcipher_request_set_crypt(request, from, to, from_size, to_size)            \
  ((request)->src = (from), (request)->dst = (to), (request)->src_len = (from_size), \
   (request)->dst_len = (to_size))
#define pkcs1pad_sg_set_buf(list, buffer, size, next) ((list)->bytes = (buffer))
#define crypto_memneq memcmp

// rsa_enc and _rsa_enc of rsa.c
static int crypto_akcipher_encrypt(struct child_request* request) {
  const struct rsa_numbers* key = request->key;
  BN_CTX* workspace = BN_CTX_new();
  BIGNUM* number = BN_bin2bn(request->src->bytes, (int)request->src_len, NULL);
  BIGNUM* largest = BN_dup(key->n);
  BN_sub_word(largest, 1);
  int error = 0;
  if (BN_is_zero(number) || BN_is_one(number) || BN_cmp(number, largest) >= 0) {
    error = -EINVAL;
  } else if (BN_mod_exp(number, number, key->e, key->n, workspace) != 1) {
    abort();
  } else {
    BN_bn2binpad(number, (u8*)request->dst->bytes, (int)request->dst_len);
  }
  BN_free(number);
  BN_free(largest);
  BN_CTX_free(workspace);
  return error;
}

#define akcipher_tfm_ctx(tfm) (&(tfm)->rsa)
#include "crypto/rsa_digests.c"
#include "crypto/rsa_length.c"
#include "crypto/rsa_verify.c"
#undef akcipher_tfm_ctx

#define akcipher_tfm_ctx(tfm) (&(tfm)->ecc)
static int ecdsa_ecc_ctx_reset(struct ecc_ctx* context) {
  context->pub_key = ECC_POINT_INIT(context->x, context->y, context->curve->g.ndigits);
  return 0;
}
// linux/asn1_decoder.h, which OpenSSL's names exclude here
struct asn1_decoder;
extern const struct asn1_decoder ecdsasignature_decoder;
int asn1_ber_decoder(const struct asn1_decoder* decoder, void* context, const unsigned char* data,
                     size_t size);
#include "crypto/ecdsa_verify.c"

int rsa_parse_pub_key(struct rsa_key* key, const void* bytes, unsigned size);

struct crypto_sig* crypto_alloc_sig(const char* name, u32 type, u32 mask) {
  (void)type, (void)mask;
  struct crypto_sig* sig = kzalloc(sizeof *sig, GFP_KERNEL);
  char digest[CRYPTO_MAX_ALG_NAME];
  if (sscanf(name, "pkcs1pad(rsa,%127[^)])", digest) == 1) {
    sig->rsa_instance.digest_info = rsa_lookup_asn1(digest);
    if (sig->rsa_instance.digest_info) return sig;
    kfree(sig);
    return ERR_PTR(-EINVAL);  // pkcs1pad_create
  }
  const unsigned bits = strncmp(name, "ecdsa-nist-p", 12) == 0 ? atoi(name + 12) : 0;
  sig->ecc.curve = ecc_get_curve(bits == 192   ? ECC_CURVE_NIST_P192
                                 : bits == 256 ? ECC_CURVE_NIST_P256
                                 : bits == 384 ? ECC_CURVE_NIST_P384
                                 : bits == 521 ? ECC_CURVE_NIST_P521
                                               : 0);
  return sig;
}

void crypto_free_sig(struct crypto_sig* sig) {
  BN_free(sig->numbers.n);
  BN_free(sig->numbers.e);
  kfree(sig);
}

// rsa_set_pub_key and pkcs1pad_set_pub_key
static int set_rsa_key(struct crypto_sig* sig, const void* key, unsigned size) {
  struct rsa_key raw = {0};
  int error = rsa_parse_pub_key(&raw, key, size);
  if (error) return error;
  sig->numbers.n = BN_bin2bn(raw.n, (int)raw.n_sz, NULL);
  sig->numbers.e = BN_bin2bn(raw.e, (int)raw.e_sz, NULL);
  sig->rsa.child = &sig->numbers;
  sig->rsa.key_size = DIV_ROUND_UP(BN_num_bytes(sig->numbers.n), 8) * 8;  // mpi_get_size
  return rsa_check_key_length(sig->rsa.key_size << 3);
}

int crypto_sig_set_pubkey(struct crypto_sig* sig, const void* key, unsigned size) {
  if (sig->rsa_instance.digest_info) return set_rsa_key(sig, key, size);
  return sig->ecc.curve ? ecdsa_set_pub_key(sig, key, size) : 0;
}

int crypto_sig_verify(struct crypto_sig* sig, const void* signature, unsigned size,
                      const void* digest, unsigned digest_size) {
  u8* both = kmalloc((size_t)size + digest_size, GFP_KERNEL);
  if (size != 0) memcpy(both, signature, size);
  memcpy(both + size, digest, digest_size);
  struct scatterlist list = {both};
  struct akcipher_request request = {sig, &list, NULL, size, digest_size};
  const int error = sig->rsa_instance.digest_info ? pkcs1pad_verify(&request)
                    : sig->ecc.curve              ? ecdsa_verify(&request)
                                                  : 0;
  kfree(both);
  return error;
}

// keys/asymmetric-type.h: a keyring is an array, as a key that points to it and to its end.
struct key* find_asymmetric_key(struct key* keyring, const struct asymmetric_key_id* id_0,
                                const struct asymmetric_key_id* id_1,
                                const struct asymmetric_key_id* id_2, bool partial) {
  (void)id_2, (void)partial;
  struct key* const end = keyring->payload.data[1];
  for (struct key* key = keyring->payload.data[0]; key != end; ++key) {
    struct x509_certificate* const of = key->payload.data[asym_auth];
    const struct asymmetric_key_id* const sought = id_0 ? id_0 : id_1;
    if (!asymmetric_key_id_same(of->id, sought) && !asymmetric_key_id_same(of->skid, sought)) {
      continue;
    }
    if (id_0 && id_1 && !asymmetric_key_id_same(id_1, of->skid)) return ERR_PTR(-EKEYREJECTED);
    return key;
  }
  return ERR_PTR(-ENOKEY);
}

int verify_signature(const struct key* key, const struct public_key_signature* signature) {
  return public_key_verify_signature(key->payload.data[asym_crypto], signature);
}

int JudgeTrust(const void* bytes, size_t size, const struct JudgedKey* keys, size_t count) {
  struct pkcs7_message* message = pkcs7_parse_message(bytes, size);
  if (IS_ERR(message)) return (int)PTR_ERR(message);
  int error = pkcs7_verify(message, VERIFYING_UNSPECIFIED_SIGNATURE);
  struct key* const all = kmalloc(count * sizeof *all, GFP_KERNEL);
  size_t loaded = 0;
  for (size_t i = 0; i < count; ++i) {
    struct x509_certificate* const of = x509_cert_parse(keys[i].certificate, keys[i].size);
    if (IS_ERR(of)) continue;
    all[loaded].payload.data[asym_crypto] = of->pub;
    all[loaded++].payload.data[asym_auth] = of;
  }
  struct key keyring = {{{all, all + loaded}}};
  if (error == 0) error = pkcs7_validate_trust(message, &keyring);
  for (size_t i = 0; i < loaded; ++i) x509_free_certificate(all[i].payload.data[asym_auth]);
  kfree(all);
  pkcs7_free_message(message);
  return error;
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
