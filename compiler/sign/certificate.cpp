// X.509 as a kernel reads it: x509.asn1 and x509_akid.asn1 of its sources, and the checks of its
// parser.

#include "compiler/sign/certificate.h"

#include <chrono>

#include "compiler/sign/thumbprint.h"
#include "compiler/support/numbers.h"
#include "llvm/ADT/StringExtras.h"

namespace ipec::sign {
namespace {

using support::Errno;

constexpr std::string_view kEllipticKey = "1.2.840.10045.2.1";
constexpr std::string_view kSubjectKeyIdentifier = "2.5.29.14";
constexpr std::string_view kKeyUsage = "2.5.29.15";
constexpr std::string_view kBasicConstraints = "2.5.29.19";
constexpr std::string_view kAuthorityKeyIdentifier = "2.5.29.35";

unsigned char At(llvm::StringRef bytes, std::size_t at) {
  return support::ToByte(bytes[at]);
}

// The identifier in an element, given with its head; nothing: the element is of another kind.
std::optional<std::string> ReadObjectId(llvm::StringRef element) {
  if (element.size() < 3 || At(element, 0) != kObjectId || At(element, 1) != element.size() - 2) {
    return std::nullopt;
  }
  return Dotted(element.drop_front(2));
}

class CertificateReader {
 public:
  explicit CertificateReader(llvm::StringRef der) : reader_(der) {
    made_.sha256 = llvm::toHex(Thumbprint(Hash::Sha256, der), /*LowerCase=*/true);
  }

  CertificateRead Read() {
    reader_.Enter(kSequence);
    ReadSigned();
    const std::string algorithm = ReadAlgorithm(reader_);
    const llvm::StringRef signature = reader_.Take(kBitString).content;
    if (algorithm != algorithm_) Reject(Errno::kEINVAL, "its two signature algorithms differ");
    if (!IsWholeBytes(signature))
      Reject(Errno::kEBADMSG, "its signature is not a whole number of bytes");
    if (!signature.empty()) made_.signature.bytes = signature.drop_front().str();
    reader_.Leave();
    if (!rejection_ && !reader_.failed() && authority_) ReadAuthority(*authority_);
    if (!rejection_ && reader_.failed()) {
      Reject(Errno::kEBADMSG, Describe(*reader_.failure()), /*always=*/true);
    }
    if (!rejection_) CheckSelfSignature();
    return {std::move(rejection_), std::move(made_)};
  }

 private:
  void ReadSigned() {
    const std::size_t begin = reader_.at();
    reader_.Enter(kSequence);
    if (reader_.EnterIf(Parts(0))) {
      reader_.Take(kInteger);
      reader_.Leave();
    }
    const llvm::StringRef serial = reader_.Take(kInteger).content;
    algorithm_ = ReadAlgorithm(reader_);
    made_.signature.kind = KeyKindOf(algorithm_);
    if (!IsTaken(algorithm_, CertificateSignature)) {
      Unsupported("signature algorithm", algorithm_);
    }
    issuer_ = ReadName(reader_);
    made_.id = serial.str() + issuer_.str();
    made_.serial = serial.str();
    made_.issuer = issuer_.str();
    ReadValidity();
    subject_ = ReadName(reader_);
    made_.subject = subject_.str();
    ReadKey();
    reader_.TakeIf(Plain(1));
    reader_.TakeIf(Plain(2));
    if (reader_.EnterIf(Parts(3))) {
      reader_.Enter(kSequence);
      do {
        ReadExtension();
      } while (reader_.More());
      reader_.Leave();
      reader_.Leave();
    }
    const llvm::StringRef text = reader_.Since(begin);  // without an end mark
    reader_.Leave();
    const std::string_view digest = DigestIn(algorithm_);
    if (digest.empty() || reader_.failed()) return;
    made_.signature.digest_algorithm = digest;
    made_.signature.digest = DigestOf(NameOf(digest), text);
  }

  void ReadValidity() {
    reader_.Enter(kSequence);
    for (const bool last : {false, true}) {
      std::optional<Element> time = reader_.TakeIf(kUtcTime);
      if (!time) time = reader_.TakeIf(kGeneralizedTime);
      if (time) {
        const std::optional<Time> read = ReadTime(*time);
        if (!read) Reject(Errno::kEBADMSG, "its validity is not a time");
        made_.valid_to = read.value_or(0);
        if (!last) made_.valid_from = made_.valid_to;
      } else if (!last || !reader_.AtEnd()) {
        // If the second time is missing, a kernel uses the first one for both.
        reader_.Fail();
      }
    }
    reader_.Leave();
  }

