# Takes from the Debian package what the judge is built of, into the build directory:
#   cmake -DTARBALL=… -DTOP=linux-source-6.12 -DOUT=… -P unpack.cmake
# and makes the headers that those files include: a few are the package's own, the others lead to
# standin.h.

cmake_minimum_required(VERSION 3.25)

set(sources
  security/ipe/policy_parser.c security/ipe/digest.c security/ipe/eval.c security/ipe/audit.c
  security/ipe/policy_parser.h security/ipe/digest.h security/ipe/eval.h security/ipe/audit.h
  security/ipe/policy.h security/ipe/hooks.h security/ipe/ipe.h kernel/audit.c
  lib/ctype.c lib/parser.c lib/kstrtox.c lib/kstrtox.h lib/hexdump.c crypto/hash_info.c
  include/linux/ctype.h include/linux/parser.h include/linux/kstrtox.h include/crypto/hash_info.h
  include/uapi/linux/hash_info.h
  crypto/asymmetric_keys/pkcs7_parser.c crypto/asymmetric_keys/pkcs7_parser.h
  crypto/asymmetric_keys/x509_cert_parser.c crypto/asymmetric_keys/x509_parser.h
  crypto/asymmetric_keys/x509_public_key.c crypto/asymmetric_keys/pkcs7_verify.c
  crypto/asymmetric_keys/public_key.c crypto/asymmetric_keys/pkcs7_trust.c
  crypto/asymmetric_keys/pkcs7.asn1 crypto/asymmetric_keys/x509.asn1
  crypto/asymmetric_keys/x509_akid.asn1 lib/asn1_decoder.c lib/oid_registry.c
  lib/build_OID_registry scripts/asn1_compiler.c include/crypto/public_key.h include/linux/asn1.h
  crypto/rsa.c crypto/rsa_helper.c crypto/rsapubkey.asn1 crypto/rsa-pkcs1pad.c
  crypto/ecdsa.c crypto/ecdsasignature.asn1 crypto/ecc.c crypto/ecc_curve_defs.h
  include/crypto/ecc_curve.h include/crypto/internal/ecc.h include/crypto/ecdh.h
  include/crypto/internal/rsa.h include/linux/asn1_ber_bytecode.h include/linux/asn1_decoder.h include/linux/oid_registry.h)
set(headers
  linux/audit.h linux/binfmts.h linux/blk_types.h linux/compiler.h linux/err.h linux/export.h
  linux/file.h linux/fs.h linux/fs_struct.h linux/fsverity.h linux/kernel.h linux/list.h
  linux/lsm_hooks.h linux/math64.h linux/minmax.h linux/moduleparam.h linux/rcupdate.h
  linux/sched.h linux/security.h linux/slab.h linux/string.h linux/uaccess.h linux/unaligned.h
  linux/random.h linux/swab.h linux/fips.h linux/ratelimit.h crypto/rng.h
  linux/bug.h linux/cleanup.h linux/key.h linux/keyctl.h linux/module.h linux/time.h crypto/hash.h
  crypto/pkcs7.h crypto/sig.h keys/asymmetric-parser.h keys/asymmetric-subtype.h
  keys/asymmetric-type.h keys/system_keyring.h asymmetric_keys.h)

list(TRANSFORM sources PREPEND ${TOP}/ OUTPUT_VARIABLE members)
file(REMOVE_RECURSE ${OUT}/${TOP})
file(MAKE_DIRECTORY ${OUT})
execute_process(COMMAND ${CMAKE_COMMAND} -E tar xf ${TARBALL} ${members}
                WORKING_DIRECTORY ${OUT} COMMAND_ERROR_IS_FATAL ANY)
set(tree ${OUT}/${TOP})

foreach(header IN LISTS headers)
  file(WRITE ${tree}/include/${header} "#include \"standin.h\"\n")
endforeach()
# The C library includes these two itself.
foreach(header IN ITEMS linux/errno.h linux/types.h)
  file(WRITE ${tree}/include/${header} "#include_next <${header}>\n#include \"standin.h\"\n")
endforeach()

