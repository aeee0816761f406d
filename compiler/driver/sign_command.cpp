// `ipec sign`: the signed file of a policy, with a key or from a signature that was made elsewhere.

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "compiler/command/read_base.h"
#include "compiler/command/read_policy.h"
#include "compiler/driver/commands.h"
#include "compiler/driver/diff_operands.h"
#include "compiler/driver/key_files.h"
#include "compiler/driver/policy_summary.h"
#include "compiler/driver/report.h"
#include "compiler/driver/target_option.h"
#include "compiler/pipeline/file_change.h"
#include "compiler/sign/offered_signature.h"
#include "compiler/sign/private_key.h"
#include "compiler/sign/write_message.h"
#include "compiler/support/printable.h"
#include "compiler/support/streams.h"
#include "compiler/support/wording.h"
#include "llvm/ADT/StringExtras.h"

namespace ipec::driver {
namespace {

using namespace command;
using sign::Hash;
using support::ErrorOf;
using support::Quoted;

struct SignOptions : TargetOptions {
  std::optional<std::string> certificate;
  std::optional<std::string> key;
  std::optional<std::string> passphrase_file;
  std::vector<std::string> request;
  std::optional<std::string> signature;
  Hash hash = Hash::Sha256;
  bool no_certificate = false;
  std::optional<std::string> output;
  std::optional<std::string> against;
};

constexpr Choice<Hash> kHashes[] = {
#define IPEC_HASH(id, name, digest) {name, Hash::id},
#include "compiler/sign/hashes.def"
};

constexpr auto kOptions = Table<SignOptions>(
    kTargetOption, kKernelOption,
    Value<&SignOptions::certificate>("--certificate", "CERT", "the signer's certificate"),
    Value<&SignOptions::key>("--key", "KEY", "the signer's key, a file"),
    Value<&SignOptions::passphrase_file>("--passphrase-file", "FILE",
                                         "the passphrase of KEY: the first line of this file"),
    OptionalValue<&SignOptions::request>("--request", "WHAT",
                                         "write what a device signs: digest, digestinfo, content"),
    Value<&SignOptions::signature>("--signature", "SIG", "a signature that was made elsewhere"),
    OneOf<&SignOptions::hash, kHashes>("--hash", "HASH",
                                       "sha256 (the default), sha384, sha512 or sha1"),
    Flag<&SignOptions::no_certificate>("--no-certificate", "leave the certificate out of the file"),
    Value<&SignOptions::against>("--against", "BASE", kAgainstHelp),
    Value<&SignOptions::output>("-o", "OUT", "the file to write; `-` is standard output"));

class SignRun {
 public:
  SignRun(const SignOptions& options, Environment& env) : options_(options), env_(env) {}

  ExitStatus Do() {
    if (llvm::Error error = CheckCall()) {
      return Report(env_, ExitStatus::Usage, llvm::toString(std::move(error)));
    }
    target_ = TargetOf(options_, env_);
    if (target_ == nullptr) return ExitStatus::Usage;
    if (const ExitStatus status = ReadPolicy(); status != ExitStatus::Ok) return status;
    if (options_.certificate) {
      certificate_.emplace();
      const ExitStatus status = ReadCertificateOf(*options_.certificate, env_, *certificate_);
      if (status != ExitStatus::Ok) return status;
    }
    return is_request() ? WriteRequest() : WriteSigned();
  }

 private:
  bool is_request() const { return !options_.request.empty(); }
  // Standard output may be the file.
  bool writes_to_standard_output() const {
    return options_.output ? options_.output == "-" : is_request();
  }
  llvm::raw_ostream& report() {
    llvm::raw_ostream& out = env_.out;
    llvm::raw_ostream& err = env_.err;
    return writes_to_standard_output() || is_request() ? err : out;
  }
  bool color() { return WantsColor(options_, env_, report()); }

