// pkcs7.asn1 of the kernel's sources, and the checks of its parser.

#include "compiler/sign/signed_message.h"

#include <set>

#include "compiler/sign/algorithms.h"
#include "compiler/sign/ber.h"
#include "compiler/sign/certificate.h"
#include "compiler/sign/message_details.h"
#include "compiler/support/numbers.h"

namespace ipec::sign {
namespace {

using support::Errno;

constexpr std::string_view kData = "1.2.840.113549.1.7.1";
constexpr std::string_view kSignedData = "1.2.840.113549.1.7.2";
constexpr std::string_view kContentType = "1.2.840.113549.1.9.3";
constexpr std::string_view kMessageDigest = "1.2.840.113549.1.9.4";
constexpr std::string_view kSigningTime = "1.2.840.113549.1.9.5";
constexpr std::string_view kCapabilities = "1.2.840.113549.1.9.15";
// Signatures of programs for another system, which the same parser reads.
constexpr std::string_view kIndirectData = "1.3.6.1.4.1.311.2.1.4";
constexpr std::string_view kStatementType = "1.3.6.1.4.1.311.2.1.11";
constexpr std::string_view kOpusInfo = "1.3.6.1.4.1.311.2.1.12";

class MessageReader {
 public:
  explicit MessageReader(llvm::StringRef der)
      : reader_(der), is_too_long_(der.size() > kLongestMessage) {}

  SignedMessage Read() {
    reader_.Enter(kSequence);
    if (Dotted(reader_.Take(kObjectId).content) != kSignedData) {
      Malformed(Errno::kEINVAL, "it is not a signed message");
    }
    if (reader_.EnterIf(Parts(0))) {
      ReadSignedData();
      reader_.Leave();
    }
    reader_.Leave();
    CheckMessage();
    SignedMessage message;
    message.rejection = rejection_;
    if (!rejection_) message.content = content_->content.str();
    return message;
  }

  MessageDetails TakeDetails() && {
    const llvm::StringRef content = content_ ? content_->content : llvm::StringRef();
    return {std::move(signers_), std::move(certificates_), content, reaches_search_};
  }

 private:
  void ReadSignedData() {
    reader_.Enter(kSequence);
    version_ = ReadVersion("signed data");
    ReadList(kSet, kSequence, [&] { ReadAlgorithm(reader_); });
    reader_.Enter(kSequence);
    type_ = Dotted(reader_.Take(kObjectId).content);
    if (reader_.EnterIf(Parts(0))) {
      content_ = reader_.TakeAny();
      reader_.Leave();
    }
    reader_.Leave();
    if (type_ != kData && type_ != kIndirectData) Reject({Damage::NotData, Errno::kEINVAL});
    ReadCertificates();
    if (reader_.EnterIf(Parts(1)) || reader_.EnterIf(Parts(3))) {
      do {  // lists of revoked certificates, which a kernel reads as certificates
        reader_.Enter(kSequence);
        do {
          TakeCertificate();
        } while (reader_.More());
        reader_.Leave();
      } while (reader_.More());
      reader_.Leave();
    }
    ReadList(kSet, kSequence, [&] { ReadSigner(); });
    reader_.Leave();
  }

  // One of two lists with at least one entry. If nothing is left, a kernel requires neither.
  template <typename ReadOne>
  void ReadList(Tag one, Tag other, ReadOne read_one) {
    if (!reader_.EnterIf(one) && !reader_.EnterIf(other)) {
      if (!reader_.AtEnd()) reader_.Fail();
      return;
    }
    do {
      read_one();
    } while (reader_.More());
    reader_.Leave();
  }

  // 1 or 3; 0 for any other version.
  unsigned ReadVersion(const std::string& what) {
    const llvm::StringRef number = reader_.Take(kInteger).content;
    if (number.size() == 1 && (number[0] == 1 || number[0] == 3)) {
      return support::ToByte(number[0]);
    }
    Malformed(Errno::kEINVAL, "the version of " + what + " is neither 1 nor 3");
    return 0;
  }

  void ReadCertificates() {
    keeps_certificates_ = true;
    if (reader_.EnterIf(Parts(0))) {
      while (!reader_.AtEnd()) {
        TakeCertificate();
        if (!reader_.More()) break;
      }
      reader_.Leave();
    } else if (reader_.EnterIf(Parts(2))) {
      do {
        TakeCertificate();
      } while (reader_.More());
      reader_.Leave();
    }
    keeps_certificates_ = false;
  }

