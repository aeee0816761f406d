#pragma once

// A policy as it comes in a file: text, a signed message around text, or another kind of file,
// distinguished by compiler/content, never by name.
//
//   in   the bytes of a file; a target
//   out  PolicyFile         what the bytes are, and the policy's text
//        PolicyFileReading  what the target's kernel does with the whole file

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "compiler/check/check.h"
#include "compiler/content/content.h"
#include "compiler/diagnostics/diagnostic.h"
#include "compiler/pipeline/reading.h"
#include "compiler/sign/signed_message.h"
#include "compiler/support/source.h"

namespace ipec::pipeline {

struct PolicyFile {
  content::Content content;
  support::SourceBuffer text;   // the policy; of a signed file, the signed content
  support::SourceBuffer file;   // a signed file; empty for other kinds
  sign::SignedMessage message;  // of a signed file

  // Whether the kernel rejects a signed file before it reads the policy in it.
  bool IsRejectedMessage() const;
};

// Decodes a signed file; its signature is not verified with any key but those it contains.
PolicyFile OpenPolicyFile(support::SourceBuffer bytes);

// Reports that a file is not policy text but `what`. The result is valid until the next Emit.
diagnostics::Diagnostic& ReportOtherFile(std::string_view what, diagnostics::Sink& sink);

// The verdict on the whole file; for a signed one this includes the kernel's verdict on the
// message. A text that is too long to be signed is accepted, since it may be built into a kernel,
// but reported.
class PolicyFileReading {
 public:
  PolicyFileReading(PolicyFile file, const targets::Target& target,
                    const check::Options& options = {});

  const PolicyFile& file() const { return file_; }
  // The text that diagnostics point into.
  const support::SourceBuffer& source() const { return reading_ ? reading_->source() : file_.text; }
  // The errno with which the kernel rejects the file; none: it accepts it.
  const std::optional<support::Errno>& error() const { return error_; }
  std::span<const diagnostics::Diagnostic> diagnostics() const { return sink_.list(); }
  // The number of diagnostics that were not kept.
  std::size_t more() const { return sink_.more(); }
  Identity identity() const { return reading_ ? reading_->first().identity() : Identity(); }

  // Of an accepted file.
  const TargetReading& target_reading() const { return reading_->first(); }
  const policy::Policy& policy() const { return reading_->first().policy(); }
  // Moves it out. Nothing else may be called afterwards.
  policy::Policy TakePolicy() && { return std::move(*reading_).TakePolicy(); }

 private:
  PolicyFile file_;
  std::optional<Reading> reading_;  // none: the kernel rejects the file before it reads a text
  std::optional<support::Errno> error_;
  diagnostics::Sink sink_;
};

}  // namespace ipec::pipeline