# The digest sizes of hash_info.c come from headers that drag in much more.
file(WRITE ${tree}/include/crypto/sizes.h "
#define MD5_DIGEST_SIZE 16
#define SHA1_DIGEST_SIZE 20
#define SHA224_DIGEST_SIZE 28
#define SHA256_DIGEST_SIZE 32
#define SHA384_DIGEST_SIZE 48
#define SHA512_DIGEST_SIZE 64
#define SHA3_256_DIGEST_SIZE 32
#define SHA3_384_DIGEST_SIZE 48
#define SHA3_512_DIGEST_SIZE 64
#define STREEBOG256_DIGEST_SIZE 32
#define STREEBOG512_DIGEST_SIZE 64
")
foreach(header IN ITEMS sha1 sha2 sha3 md5 streebog)
  file(WRITE ${tree}/include/crypto/${header}.h "#include <crypto/sizes.h>\n")
endforeach()

# Writes the file OUT of some functions of the file FROM, since the rest of it asks for too much.
function(keep_functions from out headers)
  file(READ ${tree}/${from} text)
  set(kept "")
  foreach(header IN LISTS headers)
    string(APPEND kept "#include <${header}>\n")
  endforeach()
  foreach(function IN LISTS ARGN)
    string(REGEX MATCH "\n[a-z][^\n;]*\n?[^\n;{]*${function}\\([^;{]*\\)\n{.*" found "${text}")
    string(FIND "${found}" "\n}\n" end)
    if(end LESS 0)
      message(FATAL_ERROR "${from} of the package is not as expected: no ${function}")
    endif()
    string(SUBSTRING "${found}" 0 ${end} found)
    string(APPEND kept "${found}\n}\n")
  endforeach()
  file(WRITE ${tree}/${out} "${kept}")
endfunction()
# Which signature goes with which key, and how a record holds a path.
keep_functions(crypto/asymmetric_keys/public_key.c crypto/asymmetric_keys/verify_signature.c crypto/public_key.h
  software_key_determine_akcipher pkey_pack_u32 public_key_verify_signature)
keep_functions(crypto/rsa.c crypto/rsa_length.c linux/err.h rsa_check_key_length)
keep_functions(crypto/rsa_helper.c crypto/rsa_parse.c "crypto/internal/rsa.h;rsapubkey.asn1.h"
  rsa_get_n rsa_get_e rsa_parse_pub_key)
keep_functions(crypto/ecdsa.c crypto/ecdsa_verify.c linux/err.h
  ecdsa_get_signature_rs ecdsa_get_signature_r ecdsa_get_signature_s _ecdsa_verify
  "int ecdsa_verify" ecdsa_set_pub_key)
keep_functions(crypto/rsa-pkcs1pad.c crypto/rsa_verify.c linux/err.h
  pkcs1pad_verify_complete pkcs1pad_verify)
# The table of digests before them, and the search in it.
file(READ ${tree}/crypto/rsa-pkcs1pad.c text)
string(FIND "${text}" "static const u8 rsa_digest_info_md5" begin)
string(FIND "${text}" "struct pkcs1pad_ctx {" end)
if(begin LESS 0 OR end LESS begin)
  message(FATAL_ERROR "crypto/rsa-pkcs1pad.c of the package is not as expected: no table of digests")
endif()
math(EXPR length "${end} - ${begin}")
string(SUBSTRING "${text}" ${begin} ${length} text)
file(WRITE ${tree}/crypto/rsa_digests.c "${text}")
keep_functions(kernel/audit.c security/ipe/log_path.c linux/audit.h audit_log_d_path)

# Of hexdump.c only the two conversions are wanted; the rest of it prints to the kernel's log.
file(READ ${tree}/lib/hexdump.c text)
string(FIND "${text}" "bin2hex - convert" end)
if(end LESS 0)
  message(FATAL_ERROR "lib/hexdump.c of the package is not as expected: no bin2hex")
endif()
string(SUBSTRING "${text}" 0 ${end} text)
string(REGEX REPLACE "/\\*\\*\n \\* $" "" text "${text}")
file(WRITE ${tree}/lib/hex.c "${text}")
