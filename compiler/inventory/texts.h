#pragma once

// The inputs that are texts: sidecars, manifests and the output of programs.

#include <string>
#include <string_view>
#include <vector>

#include "compiler/inventory/claim.h"
#include "llvm/Support/Error.h"

namespace ipec::inventory {

// No text of these kinds is longer.
inline constexpr std::size_t kLongestText = std::size_t{64} << 20;

struct TextInput {
  std::string name;   // of the input
  std::string place;  // the name as in messages
  std::string stem;
  std::string text;
};

// The contents of a text.
struct TextClaims {
  std::vector<Claim> volumes;
  std::vector<Claim> statements;
  std::vector<File> files;
  std::optional<std::string> command_line;
};

// Nothing: the text is of none of these kinds. Malformed: it is, but cannot be read.
//   * hex digits: `X.roothash`, `X.usrhash`;
//   * JSON: an inventory, the rows of `systemd-repart --json`, a dm-verity signature;
//   * lines of `dmsetup table`, `fsverity digest` and `fsverity measure`.
llvm::Expected<std::optional<TextClaims>> ReadText(const TextInput& input);

// The JSON of a dm-verity signature, without its padding.
llvm::Expected<Claim> ReadVeritySignature(std::string text, const std::string& place);

// The name of a file without directories and the extensions of images and sidecars.
std::string StemOf(std::string_view path);

// By such an extension: the part of the system that a sidecar is about.
Role RoleOf(std::string_view path);

// A kernel command line as claims: its parameters `roothash` and `usrhash`.
llvm::Error AddCommandLine(std::string_view command_line, const std::string& name,
                           const std::string& place, std::vector<Claim>& statements);

}  // namespace ipec::inventory
