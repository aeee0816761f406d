#include "compiler/sign/arithmetic.h"

#include <string>
#include <variant>
#include <vector>

#include <openssl/objects.h>

#include "compiler/sign/ber.h"
#include "compiler/sign/key.h"
#include "compiler/sign/openssl.h"
#include "compiler/support/assert.h"
#include "compiler/support/numbers.h"

namespace ipec::sign {
namespace {

using support::Errno;

const unsigned char* Bytes(llvm::StringRef text) {
  return text.bytes_begin();
}

LongNumber ReadNumber(llvm::StringRef bytes) {
  LongNumber number(BN_bin2bn(Bytes(bytes), support::ToInt(bytes.size()), nullptr));
  IPEC_CHECK(number != nullptr, "no memory for a long number");
  return number;
}

LongNumber NewNumber() {
  return ReadNumber({});
}

Workspace NewWorkspace() {
  Workspace workspace(BN_CTX_new());
  IPEC_CHECK(workspace != nullptr, "no memory for long numbers");
  return workspace;
}

// The DER of a DigestInfo up to the digest itself.
std::string HeadOfDigestInfo(const SignedDigest& digest) {
  const std::unique_ptr<ASN1_OBJECT, FreeBy<ASN1_OBJECT_free>> object(
      OBJ_txt2obj(std::string(digest.algorithm).c_str(), /*no_name=*/1));
  IPEC_CHECK(object != nullptr, "an algorithm without an identifier");
  std::string id(2, '\0');
  id[0] = kObjectId;
  id[1] = support::ToChar(OBJ_length(object.get()));
  id.append(reinterpret_cast<const char*>(OBJ_get0_data(object.get())), OBJ_length(object.get()));
  id += {kNull, 0};
  std::string head = {kSequence, support::ToChar(id.size() + 4 + digest.bytes.size()), kSequence,
                      support::ToChar(id.size())};
  head += id;
  return head + std::string{kOctetString, support::ToChar(digest.bytes.size())};
}

// The result of applying the key to the signature: 00 01 FF … FF 00, the head and the digest.
std::optional<Errno> CompareWithPadding(llvm::StringRef text, const SignedDigest& digest) {
  if (text[0] != 0) return Errno::kEINVAL;
  text = text.drop_front();
  const std::size_t end = text.find_first_not_of('\xFF', 1);
  if (text[0] != 1 || end < 9 || end == llvm::StringRef::npos || text[end] != 0) {
    return Errno::kEBADMSG;
  }
  text = text.drop_front(end + 1);
  if (!text.consume_front(HeadOfDigestInfo(digest))) return Errno::kEBADMSG;
  if (text != digest.bytes) return Errno::kEKEYREJECTED;
  return std::nullopt;
}

CurveGroup FindGroup(std::string_view curve) {
  UseOpenSsl();
  return CurveGroup(EC_GROUP_new_by_curve_name(OBJ_txt2nid(std::string(curve).c_str())));
}

// Null: not a point of the curve.
CurvePoint ReadPoint(const EC_GROUP* group, llvm::StringRef bytes, BN_CTX* workspace) {
  const std::size_t length = bytes.size() / 2;
  const LongNumber x = ReadNumber(bytes.substr(1, length));
  const LongNumber y = ReadNumber(bytes.substr(1 + length));
  const LongNumber field = NewNumber();
  CurvePoint point(EC_POINT_new(group));
  IPEC_CHECK(point != nullptr, "no memory for a point");
  // OpenSSL would reduce coordinates that are too large.
  if (EC_GROUP_get_curve(group, field.get(), nullptr, nullptr, workspace) != 1 ||
      BN_cmp(x.get(), field.get()) >= 0 || BN_cmp(y.get(), field.get()) >= 0 ||
      EC_POINT_set_affine_coordinates(group, point.get(), x.get(), y.get(), workspace) != 1) {
    return nullptr;
  }
  return point;
}

struct Pair {
  LongNumber r;
  LongNumber s;
};

// The two numbers of an elliptic signature, or the error of a kernel that reads them.
std::variant<Pair, Errno> ReadPair(llvm::StringRef signature, std::size_t digits) {
  Pair pair;
  const std::size_t size = digits * kBytesOfDigit;
  BerReader reader(signature);
  reader.Enter(kSequence);
  for (LongNumber* number : {&pair.r, &pair.s}) {
    llvm::StringRef bytes = reader.Take(kInteger).content;
    if (reader.failed()) break;
    const bool has_sign = bytes.size() == size + 1 && bytes[0] == 0;
    if (bytes.empty() || (bytes.size() > size && !has_sign)) return Errno::kEINVAL;
    *number = ReadNumber(bytes);
  }
  reader.Leave();
  if (reader.failed()) return Errno::kEBADMSG;
  return pair;
}

}  // namespace

std::optional<Errno> VerifyRsa(llvm::StringRef modulus, llvm::StringRef exponent, std::size_t size,
                               const SignedDigest& digest, llvm::StringRef signature) {
  const Workspace workspace = NewWorkspace();
  const LongNumber n = ReadNumber(modulus);
  const LongNumber e = ReadNumber(exponent);
  const LongNumber number = ReadNumber(signature);
  const LongNumber largest = ReadNumber(modulus);
  BN_sub_word(largest.get(), 2);
  if (BN_is_zero(number.get()) || BN_is_one(number.get()) ||
      BN_cmp(number.get(), largest.get()) > 0) {
    return Errno::kEINVAL;
  }
  const LongNumber result = NewNumber();
  const bool done = BN_mod_exp(result.get(), number.get(), e.get(), n.get(), workspace.get()) == 1;
  IPEC_CHECK(done, "OpenSSL does not calculate a power");
  std::vector<unsigned char> text(size);
  BN_bn2binpad(result.get(), text.data(), support::ToInt(size));
  return CompareWithPadding({reinterpret_cast<const char*>(text.data()), text.size()}, digest);
}

bool IsOnCurve(std::string_view curve, llvm::StringRef point) {
  const CurveGroup group = FindGroup(curve);
  return group && ReadPoint(group.get(), point, NewWorkspace().get());
}

std::optional<Errno> VerifyEcdsa(std::string_view curve, llvm::StringRef point, std::size_t digits,
                                 const SignedDigest& digest, llvm::StringRef signature) {
  const CurveGroup group = FindGroup(curve);
  const Workspace workspace = NewWorkspace();
  const CurvePoint key = ReadPoint(group.get(), point, workspace.get());
  IPEC_CHECK(key != nullptr, "a key that is not on its curve");
  const std::variant<Pair, Errno> read = ReadPair(signature, digits);
  if (const auto* const error = std::get_if<Errno>(&read)) return *error;
  const Pair& pair = std::get<Pair>(read);
  const BIGNUM* order = EC_GROUP_get0_order(group.get());
  for (const BIGNUM* number : {pair.r.get(), pair.s.get()}) {
    if (BN_is_zero(number) || BN_cmp(number, order) >= 0) return Errno::kEBADMSG;
  }
  const LongNumber hash = ReadNumber(digest.bytes.take_front(digits * kBytesOfDigit));
  const LongNumber inverse(BN_mod_inverse(nullptr, pair.s.get(), order, workspace.get()));
  const LongNumber of_base = NewNumber();
  const LongNumber of_key = NewNumber();
  const LongNumber x = NewNumber();
  const CurvePoint sum(EC_POINT_new(group.get()));
  const bool done =
      inverse && sum &&
      BN_mod_mul(of_base.get(), hash.get(), inverse.get(), order, workspace.get()) == 1 &&
      BN_mod_mul(of_key.get(), pair.r.get(), inverse.get(), order, workspace.get()) == 1 &&
      EC_POINT_mul(group.get(), sum.get(), of_base.get(), key.get(), of_key.get(),
                   workspace.get()) == 1;
  IPEC_CHECK(done, "OpenSSL does not calculate on a curve");
  // The point at infinity has no coordinates.
  const bool matches = EC_POINT_is_at_infinity(group.get(), sum.get()) == 0 &&
                       EC_POINT_get_affine_coordinates(group.get(), sum.get(), x.get(), nullptr,
                                                       workspace.get()) == 1 &&
                       BN_nnmod(x.get(), x.get(), order, workspace.get()) == 1 &&
                       BN_cmp(x.get(), pair.r.get()) == 0;
  if (!matches) return Errno::kEKEYREJECTED;
  return std::nullopt;
}

}  // namespace ipec::sign
