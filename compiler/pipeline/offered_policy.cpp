#include "compiler/pipeline/offered_policy.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "compiler/sign/signed_message.h"

namespace ipec::pipeline {
namespace {

using diagnostics::Diagnostic;
using diagnostics::Severity;
using support::Errno;

// The error of signature or text. Those of a name that cannot be a directory come after the text,
// and only for a new directory: the machine finds them.
std::optional<Errno> WithoutName(const std::optional<Errno>& error) {
  return error == Errno::kEACCES || error == Errno::kENAMETOOLONG ? std::nullopt : error;
}

// The first error, with its line if it is one of a text.
std::string FirstError(std::span<const Diagnostic> findings, const support::SourceBuffer& text,
                       bool has_lines) {
  const auto found = std::find_if(findings.begin(), findings.end(), [](const Diagnostic& each) {
    return each.severity == Severity::Error;
  });
  if (found == findings.end()) return "the kernel rejects it";
  if (!has_lines) return found->message;
  const support::LineMap lines(text.text());
  return fmt::format("line {}: {}", lines.PositionOf(found->where.begin).line, found->message);
}

void FillHeader(const TargetReading& reading, life::PolicyRecord& policy) {
  policy.name = reading.policy().name;
  policy.version = reading.policy().version;
}

life::Offered OfferText(support::SourceBuffer text, const targets::Target& target,
                        std::string source) {
  life::Offered offered;
  offered.policy.source = std::move(source);
  const Reading reading(std::move(text), target);
  FillHeader(reading.first(), offered.policy);
  offered.error = WithoutName(reading.first().error());
  if (!offered.error) return offered;
  offered.is_text_rejected = true;
  offered.why = FirstError(reading.first().diagnostics().list(), reading.source(), true);
  return offered;
}

}  // namespace

std::string FirstError(const PolicyFileReading& reading) {
  const content::Kind kind = reading.file().content.kind;
  const bool has_lines = kind == content::Kind::Text ||
                         (kind == content::Kind::Signed && !reading.file().IsRejectedMessage());
  return FirstError(reading.diagnostics(), reading.source(), has_lines);
}

life::Offered OfferAtBoot(support::SourceBuffer bytes, const targets::Target& target,
                          const OfferOptions& options) {
  const content::Content content = content::Classify(bytes.text());
  const std::string source = bytes.name();
  life::Offered offered = OfferText(std::move(bytes), target, source);
  if (offered.error && content.kind != content::Kind::Text) {
    offered.why = fmt::format("a boot policy is text, and this is {}", content.what);
  }
  offered.policy.hash = options.hash;
  offered.policy.thumbprint = sign::Thumbprint(options.hash, {});
  return offered;
}

life::Offered OfferWritten(support::SourceBuffer bytes, const targets::Target& target,
                           const OfferOptions& options) {
  PolicyFile file = OpenPolicyFile(std::move(bytes));
  const content::Content content = file.content;
  const std::string source = file.text.name();
  if (content.kind == content::Kind::Text && options.assumes_signed) {
    life::Offered offered = OfferText(std::move(file.text), target, source);
    offered.policy.hash = options.hash;
    offered.policy.thumbprint.assign(sign::Thumbprint(options.hash, {}).size(), 0);
    return offered;
  }
  life::Offered offered;
  offered.policy.source = source;
  if (content.kind != content::Kind::Signed) {
    const llvm::StringRef text = file.text.text();
    const sign::SignedMessage message = sign::ReadSignedMessage(text);
    offered.error = text.size() > sign::kLongestMessage ? Errno::kEMSGSIZE
                    : message.rejection                 ? message.rejection->error
                                                        : Errno::kEBADMSG;
    const bool is_text = content.kind == content::Kind::Text;
    offered.why = fmt::format("the file is {}, not a signed policy (PKCS#7, DER)",
                              is_text ? std::string_view("text") : content.what);
    if (is_text) {
      const Reading reading(std::move(file.text), target);
      FillHeader(reading.first(), offered.policy);
    }
    return offered;
  }
  const PolicyFileReading reading(std::move(file), target);
  offered.policy.hash = options.hash;
  offered.policy.thumbprint = sign::Thumbprint(options.hash, reading.file().file.text());
  if (const Identity identity = reading.identity(); identity.name) {
    FillHeader(reading.target_reading(), offered.policy);
  }
  if (options.keys != nullptr) {
    // Points into the bytes of the file.
    sign::MessageDetails details;
    sign::ReadSignedMessage(reading.file().file.text(), details);
    if (details.reaches_search) {
      SignatureVerdict verdict = VerdictOn(details, *options.keys, options.searched);
      if (verdict.error) {
        offered.error = verdict.error;
        offered.why = std::move(verdict.reason);
        return offered;
      }
    }
  }
  offered.error = WithoutName(reading.error());
  if (!offered.error) return offered;
  offered.is_text_rejected = !reading.file().IsRejectedMessage();
  offered.why = FirstError(reading);
  return offered;
}

}  // namespace ipec::pipeline
