// message_judge.h over the kernel's sources, and the functions behind standin.h.

#include "message_judge.h"

#include "standin.h"

#include "pkcs7_parser.h"

time64_t mktime64(unsigned year, unsigned month, unsigned day, unsigned hour, unsigned minute,
                  unsigned second) {
  (void)month, (void)day, (void)hour, (void)minute, (void)second;
  return year;
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

// These two hash and verify, which is not asked here.
int x509_get_sig_params(struct x509_certificate* certificate) {
  (void)certificate;
  return 0;
}

int x509_check_for_self_signed(struct x509_certificate* certificate) {
  (void)certificate;
  return 0;
}

int JudgeMessage(const void* bytes, size_t size, struct JudgedMessage* judged) {
  struct pkcs7_message* message = pkcs7_parse_message(bytes, size);
  if (IS_ERR(message)) return (int)PTR_ERR(message);
  judged->is_data = message->data_type == OID_data;
  judged->content = message->data;
  judged->size = message->data_len;
  pkcs7_free_message(message);
  return 0;
}
