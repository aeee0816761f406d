#pragma once

// The kind of a file, for commands that accept every kind: by its content, and by its name where
// the content does not decide.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ipec::pipeline {

enum class FileKind : std::uint8_t {
  Policy,  // text, also with mistakes
  Template,
  Claims,
  Signed,
  Pem,
  Table,
  Events,
  Inventory,
  KernelConfiguration,
  Image,  // never returned by Identify: `ipec scan` distinguishes them
  Other,
};

// `policy`, `kernel-configuration`; empty for Other.
std::string_view Name(FileKind kind);

struct IdentifiedFile {
  FileKind kind = FileKind::Other;
  std::string_view what;  // "a signed file"; of Other, what else it is: "a polkit policy (XML)"
};

// So many bytes of a longer file are enough.
inline constexpr std::size_t kIdentifiedBytes = std::size_t{1} << 16;

// With the words for a kind other than Other.
IdentifiedFile IdentifiedAs(FileKind kind);

IdentifiedFile Identify(std::string_view name, std::string_view bytes);

// Whether a document of an editor is a log: its lines are audit records or anything else, and never
// malformed policy text.
bool IsLogName(std::string_view name);

}  // namespace ipec::pipeline
