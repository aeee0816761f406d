#include "compiler/pipeline/file_kind.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <tuple>

#include "compiler/check/placeholder.h"
#include "compiler/content/content.h"
#include "compiler/content/foreign_text.h"
#include "compiler/pipeline/git_repository.h"
#include "compiler/render/render.h"
#include "compiler/support/numbers.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::pipeline {
namespace {

using llvm::StringRef;

constexpr std::string_view kKindNames[] = {"policy", "template",  "claims",
                                           "signed", "pem",       "table",
                                           "events", "inventory", "kernel-configuration",
                                           "image",  ""};
constexpr std::string_view kKindWords[] = {"a policy",
                                           "a template of a policy",
                                           "a file of claims",
                                           "a signed file",
                                           "a PEM file",
                                           "a compiled table",
                                           "a file of events",
                                           "an inventory",
                                           "a kernel configuration",
                                           "an image",
                                           ""};

// Whether a line sets an option of the kernel, or is the first one that kconfig writes.
bool IsKernelConfig(StringRef text) {
  text.consume_front("\xEF\xBB\xBF");
  while (!text.empty()) {
    StringRef line;
    std::tie(line, text) = text.split('\n');
    line.consume_front("# ");
    if (line.startswith("CONFIG_") ||
        line.startswith("Automatically generated file; DO NOT EDIT") ||
        (line.startswith("Linux/") && line.rtrim().endswith("Kernel Configuration"))) {
      return true;
    }
  }
  return false;
}

// An event has an operation, an inventory lists of volumes or files.
FileKind KindOfJson(StringRef text) {
  const StringRef first = text.ltrim();
  if (!first.startswith("{")) return FileKind::Other;
  const StringRef line = first.take_until([](char byte) { return byte == '\n'; });
  if (line.contains("\"op\"")) return FileKind::Events;
  if (first.contains("\"volumes\"") && first.contains("\"version\"")) return FileKind::Inventory;
  return FileKind::Other;
}

// A file that is meant to be a configuration: compressed, in UTF-16, or cut. Its reader says which.
bool IsConfigName(StringRef name) {
  return name.substr(name.rfind('/') + 1).contains("config");
}

// Whether a word of a statement is a placeholder.
bool HasPlaceholder(StringRef text) {
  while (!text.empty()) {
    StringRef line;
    std::tie(line, text) = text.split('\n');
    line = line.split('#').first;
    if (!check::FindTemplate(line).empty()) return true;
    while (!line.empty()) {
      StringRef word;
      std::tie(word, line) = line.ltrim().split(' ');
      const StringRef value = word.split('=').second;
      if (value.startswith("@") || value.contains("${") || value.contains("{{") ||
          value.startswith("$")) {
        if (!check::FindPlaceholder(value).empty()) return true;
      }
    }
  }
  return false;
}

}  // namespace

std::string_view Name(FileKind kind) {
  return kKindNames[support::IndexOf(kind)];
}

IdentifiedFile IdentifiedAs(FileKind kind) {
  return {kind, kKindWords[support::IndexOf(kind)]};
}

IdentifiedFile Identify(std::string_view name, std::string_view bytes) {
  if (IsClaimsName(name)) return IdentifiedAs(FileKind::Claims);
  const content::Content content = content::Classify(bytes);
  switch (content.kind) {
    case content::Kind::Signed:
      return IdentifiedAs(FileKind::Signed);
    case content::Kind::Pem:
      return IdentifiedAs(FileKind::Pem);
    case content::Kind::Table:
      return IdentifiedAs(FileKind::Table);
    case content::Kind::Text:
    case content::Kind::Other:
      break;
  }
  const StringRef text = bytes;
  const bool has_header = content::FirstStatement(bytes).startswith("policy_name");
  if (!has_header && IsKernelConfig(text)) return IdentifiedAs(FileKind::KernelConfiguration);
  if (content.kind == content::Kind::Other) {
    const FileKind json = KindOfJson(text);
    if (json != FileKind::Other) return IdentifiedAs(json);
    if (IsConfigName(name)) return IdentifiedAs(FileKind::KernelConfiguration);
    return {FileKind::Other, content.what};
  }
  if (render::IsTemplateName(name) || HasPlaceholder(text)) return IdentifiedAs(FileKind::Template);
  constexpr StringRef kWordsOfPolicies[] = {"policy_name", "op=", "DEFAULT", "action="};
  const bool is_policy = std::any_of(std::begin(kWordsOfPolicies), std::end(kWordsOfPolicies),
                                     [&](StringRef word) { return text.contains(word); });
  if (is_policy) return IdentifiedAs(FileKind::Policy);
  if (IsConfigName(name)) return IdentifiedAs(FileKind::KernelConfiguration);
  return {FileKind::Other, text.trim().empty() ? "an empty file" : "a text without a statement"};
}

bool IsLogName(std::string_view name) {
  return name.ends_with(".log") || name.ends_with(".jsonl");
}

}  // namespace ipec::pipeline
