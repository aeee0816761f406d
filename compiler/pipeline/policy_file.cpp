#include "compiler/pipeline/policy_file.h"

#include <utility>

#include "compiler/content/key_content.h"
#include "compiler/diagnostics/definitions.h"
#include "compiler/support/errno.h"

namespace ipec::pipeline {
namespace {

using content::Kind;
using sign::Damage;
using support::Errno;

constexpr const char* kShorter =
    "`ipec compile --keep=decision --emit=text` writes a shorter policy with the same decisions";

// Reports why the kernel rejects a message before it sees the text.
void ReportRejection(const sign::Rejection& rejection, diagnostics::Sink& sink) {
  switch (rejection.damage) {
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
      sink.Emit({}, diag::UnsupportedAlgorithm, rejection.reason);
      break;
    case Damage::Capabilities:
      sink.Emit({}, diag::SignedCapabilities).AddNote("sign with `-noattr` or `-nosmimecap`");
      break;
    case Damage::NeverValid:
      sink.Emit({}, diag::NeverValid, rejection.reason).AddNote(rejection.way_out);
      break;
    case Damage::Malformed:
      sink.Emit({}, diag::DamagedSignedFile, rejection.reason);
      break;
  }
}

// A message is signed, but in another form; anything else is not a policy.
diagnostics::Diagnostic& ReportPem(const content::Content& content, diagnostics::Sink& sink) {
  return content::AdviceFor(content).is_message ? sink.Emit({}, diag::PemFile)
                                                : ReportOtherFile(content.what, sink);
}

// A file that is neither text nor signed: the kernel's decoder rejects it at the first byte.
void ReportOther(const content::Content& content, diagnostics::Sink& sink) {
  if (content.kind == Kind::Pem) {
    ReportPem(content, sink).AddNote(std::string(content::AdviceFor(content).words));
  } else if (content.kind == Kind::Other) {
    ReportOtherFile(content.what, sink)
        .AddNote("a policy begins with `policy_name=NAME policy_version=A.B.C`");
  } else {
    sink.Emit({}, diag::CompiledTable)
        .AddNote("use the policy that it was compiled from; `ipec eval` accepts tables");
  }
}

}  // namespace

diagnostics::Diagnostic& ReportOtherFile(std::string_view what, diagnostics::Sink& sink) {
  return sink.Emit({}, diag::OtherFile, what);
}

bool PolicyFile::IsRejectedMessage() const {
  return message.rejection.has_value() || file.text().size() > sign::kLongestMessage;
}

PolicyFile OpenPolicyFile(support::SourceBuffer bytes) {
  PolicyFile file;
  file.content = content::Classify(bytes.text());
  if (file.content.kind == Kind::Signed) {
    file.message = sign::ReadSignedMessage(bytes.text());
    file.text = support::SourceBuffer(bytes.name(), file.message.content);
    file.file = std::move(bytes);
  } else {
    file.text = std::move(bytes);
  }
  return file;
}

PolicyFileReading::PolicyFileReading(PolicyFile file, const targets::Target& target,
                                     const check::Options& options)
    : file_(std::move(file)) {
  const Kind kind = file_.content.kind;
  const bool is_signed = kind == Kind::Signed;
  if (!is_signed && kind != Kind::Text) {
    ReportOther(file_.content, sink_);
    // The length is rejected first.
    const bool too_long = file_.text.text().size() > sign::kLongestMessage;
    error_ = too_long ? Errno::kEMSGSIZE : Errno::kEBADMSG;
    return;
  }
  if (is_signed && file_.message.rejection) {
    ReportRejection(*file_.message.rejection, sink_);
    error_ = file_.message.rejection->error;
  } else {
    reading_.emplace(std::move(file_.text), target, options);
    sink_ = reading_->first().diagnostics();
    error_ = reading_->first().error();
  }
  const std::size_t size = (is_signed ? file_.file : source()).text().size();
  if (size <= sign::kLongestMessage) return;
  if (is_signed) {
    // The decoder checks the length before anything else.
    sink_.Emit({}, diag::SignedFileTooLong, size).AddNote(kShorter);
    sink_.SortByPlace();
    error_ = Errno::kEMSGSIZE;
  } else if (!error_) {
    sink_.Emit({}, diag::TooLongToSign, size)
        .AddNote("a policy that is built into a kernel can have any length")
        .AddNote(kShorter);
  }
}

}  // namespace ipec::pipeline