  void ReadKey() {
    reader_.Enter(kSequence);
    llvm::StringRef parameters;
    const std::string algorithm = ReadAlgorithm(reader_, &parameters);
    const llvm::StringRef key = reader_.Take(kBitString).content;
    if (!IsTaken(algorithm, Key)) Unsupported("key", algorithm);
    std::string curve;
    if (algorithm == kEllipticKey) {
      const std::optional<std::string> name = ReadObjectId(parameters);
      if (!name) Reject(Errno::kEBADMSG, "its curve has no name");
      curve = name.value_or("");
      if (!IsTaken(curve, Curve)) Unsupported("curve", curve);
    }
    if (!IsWholeBytes(key)) Reject(Errno::kEBADMSG, "its key is not a whole number of bytes");
    if (!key.empty()) made_.key = ReadPublicKey(KeyKindOf(algorithm), curve, key.drop_front());
    reader_.Leave();
  }

  void ReadExtension() {
    reader_.Enter(kSequence);
    const std::string what = Dotted(reader_.Take(kObjectId).content);
    reader_.TakeIf(kBoolean);
    const llvm::StringRef value = reader_.Take(kOctetString).content;
    if (!reader_.failed() && !Takes(what, value)) {
      Reject(Errno::kEBADMSG, "its extension " + what + " is malformed");
    }
    if (what == kAuthorityKeyIdentifier) authority_ = value;
    reader_.Leave();
  }

  bool Takes(std::string_view what, llvm::StringRef value) {
    if (what == kSubjectKeyIdentifier) {
      if (made_.key_id || value.size() < 3) return false;
      made_.key_id = value.drop_front(2).str();
      return At(value, 0) == kOctetString && At(value, 1) == value.size() - 2;
    }
    if (what == kKeyUsage) {
      return value.size() >= 4 && At(value, 0) == kBitString && At(value, 2) < 8;
    }
    if (what == kBasicConstraints) {
      if (value.size() < 2 || At(value, 0) != kSequence || At(value, 1) != value.size() - 2) {
        return false;
      }
      return value.size() == 2 || (value.size() >= 5 && At(value, 2) == kBoolean &&
                                   At(value, 3) == 1 && At(value, 4) == 0xFF);
    }
    return true;
  }

  void ReadAuthority(llvm::StringRef value) {
    BerReader reader(value);
    reader.Enter(kSequence);
    if (const auto key = reader.TakeIf(Plain(0))) made_.authority_key_id = key->content.str();
    std::optional<llvm::StringRef> issuer;
    if (reader.EnterIf(Parts(1))) {
      do {
        ReadGeneralName(reader, issuer);
      } while (reader.More());
      reader.Leave();
    }
    const std::optional<Element> serial = reader.TakeIf(Plain(2));
    if (serial && issuer) made_.authority_id = serial->content.str() + issuer->str();
    reader.Leave();
    if (reader.failed()) Reject(Errno::kEBADMSG, "its authority key identifier is malformed");
  }

  // The last name of a directory is the issuer's.
  static void ReadGeneralName(BerReader& reader, std::optional<llvm::StringRef>& issuer) {
    if (reader.EnterIf(Parts(0))) {  // otherName
      reader.Take(kObjectId);
      reader.Enter(Parts(0));
      reader.TakeAny();
      reader.Leave();
      reader.Leave();
      return;
    }
    if (reader.TakeIf(Plain(1)) || reader.TakeIf(Plain(2))) return;
    if (reader.EnterIf(Parts(3))) {  // x400Address
      reader.TakeAny();
      reader.Leave();
      return;
    }
    if (reader.EnterIf(Parts(4))) {  // directoryName
      issuer = ReadName(reader);
      reader.Leave();
      return;
    }
    if (reader.EnterIf(Parts(5))) {  // ediPartyName
      if (reader.EnterIf(Parts(0))) {
        reader.TakeAny();
        reader.Leave();
      }
      reader.Enter(Parts(1));
      reader.TakeAny();
      reader.Leave();
      reader.Leave();
      return;
    }
    if (reader.TakeIf(Plain(6)) || reader.TakeIf(Plain(7)) || reader.TakeIf(Plain(8))) return;
    if (!reader.AtEnd()) reader.Fail();
  }

