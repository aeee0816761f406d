// X.509 as a kernel reads it: x509.asn1 and x509_akid.asn1 of its sources, and what its parser asks
// of the parts.

#include "compiler/sign/certificate.h"

#include <array>

#include "compiler/sign/algorithms.h"

namespace ipec::sign {
namespace {

using support::Errno;

constexpr std::string_view kEllipticKey = "1.2.840.10045.2.1";
constexpr std::string_view kSubjectKeyIdentifier = "2.5.29.14";
constexpr std::string_view kKeyUsage = "2.5.29.15";
constexpr std::string_view kBasicConstraints = "2.5.29.19";
constexpr std::string_view kAuthorityKeyIdentifier = "2.5.29.35";

unsigned char At(llvm::StringRef bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes[at]);
}

// The identifier that an element holds, as it stands there with its head; false: it is another one.
bool ReadObjectId(llvm::StringRef element, std::string& dotted) {
  if (element.size() < 3 || At(element, 0) != kObjectId || At(element, 1) != element.size() - 2) {
    return false;
  }
  dotted = Dotted(element.drop_front(2));
  return true;
}

class CertificateReader {
 public:
  explicit CertificateReader(llvm::StringRef der) : reader_(der) {}

  std::optional<Refusal> Read() {
    reader_.Enter(kSequence);
    ReadSigned();
    const std::string algorithm = ReadAlgorithm(reader_);
    const llvm::StringRef signature = reader_.Take(kBitString).content;
    if (algorithm != algorithm_) Refuse(Errno::kEINVAL, "its two signature algorithms differ");
    if (!IsWholeBytes(signature)) Refuse(Errno::kEBADMSG, "its signature is no number of bytes");
    reader_.Leave();
    if (!refusal_ && !reader_.failed() && authority_) ReadAuthority(*authority_);
    if (!refusal_ && reader_.failed()) Refuse(Errno::kEBADMSG, reader_.reason(), /*always=*/true);
    return refusal_;
  }

 private:
  void ReadSigned() {
    reader_.Enter(kSequence);
    if (reader_.EnterIf(Parts(0))) {
      reader_.Take(kInteger);
      reader_.Leave();
    }
    reader_.Take(kInteger);
    algorithm_ = ReadAlgorithm(reader_);
    if (!IsTaken(algorithm_, CertificateSignature)) {
      Unsupported("signature algorithm", algorithm_);
    }
    SkipName(reader_);
    ReadValidity();
    SkipName(reader_);
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
    reader_.Leave();
  }

  void ReadValidity() {
    reader_.Enter(kSequence);
    for (const bool last : {false, true}) {
      std::optional<Element> time = reader_.TakeIf(kUtcTime);
      if (!time) time = reader_.TakeIf(kGeneralizedTime);
      if (time && !IsTime(*time)) Refuse(Errno::kEBADMSG, "its time of validity is none");
      // A kernel takes the first time for both when the second is missing.
      if (!time && !(last && reader_.AtEnd())) reader_.Fail();
    }
    reader_.Leave();
  }

  void ReadKey() {
    reader_.Enter(kSequence);
    llvm::StringRef parameters;
    const std::string algorithm = ReadAlgorithm(reader_, &parameters);
    const llvm::StringRef key = reader_.Take(kBitString).content;
    if (!IsTaken(algorithm, Key)) Unsupported("key", algorithm);
    if (algorithm == kEllipticKey) {
      std::string curve;
      if (!ReadObjectId(parameters, curve)) Refuse(Errno::kEBADMSG, "its curve has no name");
      if (!IsTaken(curve, Curve)) Unsupported("curve", curve);
    }
    if (!IsWholeBytes(key)) Refuse(Errno::kEBADMSG, "its key is no number of bytes");
    reader_.Leave();
  }

  void ReadExtension() {
    reader_.Enter(kSequence);
    const std::string what = Dotted(reader_.Take(kObjectId).content);
    reader_.TakeIf(kBoolean);
    const llvm::StringRef value = reader_.Take(kOctetString).content;
    if (!reader_.failed() && !Takes(what, value)) {
      Refuse(Errno::kEBADMSG, "its extension " + what + " is not as expected");
    }
    if (what == kAuthorityKeyIdentifier) authority_ = value;
    reader_.Leave();
  }

