#pragma once

// The results of `ipec verify` for one file, and how they are printed.

#include <optional>
#include <string>
#include <vector>

#include "compiler/pipeline/policy_file.h"
#include "compiler/pipeline/signed_text.h"
#include "compiler/pipeline/trusted_keys.h"
#include "compiler/sign/message_details.h"
#include "compiler/support/json_writer.h"
#include "compiler/support/source.h"
#include "llvm/Support/raw_ostream.h"

namespace ipec::driver {

struct VerifiedFile {
  std::string name;
  const targets::Target& target;
  const pipeline::PolicyFileReading& reading;
  const sign::MessageDetails& details;  // of a signed file, as far as it was read
  // The answer to the signature; nothing: no keys are given, or the kernel rejects the file before
  // it looks for one.
  std::optional<pipeline::SignatureVerdict> signature;
  // The reviewed text, if one is given and the signed one could be read.
  const support::SourceBuffer* reviewed = nullptr;
  pipeline::SigningChange change = pipeline::SigningChange::None;

  bool is_signed() const { return reading.file().content.kind == content::Kind::Signed; }
  llvm::StringRef bytes() const;
  // With which errno the kernel rejects it, in its order of checks.
  std::optional<support::Errno> error() const;
  bool fails() const { return error() || change != pipeline::SigningChange::None; }
};

void PrintVerified(const VerifiedFile& file, bool color, llvm::raw_ostream& out);
void WriteVerified(const VerifiedFile& file, support::JsonWriter& json);

}  // namespace ipec::driver
