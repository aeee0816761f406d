/* Signs policies by the thousand: signer KEY CERTIFICATE, then on standard input texts, each after
 * a line with its size; on standard output the signed files in the same manner. As `openssl smime
 * -sign -binary -noattr -nodetach -nosmimecap -outform der` does, without a process for each. */
#include <openssl/pem.h>
#include <openssl/pkcs7.h>
#include <stdio.h>
#include <stdlib.h>

static void need(int ok, const char* what) {
  if (!ok) {
    fprintf(stderr, "signer: %s\n", what);
    exit(1);
  }
}

int main(int argc, char** argv) {
  need(argc == 3, "usage: signer KEY CERTIFICATE");
  BIO* key_file = BIO_new_file(argv[1], "r");
  BIO* certificate_file = BIO_new_file(argv[2], "r");
  need(key_file && certificate_file, "cannot open the key or the certificate");
  EVP_PKEY* key = PEM_read_bio_PrivateKey(key_file, NULL, NULL, NULL);
  X509* certificate = PEM_read_bio_X509(certificate_file, NULL, NULL, NULL);
  need(key && certificate, "cannot read the key or the certificate");

  size_t size;
  while (scanf("%zu", &size) == 1) {
    need(getchar() == '\n', "a line with a size expected");
    char* text = malloc(size + 1);
    need(text && fread(text, 1, size, stdin) == size, "the text is shorter than its size");
    BIO* content = BIO_new_mem_buf(text, (int)size);
    PKCS7* made =
        PKCS7_sign(certificate, key, NULL, content, PKCS7_BINARY | PKCS7_NOATTR | PKCS7_NOSMIMECAP);
    unsigned char* der = NULL;
    int der_size = made ? i2d_PKCS7(made, &der) : -1;
    need(der_size > 0, "cannot sign");
    printf("%d\n", der_size);
    fwrite(der, 1, (size_t)der_size, stdout);
    OPENSSL_free(der);
    PKCS7_free(made);
    BIO_free(content);
    free(text);
  }
  need(!fflush(stdout), "cannot write");
  return 0;
}