  bool Takes(std::string_view what, llvm::StringRef value) {
    if (what == kSubjectKeyIdentifier) {
      if (has_subject_key_ || value.size() < 3) return false;
      has_subject_key_ = true;
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
    reader.TakeIf(Plain(0));
    if (reader.EnterIf(Parts(1))) {
      do {
        SkipGeneralName(reader);
      } while (reader.More());
      reader.Leave();
    }
    reader.TakeIf(Plain(2));
    reader.Leave();
    if (reader.failed()) Refuse(Errno::kEBADMSG, "its authority key identifier is damaged");
  }

  static void SkipGeneralName(BerReader& reader) {
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
      SkipName(reader);
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

  // A bit string begins with the number of bits that its last byte does not use.
  static bool IsWholeBytes(llvm::StringRef bits) { return !bits.empty() && bits[0] == 0; }

  void Unsupported(const char* what, std::string_view dotted) {
    if (refusal_ || reader_.failed()) return;
    refusal_ = {Damage::Unsupported, Errno::kENOPKG,
                std::string("the ") + what + " of a certificate is " + NameOf(dotted)};
  }

  // Only the first trouble counts, and after that of the reader there is none.
  void Refuse(Errno error, const std::string& reason, bool always = false) {
    if (refusal_ || (reader_.failed() && !always)) return;
    refusal_ = {Damage::Malformed, error, "a certificate in it: " + reason};
  }

  BerReader reader_;
  std::optional<Refusal> refusal_;
  std::string algorithm_;
  std::optional<llvm::StringRef> authority_;
  bool has_subject_key_ = false;
};

// Two digits; nothing for anything else.
std::optional<unsigned> Number(llvm::StringRef text, std::size_t at) {
  unsigned number = 0;
  for (const char digit : text.substr(at, 2)) {
    if (digit < '0' || digit > '9') return std::nullopt;
    number = number * 10 + static_cast<unsigned>(digit - '0');
  }
  return number;
}

unsigned DaysOf(unsigned year, unsigned month) {
  constexpr std::array<unsigned, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return month == 2 && leap ? 29 : kDays[month - 1];
}

}  // namespace

std::optional<Refusal> ReadCertificate(llvm::StringRef der) {
  return CertificateReader(der).Read();
}

void SkipName(BerReader& reader) {
  reader.Enter(kSequence);
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
  reader.Leave();
}

std::string ReadAlgorithm(BerReader& reader, llvm::StringRef* parameters) {
  reader.Enter(kSequence);
  std::string dotted = Dotted(reader.Take(kObjectId).content);
  const std::optional<Element> rest = reader.TakeAnyIf();
  if (parameters != nullptr && rest) *parameters = rest->whole;
  reader.Leave();
  return dotted;
}

// YYMMDDHHMMSSZ, or YYYYMMDDHHMMSSZ for the years that two digits do not reach.
bool IsTime(const Element& element) {
  llvm::StringRef text = element.content;
  unsigned year = 0;
  if (element.tag == kUtcTime && text.size() == 13) {
    const std::optional<unsigned> short_year = Number(text, 0);
    if (!short_year) return false;
    year = *short_year + (*short_year >= 50 ? 1900 : 2000);
    text = text.drop_front(2);
  } else if (element.tag == kGeneralizedTime && text.size() == 15) {
    const std::optional<unsigned> century = Number(text, 0);
    const std::optional<unsigned> rest = Number(text, 2);
    if (!century || !rest) return false;
    year = *century * 100 + *rest;
    if (year >= 1950 && year <= 2049) return false;
    text = text.drop_front(4);
  } else {
    return false;
  }
  const auto month = Number(text, 0);
  const auto day = Number(text, 2);
  const auto hour = Number(text, 4);
  const auto minute = Number(text, 6);
  const auto second = Number(text, 8);
  if (!month || !day || !hour || !minute || !second || text[10] != 'Z') return false;
  // 24:00:00 and leap seconds are times.
  return year >= 1970 && *month >= 1 && *month <= 12 && *day >= 1 && *day <= DaysOf(year, *month) &&
         *hour <= 24 && *minute <= 59 && *second <= 60;
}

}  // namespace ipec::sign
