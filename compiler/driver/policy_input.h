#pragma once

// A policy as read from a file: text, a signed message around text, or another kind of file,
// distinguished by compiler/content, never by name.

#include <optional>
#include <string>

#include "compiler/command/command.h"
#include "compiler/content/content.h"
#include "compiler/pipeline/check_text.h"
#include "compiler/sign/signed_message.h"
#include "compiler/support/source.h"

namespace ipec::driver {

struct PolicyInput {
  support::SourceBuffer file;  // the file, if it is not the source itself
  content::Content content;
  sign::SignedMessage message;   // for content::Kind::Signed
  support::SourceBuffer source;  // the policy's text; for a signed file, the signed content
};

// Reads and unwraps the file; returns only errors of reading.
llvm::Expected<PolicyInput> ReadPolicy(const std::string& operand, command::Environment& env);

// The verdict on the whole file; for a signed one this includes the kernel's verdict on the
// message. The signature itself is not verified. A text that is too long to be signed is accepted,
// since it may be built into a kernel, but reported. `input` must outlive the result.
pipeline::Checked CheckInput(const PolicyInput& input, const targets::Target& target,
                             const check::Options& options);

// The options of commands that have a target.
struct TargetOptions : command::CommonOptions {
  std::optional<std::string> target;
};
inline constexpr command::OptionOf<TargetOptions> kTargetOption =
    command::Value<&TargetOptions::target>("--target", "T",
                                           "the kernel dialect; `ipec targets` lists them");

// The requested target, or the default one; null after an error message.
const targets::Target* TargetOf(const TargetOptions& options, command::Environment& env);

}  // namespace ipec::driver