  llvm::Error CheckCall() const {
    const bool has_key = options_.key.has_value();
    const bool has_signature = options_.signature.has_value();
    if (is_request() && (has_key || has_signature)) {
      return ErrorOf("`--request` is the first of two steps; `--signature` is for the second one");
    }
    if (is_request() && options_.no_certificate) {
      return ErrorOf("`--no-certificate` is for the second step, with `--signature`");
    }
    for (const std::string& what : options_.request) {
      if (what.empty() || what == "digest" || what == "digestinfo" || what == "content") continue;
      return ErrorOf("`--request`: " + Quoted(support::Abbreviated(what)) +
                     " is not digest, digestinfo or content");
    }
    if (options_.request.size() > 1) return ErrorOf("`--request` is given twice");
    if (has_key && has_signature) {
      return ErrorOf("`--key` makes the signature, so `--signature` cannot be given, too");
    }
    if (!is_request() && !has_key && !has_signature) {
      return ErrorOf(
          "`ipec sign` needs `--key=KEY`, or `--request` and then `--signature=SIG` for a key in a "
          "device");
    }
    if (!is_request() && !options_.certificate) {
      return ErrorOf(
          "`ipec sign` needs `--certificate=CERT`: the file names the signer by its issuer and "
          "serial number");
    }
    if (!is_request() && !options_.output) {
      return ErrorOf("`ipec sign` needs `-o OUT`; `-o -` is standard output");
    }
    if (options_.output && options_.output->empty()) return ErrorOf("`-o` needs a file name");
    if (options_.passphrase_file && !has_key) return ErrorOf("`--passphrase-file` needs `--key`");
    const std::vector<std::string> inputs = {
        PathOfOperand(options_.operands[0]), options_.certificate.value_or(""),
        options_.key.value_or(""),           options_.passphrase_file.value_or(""),
        options_.signature.value_or(""),     options_.kernel.value_or(""),
        options_.against.value_or("")};
    return CheckInputs(inputs, options_.output.value_or(""), env_);
  }

  ExitStatus ReadPolicy() {
    const std::string& operand = options_.operands[0];
    llvm::Expected<pipeline::PolicyFile> file = ReadOnlyPolicyFile(operand, env_);
    if (!file) return Report(env_, file.takeError());
    if (file->content.kind == content::Kind::Signed) {
      return Report(env_, ExitStatus::Findings,
                    Quoted(support::Abbreviated(file->file.name())) +
                        " is signed already: sign the text; `ipec verify` reports on signatures");
    }
    policy_.emplace(std::move(*file), *target_);
    if (!policy_->error()) return ExitStatus::Ok;
    PrintFindings(*policy_, *target_, color(), report());
    return ExitStatus::Findings;
  }

  llvm::StringRef text() const { return policy_->source().text(); }

  // After what will be signed is printed.
  ExitStatus Summarize() {
    PrintPolicySummary(*policy_, *target_, color(), report());
    return options_.against ? Compare() : ExitStatus::Ok;
  }

  ExitStatus Compare() {
    const std::string& operand = options_.operands[0];
    std::optional<Base> base;
    if (const ExitStatus status = Base::Open(*options_.against, env_, base);
        status != ExitStatus::Ok) {
      return status;
    }
    if (operand == "-" && !base->is_file()) {
      return Report(env_, ExitStatus::Usage, "`-` has no base in git; name a file");
    }
    const std::string& name = policy_->source().name();
    llvm::Expected<pipeline::BaseFiles> bases = base->For(operand, false, {&operand, 1});
    if (!bases) return Report(env_, CannotCompare(name, base->name(), bases.takeError()));
    const pipeline::BaseFile& file = bases->files.front();
    if (file.state == pipeline::BaseFile::State::New) {
      base->NoteNew(name, env_);
      return ExitStatus::Ok;
    }
    llvm::Expected<pipeline::PolicyFile> opened = Base::PolicyOf(file);
    if (!opened) return Report(env_, CannotCompare(name, file.name, opened.takeError()));
    llvm::Expected<DiffOperand> before = DiffOperandOf(std::move(*opened), file.name);
    if (!before) return Report(env_, CannotCompare(name, file.name, before.takeError()));
    const pipeline::PolicyFileReading old(std::move(before->file), *target_);
    if (old.error()) {
      PrintFindings(old, *target_, color(), report());
      return ExitStatus::Findings;
    }
    std::vector<pipeline::Change> changes;
    changes.emplace_back(pipeline::ChangeSide{&old.target_reading(), &old.source()},
                         pipeline::ChangeSide{&policy_->target_reading(), &policy_->source()});
    const pipeline::FileChange change(std::move(changes), {std::string(target_->name)});
    report() << pipeline::ChangeText(change);
    return ExitStatus::Ok;
  }