  // A certificate that is its own issuer should be signed with its own key. If the identifiers of
  // the authority contradict each other in this, a kernel rejects it.
  void CheckSelfSignature() {
    if (subject_ != issuer_) return;
    if (made_.authority_id || made_.authority_key_id) {
      const bool own_key = made_.authority_key_id && made_.authority_key_id == made_.key_id;
      const bool own_id = made_.authority_id == made_.id;
      if (!own_key && !own_id) return;
      if (own_key != own_id && made_.authority_id && made_.authority_key_id) {
        rejection_ = {
            Damage::NeverValid, Errno::kEKEYREJECTED,
            own_key ? "a certificate in it names its own key as its issuer's, but the issuer "
                      "and serial number of another certificate"
                    : "a certificate in it names its own issuer and serial number as its "
                      "issuer's, but another key",
            "reissue the certificate with `authorityKeyIdentifier = keyid`, or leave it out "
            "with `-nocerts`"};
        return;
      }
    }
    rejection_ = FindFault(made_.key, made_.signature, "a self-signed certificate in it");
    made_.is_self_signed = !rejection_;
  }

  // A bit string begins with the number of bits that its last byte does not use.
  static bool IsWholeBytes(llvm::StringRef bits) { return !bits.empty() && bits[0] == 0; }

  void Unsupported(const char* what, std::string_view dotted) {
    if (rejection_ || reader_.failed()) return;
    rejection_ = {Damage::Unsupported, Errno::kENOPKG,
                  std::string("the ") + what + " of a certificate is " + NameOf(dotted)};
  }

  // Only the first error counts, and the reader has none after it.
  void Reject(Errno error, const std::string& reason, bool always = false) {
    if (rejection_ || (reader_.failed() && !always)) return;
    rejection_ = {Damage::Malformed, error, "a certificate in it: " + reason};
  }

  BerReader reader_;
  std::optional<Rejection> rejection_;
  Certificate made_;
  std::string algorithm_;
  llvm::StringRef issuer_;
  llvm::StringRef subject_;
  std::optional<llvm::StringRef> authority_;
};

// Two digits; nothing for anything else.
std::optional<unsigned> Number(llvm::StringRef text, std::size_t at) {
  unsigned number = 0;
  for (const char digit : text.substr(at, 2)) {
    if (digit < '0' || digit > '9') return std::nullopt;
    number = number * 10 + (digit - '0');
  }
  return number;
}

}  // namespace

CertificateRead ReadCertificate(llvm::StringRef der) {
  return CertificateReader(der).Read();
}

llvm::StringRef ReadName(BerReader& reader) {
  reader.Enter(kSequence);
  const std::size_t begin = reader.at();
  do {
    reader.Enter(kSet);
    do {
      reader.Enter(kSequence);
      reader.Take(kObjectId);
      reader.TakeAny();
      reader.Leave();
    } while (reader.More());
    reader.Leave();
  } while (reader.More());
  const llvm::StringRef content = reader.Since(begin);
  reader.Leave();
  return content;
}

std::string ReadAlgorithm(BerReader& reader, llvm::StringRef* parameters) {
  reader.Enter(kSequence);
  std::string dotted = Dotted(reader.Take(kObjectId).content);
  const std::optional<Element> rest = reader.TakeAnyIf();
  if (parameters != nullptr && rest) *parameters = rest->whole;
  reader.Leave();
  return dotted;
}

// YYMMDDHHMMSSZ, or YYYYMMDDHHMMSSZ for years that need four digits.
std::optional<Time> ReadTime(const Element& element) {
  llvm::StringRef text = element.content;
  unsigned year = 0;
  if (element.tag == kUtcTime && text.size() == 13) {
    const std::optional<unsigned> short_year = Number(text, 0);
    if (!short_year) return std::nullopt;
    year = *short_year + (*short_year >= 50 ? 1900 : 2000);
    text = text.drop_front(2);
  } else if (element.tag == kGeneralizedTime && text.size() == 15) {
    const std::optional<unsigned> century = Number(text, 0);
    const std::optional<unsigned> rest = Number(text, 2);
    if (!century || !rest) return std::nullopt;
    year = *century * 100 + *rest;
    if (year >= 1950 && year <= 2049) return std::nullopt;
    text = text.drop_front(4);
  } else {
    return std::nullopt;
  }
  const auto month = Number(text, 0);
  const auto day = Number(text, 2);
  const auto hour = Number(text, 4);
  const auto minute = Number(text, 6);
  const auto second = Number(text, 8);
  if (!month || !day || !hour || !minute || !second || text[10] != 'Z') return std::nullopt;
  namespace chrono = std::chrono;
  const chrono::year_month_day date(chrono::year(support::ToInt(year)), chrono::month(*month),
                                    chrono::day(*day));
  // 24:00:00 and leap seconds are times.
  if (year < 1970 || !date.ok() || *hour > 24 || *minute > 59 || *second > 60) return std::nullopt;
  const Time days = chrono::sys_days(date).time_since_epoch().count();
  return ((days * 24 + *hour) * 60 + *minute) * 60 + *second;
}

}  // namespace ipec::sign
