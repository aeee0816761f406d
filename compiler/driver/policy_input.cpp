#include "compiler/driver/policy_input.h"

#include <vector>

namespace ipec::driver {
namespace {

using command::Environment;
using command::ExitStatus;
using sign::Damage;
using sign::Kind;
using support::Errno;

// What the kernel says about a message whose text it never gets to see.
Errno ReportDamage(const sign::SignedMessage& message, diagnostics::Sink& sink) {
  switch (message.damage) {
    case Damage::Detached:
      sink.Emit({}, diag::DetachedSignature)
          .AddNote("sign with `openssl smime -sign -nodetach …`, so that the policy is inside");
      return Errno::kEKEYREJECTED;
    case Damage::NotData:
      sink.Emit({}, diag::SignedNotData);
      return Errno::kEKEYREJECTED;
    default:
      sink.Emit({}, diag::DamagedSignedFile, message.reason);
      return Errno::kEBADMSG;
  }
}

}  // namespace

llvm::Expected<PolicyInput> ReadPolicy(const std::string& operand, Environment& env) {
  llvm::Expected<support::SourceBuffer> file = command::ReadOperand(operand, env);
  if (!file) return file.takeError();
  PolicyInput input;
  input.kind = sign::KindOf(file->text());
  if (input.kind == Kind::Message) {
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
  if (input.kind == Kind::Text) return pipeline::CheckText(input.source.text(), target, options);
  pipeline::Checked checked;
  if (input.kind == Kind::Pem) {
    checked.findings.Emit({}, diag::PemFile)
        .AddNote("`openssl pkcs7 -in FILE -outform der` turns it into what a kernel loads");
    checked.result.error = Errno::kEBADMSG;
    return checked;
  }
  const std::size_t size = input.file.text().size();
  if (input.message.damage == Damage::None) {
    checked = pipeline::CheckText(input.source.text(), target, options);
  } else {
    checked.result.error = ReportDamage(input.message, checked.findings);
  }
  // The decoder refuses the length before it looks at anything else.
  if (size > sign::kLongestMessage) {
    checked.findings.Emit({}, diag::SignedFileTooLong, size)
        .AddNote("`ipec compile --keep=decision --emit=text` writes the same policy shorter");
    checked.findings.SortByPlace();
    checked.result.error = Errno::kEMSGSIZE;
  }
  return checked;
}

const targets::Target* TargetOf(const command::Arguments& arguments, Environment& env) {
  if (!arguments.Has("--target")) return &targets::DefaultTarget();
  const std::string_view name = arguments.Get("--target");
  const targets::Target* target = targets::FindTarget(name);
  if (target != nullptr) return target;
  std::vector<std::string_view> names;
  std::string list;
  for (const targets::Target& known : targets::AllTargets()) {
    names.push_back(known.name);
    list += (list.empty() ? "" : ", ") + std::string(known.name);
  }
  const std::string guess = command::DidYouMean(name, names);
  command::Complain(env, ExitStatus::Usage,
                    "unknown target `" + std::string(name) + "`" +
                        (guess.empty() ? "; known are " + list : guess));
  return nullptr;
}

}  // namespace ipec::driver