  void TakeCertificate() {
    const Element certificate = reader_.TakeAny();
    if (certificate.tag != kSequence) {
      Malformed(Errno::kEBADMSG, "its certificate set contains something else");
      return;
    }
    if (rejection_ || is_too_long_) return;
    CertificateRead read = ReadCertificate(certificate.whole);
    rejection_ = std::move(read.rejection);
    if (keeps_certificates_) certificates_.push_back(std::move(read.certificate));
  }

  void ReadSigner() {
    reader_.Enter(kSequence);
    const unsigned version = ReadVersion("a signer");
    if ((version == 1) != (version_ == 1)) {
      Malformed(Errno::kEBADMSG, "the versions of the signed data and of a signer do not match");
    }
    signer_ = {};
    ReadSignerIdentifier(version);
    signer_.signature.digest_algorithm = ReadAlgorithm(reader_);
    Supported("digest", Digest, signer_.signature.digest_algorithm);
    seen_.clear();
    signer_.attributes = ReadSignedAttributes();
    const std::string algorithm = ReadAlgorithm(reader_);
    signer_.signature.kind = KeyKindOf(algorithm);
    Supported("signature", Signature, algorithm);
    signer_.signature.bytes = reader_.Take(kOctetString).content.str();
    if (reader_.EnterIf(Parts(1)) || reader_.EnterIf(Parts(3))) {
      do {
        SkipAttribute();
      } while (reader_.More());
      reader_.Leave();
    }
    reader_.Leave();
    if (type_ == kIndirectData && !signer_.attributes) {
      Malformed(Errno::kEBADMSG, "a signer has no signed attributes");
    }
    mixed_ |= !signers_.empty() &&
              signer_.attributes.has_value() != signers_.back().attributes.has_value();
    signers_.push_back(std::move(signer_));
  }

  // A version determines which of the two is used. If that one is missing, it is that of the
  // previous signer.
  void ReadSignerIdentifier(unsigned version) {
    if (reader_.EnterIf(kSequence)) {
      signer_.issuer = ReadName(reader_).str();
      signer_.serial = reader_.Take(kInteger).content.str();
      certificate_id_ = signer_.serial + signer_.issuer;
      reader_.Leave();
    } else if (const std::optional<Element> key = reader_.TakeIf(Plain(0))) {
      key_id_ = key->content.str();
    } else if (!reader_.AtEnd()) {
      reader_.Fail();
    }
    signer_.certificate_id = version == 1 ? certificate_id_ : key_id_;
  }

  // The attributes that a kernel hashes, if any.
  std::optional<llvm::StringRef> ReadSignedAttributes() {
    const std::size_t begin = reader_.at();
    if (reader_.EnterIf(Parts(0))) {
      do {
        ReadSignedAttribute();
      } while (reader_.More());
      const llvm::StringRef attributes = reader_.Since(begin);  // without an end mark
      reader_.Leave();
      if (seen_.count(kContentType) == 0 || seen_.count(kMessageDigest) == 0) {
        Malformed(Errno::kEBADMSG, "the signed attributes lack the content type or the digest");
      }
      if (type_ != kIndirectData && seen_.count(kOpusInfo) != 0) {
        Malformed(Errno::kEBADMSG, "it has an unexpected signed attribute");
      }
      return attributes;
    }
    if (reader_.EnterIf(Parts(2))) {
      reader_.Enter(kSequence);
      do {
        ReadSignedAttribute();
      } while (reader_.More());
      reader_.Leave();
      reader_.Leave();
    }
    return std::nullopt;
  }

  void ReadSignedAttribute() {
    reader_.Enter(kSequence);
    const std::string what = Dotted(reader_.Take(kObjectId).content);
    reader_.Enter(kSet);
    do {
      const Element value = reader_.TakeAny();
      if (!reader_.failed()) CheckSignedAttribute(what, value);
    } while (reader_.More());
    reader_.Leave();
    reader_.Leave();
  }

  void CheckSignedAttribute(const std::string& what, const Element& value) {
    const bool of_programs = what == kOpusInfo || what == kStatementType;
    const bool once = of_programs || what == kContentType || what == kMessageDigest ||
                      what == kSigningTime || what == kCapabilities;
    if (once && !seen_.insert(what).second) {
      return Malformed(Errno::kEKEYREJECTED, "a signed attribute is repeated");
    }
    if (what == kContentType && Dotted(value.content) != type_) {
      Malformed(Errno::kEBADMSG, "the content types of a signer and of the message differ");
    } else if (what == kMessageDigest && value.tag != kOctetString) {
      Malformed(Errno::kEBADMSG, "a signed digest is not a string of bytes");
    } else if (what == kMessageDigest) {
      signer_.message_digest = value.content;
    } else if (what == kSigningTime) {
      signer_.signing_time = ReadTime(value);
      if (!signer_.signing_time) Malformed(Errno::kEBADMSG, "the signing time is not a time");
    } else if (what == kCapabilities && type_ != kIndirectData) {
      Reject({Damage::Capabilities, Errno::kEKEYREJECTED});
    } else if (of_programs && type_ != kIndirectData) {
      Malformed(Errno::kEKEYREJECTED, "it has an unexpected signed attribute");
    }
  }

