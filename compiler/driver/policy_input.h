#pragma once

// A policy as it comes from a file: text, a signed message around text, or a compiled table, told
// apart by content, never by name.

#include <cstdint>
#include <string>

#include "compiler/command/command.h"
#include "compiler/pipeline/check_text.h"
#include "compiler/sign/signed_message.h"
#include "compiler/support/source.h"

namespace ipec::driver {

enum class InputKind : std::uint8_t { Text, Signed, Pem, Table };

struct PolicyInput {
  support::SourceBuffer file;  // as read, when it is not the source itself
  InputKind kind = InputKind::Text;
  sign::SignedMessage message;   // for InputKind::Signed
  support::SourceBuffer source;  // the policy's text, for a signed file what is signed
};

// Reads and unwraps; errors are those of reading only.
llvm::Expected<PolicyInput> ReadPolicy(const std::string& operand, command::Environment& env);

// The verdict on the whole file: for a signed one also what the kernel says about its wrapping. The
// signature itself is not verified. A text that is too long to be signed is accepted, since it may
// be built into a kernel, and that is said. `input` must outlive the result.
pipeline::Checked CheckInput(const PolicyInput& input, const targets::Target& target,
                             const check::Options& options);

// `--target=T`, as every command that takes a target spells it.
inline constexpr command::Option kTargetOption{
    "--target", "T", "the kernel dialect to answer for; `ipec targets` lists them"};

// The target that was asked for, or the default one; null after a complaint.
const targets::Target* TargetOf(const command::Arguments& arguments, command::Environment& env);

}  // namespace ipec::driver
