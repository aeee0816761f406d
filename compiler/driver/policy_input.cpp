#include "compiler/driver/policy_input.h"

#include <vector>

#include "compiler/diagnostics/definitions.h"

namespace ipec::driver {
namespace {

using command::Environment;
using command::ExitStatus;
using content::Kind;
using sign::Damage;
using support::Errno;

constexpr const char* kShorter =
    "`ipec compile --keep=decision --emit=text` writes a shorter policy with the same decisions";

// Reports why the kernel rejects a message before it sees the text.
void ReportRefusal(const sign::Refusal& refusal, diagnostics::Sink& sink) {
  switch (refusal.damage) {
    case Damage::Detached:
      sink.Emit({}, diag::DetachedSignature)
          .AddNote("sign with `openssl smime -sign -nodetach …`, which includes the policy");
      break;
    case Damage::NotData:
      sink.Emit({}, diag::SignedNotData);
      break;
    case Damage::InPieces:
      sink.Emit({}, diag::ContentInPieces).AddNote("sign without `-stream` and `-indef`");
      break;
    case Damage::Unsupported:
      sink.Emit({}, diag::UnsupportedAlgorithm, refusal.reason);
      break;
    case Damage::Capabilities:
      sink.Emit({}, diag::SignedCapabilities).AddNote("sign with `-noattr` or `-nosmimecap`");
      break;
    case Damage::NeverValid:
      sink.Emit({}, diag::NeverValid, refusal.reason).AddNote(refusal.way_out);
      break;
    default:
      sink.Emit({}, diag::DamagedSignedFile, refusal.reason);
      break;
  }
}

// A file that is neither text nor signed: the kernel's decoder rejects it at the first byte, unless
// the length is rejected first.
pipeline::Checked RefuseOther(const PolicyInput& input) {
  pipeline::Checked checked;
  if (input.content.kind == Kind::Pem) {
    checked.findings.Emit({}, diag::PemFile)
        .AddNote("`openssl pkcs7 -in FILE -outform der` converts it to DER");
  } else if (input.content.kind == Kind::Other) {
    checked.findings.Emit({}, diag::OtherFile, input.content.what)
        .AddNote("a policy begins with `policy_name=NAME policy_version=A.B.C`");
  } else {
    checked.findings.Emit({}, diag::CompiledTable)
        .AddNote("use the policy that it was compiled from; `ipec eval` accepts tables");
  }
  const bool too_long = input.source.text().size() > sign::kLongestMessage;
  checked.result.error = too_long ? Errno::kEMSGSIZE : Errno::kEBADMSG;
  return checked;
}

}  // namespace

llvm::Expected<PolicyInput> ReadPolicy(const std::string& operand, Environment& env) {
  llvm::Expected<support::SourceBuffer> file = command::ReadOperand(operand, env);
  if (!file) return file.takeError();
  PolicyInput input;
  input.content = content::Judge(file->text());
  if (input.content.kind == Kind::Signed) {
    input.message = sign::ReadSignedMessage(file->text());
    input.source = support::SourceBuffer(file->name(), input.message.content);
    input.file = std::move(*file);
  } else {
    input.source = std::move(*file);
  }
  return input;
}

pipeline::Checked CheckInput(const PolicyInput& input, const targets::Target& target,
                             const check::Options& options) {
  const Kind kind = input.content.kind;
  if (kind != Kind::Text && kind != Kind::Signed) return RefuseOther(input);
  if (kind == Kind::Text) {
    pipeline::Checked checked = pipeline::CheckText(input.source.text(), target, options);
    const std::size_t size = input.source.text().size();
    if (!checked.result.error && size > sign::kLongestMessage) {
      checked.findings.Emit({}, diag::TooLongToSign, size)
          .AddNote("a policy that is built into a kernel can have any length")
          .AddNote(kShorter);
    }
    return checked;
  }
  pipeline::Checked checked;
  if (!input.message.refusal) {
    checked = pipeline::CheckText(input.source.text(), target, options);
  } else {
    ReportRefusal(*input.message.refusal, checked.findings);
    checked.result.error = input.message.refusal->error;
  }
  // The decoder checks the length before anything else.
  const std::size_t size = input.file.text().size();
  if (size > sign::kLongestMessage) {
    checked.findings.Emit({}, diag::SignedFileTooLong, size).AddNote(kShorter);
    checked.findings.SortByPlace();
    checked.result.error = Errno::kEMSGSIZE;
  }
  return checked;
}

const targets::Target* TargetOf(const TargetOptions& options, Environment& env) {
  if (!options.target) return &targets::DefaultTarget();
  const std::string& name = *options.target;
  const targets::Target* target = targets::FindTarget(name);
  if (target != nullptr) return target;
  std::vector<std::string_view> names;
  std::string list;
  for (const targets::Target& known : targets::AllTargets()) {
    names.push_back(known.name);
    list += (list.empty() ? "" : ", ") + std::string(known.name);
  }
  const std::string guess = command::DidYouMean(name, names);
  command::Complain(
      env, ExitStatus::Usage,
      "unknown target `" + name + "`" + (guess.empty() ? "; the targets are " + list : guess));
  return nullptr;
}

}  // namespace ipec::driver