  ExitStatus Write(const std::string& bytes) {
    if (writes_to_standard_output()) {
      env_.out << bytes;
      return ExitStatus::Ok;
    }
    llvm::Error error = env_.files.Write(*options_.output, bytes);
    return error ? Report(env_, std::move(error)) : ExitStatus::Ok;
  }

  ExitStatus WriteRequest() {
    const std::string& what = options_.request.front();
    std::string bytes;
    std::string name = "the text";
    if (what == "content") {
      bytes = text().str();
    } else if (what == "digestinfo") {
      if (certificate_ && certificate_->certificate.key.kind != sign::Rsa) {
        return Report(env_, ExitStatus::Findings,
                      "`--request=digestinfo` is for RSA, and the certificate has another key: "
                      "`--request=digest`");
      }
      bytes = sign::WriteDigestInfo(options_.hash, text());
      name = fmt::format("the DigestInfo of PKCS#1, with the {} digest of the text",
                         sign::Name(options_.hash));
    } else {
      bytes = llvm::toStringRef(sign::Thumbprint(options_.hash, text())).str();
      name = fmt::format("the {} digest of the text", sign::Name(options_.hash));
    }
    if (const ExitStatus status = Summarize(); status != ExitStatus::Ok) return status;
    if (certificate_) {
      // A signature of ECDSA may be a few bytes shorter.
      const sign::PublicKey& key = certificate_->certificate.key;
      const std::size_t numbers = key.point.size();
      const std::string placeholder(key.kind == sign::Rsa ? key.signature_size : numbers + 8, '\0');
      const std::size_t size = Message(placeholder).size();
      report() << "  signed      " << SizeWords(size) << '\n';
    }
    report() << fmt::format("  request     {}: {} bytes\n", name, bytes.size());
    return Write(bytes);
  }

  std::string Message(std::string_view signature) const {
    return sign::WriteMessage(
        {text(), *certificate_, options_.hash, signature, !options_.no_certificate});
  }

  // `what` names the file.
  ExitStatus Unusable(std::string_view what, const std::string& path, llvm::Error why) {
    return Report(env_, ExitStatus::Findings,
                  fmt::format("the {} {} cannot be used: {}", what,
                              Quoted(support::Abbreviated(path)), llvm::toString(std::move(why))));
  }

  ExitStatus SignWithKey(std::string& signature) {
    const std::string& path = *options_.key;
    if (llvm::StringRef(path).startswith("pkcs11:")) {
      return Report(env_, ExitStatus::Usage,
                    "a key in a device signs in two steps: `ipec sign --request`, then "
                    "`--signature`");
    }
    std::string bytes;
    if (const ExitStatus status = ReadFileOf(path, env_, bytes); status != ExitStatus::Ok) {
      return status;
    }
    std::optional<std::string> passphrase;
    if (options_.passphrase_file) {
      passphrase.emplace();
      const ExitStatus status = ReadFileOf(*options_.passphrase_file, env_, *passphrase);
      if (status != ExitStatus::Ok) return status;
      passphrase->resize(std::min(passphrase->find_first_of("\r\n"), passphrase->size()));
    }
    auto key = sign::PrivateKey::Read(std::move(bytes), std::move(passphrase));
    if (!key) return Unusable("key", path, key.takeError());
    if (!key->BelongsTo(*certificate_)) {
      return Unusable(
          "key", path,
          ErrorOf("the certificate " + Quoted(support::Abbreviated(*options_.certificate)) +
                  " is for another key"));
    }
    llvm::Expected<std::string> made = key->Sign(options_.hash, text());
    if (!made) return Unusable("key", path, made.takeError());
    signature = std::move(*made);
    return ExitStatus::Ok;
  }

  ExitStatus TakeOffered(std::string& signature) {
    const std::string& path = *options_.signature;
    std::string bytes;
    if (const ExitStatus status = ReadFileOf(path, env_, bytes); status != ExitStatus::Ok) {
      return status;
    }
    llvm::Expected<std::string> taken =
        sign::TakeSignature(bytes, *certificate_, options_.hash, text());
    if (!taken) return Unusable("signature", path, taken.takeError());
    signature = std::move(*taken);
    return ExitStatus::Ok;
  }

