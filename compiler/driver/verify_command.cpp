// `ipec verify`: what a kernel makes of a signed policy, and whether it is the reviewed text.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "compiler/command/read_policy.h"
#include "compiler/driver/commands.h"
#include "compiler/driver/key_files.h"
#include "compiler/driver/target_option.h"
#include "compiler/driver/verify_report.h"
#include "compiler/support/json_writer.h"
#include "compiler/support/printable.h"
#include "compiler/support/streams.h"
#include "compiler/support/wording.h"

namespace ipec::driver {
namespace {

using namespace command;

struct VerifyOptions : TargetOptions {
  std::vector<std::string> trusted;
  std::vector<std::string> revoked;
  std::optional<std::string> text;
  bool json = false;
};

constexpr Choice<bool> kFormats[] = {{"text", false}, {"json", true}};

constexpr auto kOptions = Table<VerifyOptions>(
    kTargetOption, kKernelOption,
    Value<&VerifyOptions::trusted>("--trusted", "[KEYRING:]CERT",
                                   "a key of the kernel, in its keyring builtin, secondary or "
                                   "platform"),
    Value<&VerifyOptions::revoked>("--revoked", "CERT", "a certificate that the kernel revokes"),
    Value<&VerifyOptions::text>("--text", "TEXT", "compare with this text, which was reviewed"),
    OneOf<&VerifyOptions::json, kFormats>("--format", "FORMAT", "text (the default) or json"));

class VerifyRun {
 public:
  VerifyRun(const VerifyOptions& options, Environment& env) : options_(options), env_(env) {}

  ExitStatus Do() {
    std::vector<std::string> inputs = options_.operands;
    for (const std::string& word : options_.trusted) {
      inputs.push_back(pipeline::ParseKeyringFile(word).path);
    }
    inputs.insert(inputs.end(), options_.revoked.begin(), options_.revoked.end());
    inputs.push_back(options_.text.value_or(""));
    inputs.push_back(options_.kernel.value_or(""));
    if (llvm::Error error = CheckInputs(inputs, "", env_)) {
      return Report(env_, ExitStatus::Usage, llvm::toString(std::move(error)));
    }
    std::optional<pipeline::Kernel> kernel;
    target_ = TargetOf(options_, env_, kernel);
    if (target_ == nullptr) return ExitStatus::Usage;
    if (kernel) searched_ = pipeline::SearchedBy(kernel->profile);
    ExitStatus status = ReadTrustedKeys(options_.trusted, options_.revoked, searched_, env_, keys_);
    if (status == ExitStatus::Ok && options_.text) status = ReadText();
    if (status != ExitStatus::Ok) return status;
    return options_.json ? WriteAll() : PrintAll();
  }

 private:
  ExitStatus ReadText() {
    llvm::Expected<support::SourceBuffer> text = ReadOperand(*options_.text, env_);
    if (!text) return Report(env_, text.takeError());
    text_.emplace(std::move(*text));
    return ExitStatus::Ok;
  }

  // Calls `use` with the results of a file.
  template <typename Use>
  ExitStatus Verify(const std::string& operand, Use use) {
    llvm::Expected<pipeline::PolicyFile> file = ReadPolicyFile(operand, env_);
    if (!file) return Report(env_, file.takeError());
    sign::MessageDetails details;
    std::optional<pipeline::SignatureVerdict> signature;
    const bool is_signed = file->content.kind == content::Kind::Signed;
    // Points into the bytes of the file, which stay where they are.
    if (is_signed) sign::ReadSignedMessage(file->file.text(), details);
    if (details.reaches_search && !options_.trusted.empty()) {
      signature = pipeline::VerdictOn(details, keys_, searched_);
    }
    const bool is_read = is_signed && !file->IsRejectedMessage();
    const std::string name = (is_signed ? file->file : file->text).name();
    const pipeline::PolicyFileReading reading(std::move(*file), *target_);
    VerifiedFile verified{name, *target_, reading, details, std::move(signature)};
    if (text_ && is_read) {
      verified.reviewed = &*text_;
      verified.change = pipeline::CompareSigned(text_->text(), reading.source().text());
    }
    use(verified);
    return verified.fails() ? ExitStatus::Findings : ExitStatus::Ok;
  }

  ExitStatus PrintAll() {
    ExitStatus status = ExitStatus::Ok;
    const bool color = WantsColor(options_, env_, env_.out);
    for (const std::string& operand : options_.operands) {
      if (&operand != &options_.operands.front()) env_.out << '\n';
      status = Worse(status, Verify(operand, [&](const VerifiedFile& file) {
                       PrintVerified(file, color, env_.out);
                     }));
    }
    return status;
  }

  ExitStatus WriteAll() {
    ExitStatus status = ExitStatus::Ok;
    support::JsonWriter json(env_.out);
    json.object([&] {
      json.attribute("version", 1);
      json.attributeArray("files", [&] {
        for (const std::string& operand : options_.operands) {
          status = Worse(status, Verify(operand, [&](const VerifiedFile& file) {
                           json.object([&] { WriteVerified(file, json); });
                         }));
        }
      });
    });
    env_.out << '\n';
    return status;
  }

  const VerifyOptions& options_;
  Environment& env_;
  const targets::Target* target_ = nullptr;
  pipeline::Keyrings searched_ = pipeline::AllKeyrings();
  pipeline::TrustedKeys keys_;
  std::optional<support::SourceBuffer> text_;
};

ExitStatus RunVerify(const VerifyOptions& options, Environment& env) {
  return VerifyRun(options, env).Do();
}

}  // namespace

const Command kVerifyCommand{
    .operands = "FILE…",
    .description =
        "Reports who signed each policy FILE (PKCS#7, DER), how, its size, thumbprint,\n"
        "name and version, and the errno with which a kernel rejects it. Signatures by\n"
        "keys in the file are always verified. With --trusted, a key is searched as the\n"
        "kernel does it: in the builtin and secondary keyrings, then in the platform\n"
        "keyring; CERT alone is in the builtin one. --kernel excludes keyrings that the\n"
        "kernel does not search for policies. Without --trusted, the signer is not\n"
        "checked. Certificates that have expired still count, as for kernels.\n"
        "With --text, the signed text must be TEXT, byte for byte; differences are\n"
        "printed as a patch of TEXT.\n"
        "Exit status 1: the kernel rejects a FILE, or its text is another one.",
    .example =
        "  $ openssl req -x509 -newkey rsa:2048 -nodes -keyout k.pem -out c.pem -subj /CN=me 2>&-\n"
        "  $ ipec sign --certificate=c.pem --key=k.pem -o device.p7b device.pol > summary\n"
        "  $ ipec verify --trusted=c.pem --text=device.pol device.p7b | tail -3\n"
        "    trusted     by the key in `c.pem`, builtin keyring\n"
        "    text        is that of `device.pol`\n"
        "  device.p7b: linux-6.12 accepts this policy",
    .least_operands = 1,
    .runner = Runs<RunVerify>(kOptions),
};

}  // namespace ipec::driver