  void SkipAttribute() {
    reader_.Enter(kSequence);
    reader_.Take(kObjectId);
    reader_.Enter(kSet);
    do {
      reader_.TakeAny();
    } while (reader_.More());
    reader_.Leave();
    reader_.Leave();
  }

  // The checks of a kernel on a decoded message.
  void CheckMessage() {
    if (!rejection_ && reader_.failed()) {
      rejection_ = {Damage::Malformed, Errno::kEBADMSG, Describe(*reader_.failure())};
    }
    if (signers_.empty()) Malformed(Errno::kEINVAL, "it has no signer");
    if (mixed_)
      Malformed(Errno::kEINVAL, "some of its signers have signed attributes and some do not");
    if (type_ != kData) Reject({Damage::NotData, Errno::kEKEYREJECTED});
    if (rejection_) return;
    const llvm::StringRef content = content_ ? content_->content : llvm::StringRef();
    if (!is_too_long_) rejection_ = FindContradiction(content, signers_, certificates_);
    reaches_search_ = !rejection_ && !is_too_long_;
    // Errors that explain why the digest of the content differs.
    const Errno error = rejection_ ? rejection_->error : Errno::kEKEYREJECTED;
    if (!content_) rejection_ = {Damage::Detached, error};
    if (content_ && (content_->tag & kHasParts) != 0) {
      rejection_ = {Damage::InPieces, error};
    }
  }

  void Supported(const char* what, Use use, const std::string& dotted) {
    if (IsTaken(dotted, use)) return;
    Reject({Damage::Unsupported, Errno::kENOPKG,
            std::string("the ") + what + " of a signer is " + NameOf(dotted)});
  }

  void Malformed(Errno error, std::string reason) {
    Reject({Damage::Malformed, error, std::move(reason)});
  }

  // The first error counts, and only while everything could be read.
  void Reject(Rejection rejection) {
    if (!rejection_ && !reader_.failed()) rejection_ = std::move(rejection);
  }

  BerReader reader_;
  // No kernel gets as far as a certificate or signature then, and verifying may take long.
  bool is_too_long_;
  std::optional<Rejection> rejection_;
  unsigned version_ = 0;
  std::string type_;  // of the content
  std::optional<Element> content_;
  std::set<std::string, std::less<>> seen_;  // signed attributes of the signer that is read
  Signer signer_;                            // that is read
  std::string certificate_id_;
  std::string key_id_;
  std::vector<Signer> signers_;
  std::vector<Certificate> certificates_;
  bool keeps_certificates_ = false;
  bool mixed_ = false;
  bool reaches_search_ = false;
};

}  // namespace

Kind KindOf(std::string_view view) {
  const llvm::StringRef bytes = view;
  if (bytes.startswith("-----BEGIN ")) return Kind::Pem;
  // A kernel's decoder also accepts the first byte without its bit for constructed elements.
  if (bytes.size() < 2 || (support::ToByte(bytes[0]) | kHasParts) != kSequence) {
    return Kind::Text;
  }
  const unsigned char length = support::ToByte(bytes[1]);
  // Short form, or the number of bytes of a long one; 0x80 is BER's "until an end mark".
  const std::size_t more = length < 0x80 ? 0 : length & 0x7FU;
  if (more > 8) return Kind::Text;
  // No text continues with that byte after such a beginning.
  const llvm::StringRef type = bytes.substr(2 + more);
  return !type.empty() && type[0] == kObjectId ? Kind::Message : Kind::Text;
}

SignedMessage ReadSignedMessage(std::string_view der) {
  return MessageReader(llvm::StringRef(der)).Read();
}

SignedMessage ReadSignedMessage(std::string_view der, MessageDetails& details) {
  MessageReader reader{llvm::StringRef(der)};
  SignedMessage message = reader.Read();
  details = std::move(reader).TakeDetails();
  return message;
}

}  // namespace ipec::sign