  ExitStatus WriteSigned() {
    std::string signature;
    if (const ExitStatus status = options_.key ? SignWithKey(signature) : TakeOffered(signature);
        status != ExitStatus::Ok) {
      return status;
    }
    const std::string message = Message(signature);
    // Read as any kernel reads it, which also verifies the signature.
    const bool to_file = !writes_to_standard_output();
    const std::string name = to_file ? *options_.output : "<stdout>";
    const pipeline::PolicyFileReading judged(
        pipeline::OpenPolicyFile(support::SourceBuffer(name, message)), *target_);
    if (judged.error()) {
      PrintFindings(judged, *target_, color(), report());
      return ExitStatus::Findings;
    }
    if (const ExitStatus status = Summarize(); status != ExitStatus::Ok) return status;
    if (const ExitStatus status = Write(message); status != ExitStatus::Ok) return status;
    const sign::Certificate& signer = certificate_->certificate;
    report() << fmt::format("{}: signed with {} by {}\n", support::Printable(name),
                            sign::Name(options_.hash), support::Printable(SignerWords(signer)));
    report() << fmt::format("  certificate {}, {}\n", ValidityWords(signer),
                            options_.no_certificate ? "left out" : "included");
    report() << fmt::format("  size        {}\n", SizeWords(message.size()));
    report() << fmt::format("  thumbprint  {}\n", ThumbprintWords(message, *target_));
    return ExitStatus::Ok;
  }

  const SignOptions& options_;
  Environment& env_;
  const targets::Target* target_ = nullptr;
  std::optional<pipeline::PolicyFileReading> policy_;
  std::optional<sign::SigningCertificate> certificate_;
};

ExitStatus RunSign(const SignOptions& options, Environment& env) {
  return SignRun(options, env).Do();
}

}  // namespace

const Command kSignCommand{
    .operands = "FILE",
    .description =
        "Signs the policy FILE: writes the PKCS#7 message that a kernel loads, as `openssl\n"
        "smime -sign -binary -noattr -nodetach -nosmimecap -outform der` does, and prints\n"
        "what a kernel reads in it, content that readers do not see, what changes from\n"
        "BASE, and how many of the 65535 bytes are left. A policy that `ipec check`\n"
        "rejects is not signed. CERT and KEY are PEM or DER, of RSA or of an elliptic\n"
        "curve. The passphrase of an encrypted KEY is read from a file or pipe; there is\n"
        "no option for the passphrase itself, since others can read a command line.\n"
        "A key in a device or in a build service signs in two steps: --request writes\n"
        "what it signs to standard output or OUT: the digest of the text, the DigestInfo\n"
        "(for RSA, if the device only pads) or the text (content, if the device hashes).\n"
        "--signature takes the result: of RSA with the padding of PKCS#1 v1.5; of ECDSA\n"
        "in DER, or the two numbers in a row, as PKCS#11 has them. It is verified with\n"
        "the key in CERT before anything is written.\n"
        "Exit status 1: the policy, certificate, key or signature was rejected, and\n"
        "nothing was written.",
    .example =
        "  $ openssl req -x509 -newkey rsa:2048 -nodes -keyout k.pem -out c.pem -subj /CN=me 2>&-\n"
        "  $ ipec sign --certificate=c.pem --key=k.pem -o device.p7b device.pol | head -4\n"
        "  device.pol: what linux-6.12 reads in it\n"
        "    policy      device 1.0.0\n"
        "    statements  1 DEFAULT, 0 rules\n"
        "    rules       none\n"
        "  $ ipec sign --request device.pol 2>&- > digest\n"
        "  $ openssl pkeyutl -sign -inkey k.pem -pkeyopt digest:sha256 -in digest -out signature\n"
        "  $ ipec sign --certificate=c.pem --signature=signature -o two.p7b device.pol > summary\n"
        "  $ cmp device.p7b two.p7b",
    .least_operands = 1,
    .most_operands = 1,
    .runner = Runs<RunSign>(kOptions),
};

}  // namespace ipec::driver
