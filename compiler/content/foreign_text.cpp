#include "compiler/content/foreign_text.h"

#include <algorithm>
#include <vector>

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"

namespace ipec::content {
namespace {

using llvm::StringRef;

constexpr StringRef kSpaces = " \t\r";

// The first bytes of programs, pictures, documents and archives, which may be too short to be
// recognized by the bytes that follow.
constexpr StringRef kMagicNumbers[] = {
    "\177ELF",           // programs
    "\x89PNG",           // pictures
    "\xFF\xD8\xFF",      // JPEG
    "%PDF-",             // documents
    "\xD0\xCF\x11\xE0",  // old office documents
    "PK\x03\x04",        // ZIP, office documents
    "\x1F\x8B",          // gzip
    "\3757zXZ",          // xz
    "BZh",               // bzip2
    "\x28\xB5\x2F\xFD",  // zstd
};

StringRef WithoutComments(StringRef bytes, StringRef comments) {
  bytes.consume_front("\xEF\xBB\xBF");
  while (true) {
    bytes = bytes.ltrim(kWhitespace);
    if (bytes.empty() || !comments.contains(bytes[0])) return bytes;
    bytes = bytes.drop_front(std::min(bytes.find_first_of("\r\n"), bytes.size()));
  }
}

// Java's comments are those of C++.
StringRef WithoutJavaComments(StringRef bytes) {
  while (true) {
    bytes = WithoutComments(bytes, "");
    if (bytes.startswith("//")) {
      bytes = bytes.drop_front(std::min(bytes.find_first_of("\r\n"), bytes.size()));
      continue;
    }
    if (!bytes.consume_front("/*")) return bytes;
    const std::size_t end = bytes.find("*/");
    if (end == StringRef::npos) return {};
    bytes = bytes.drop_front(end + 2);
  }
}

StringRef WithoutMarkupComments(StringRef bytes) {
  while (bytes.startswith("<!--")) {
    const std::size_t end = bytes.find("-->");
    if (end == StringRef::npos) return bytes;
    bytes = bytes.drop_front(end + 3).ltrim(kWhitespace);
  }
  return bytes;
}

bool IsWordByte(char byte) {
  return llvm::isAlnum(byte) || byte == '_';
}

bool BeginsWithWord(StringRef text, StringRef word) {
  return text.consume_front(word) && (text.empty() || !llvm::isAlnum(text[0]));
}

// Whether the text has a word that belongs to a policy, however it is written: then it may be one
// with mistakes.
bool MentionsPolicy(StringRef text) {
  constexpr StringRef kAnywhere[] = {"policy_name", "policy_version", "dmverity_", "fsverity_",
                                     "boot_verified"};
  for (const StringRef word : kAnywhere) {
    if (text.contains_insensitive(word)) return true;
  }
  // `DEFAULT` alone is a section of many INI files.
  for (std::size_t at = 0; (at = text.find("DEFAULT", at)) != StringRef::npos; ++at) {
    if (at == 0 || text[at - 1] != '[') return true;
  }
  constexpr StringRef kKeys[] = {"op", "action"};
  for (const StringRef key : kKeys) {
    for (std::size_t at = 0; (at = text.find_insensitive(key, at)) != StringRef::npos; ++at) {
      if (at != 0 && IsWordByte(text[at - 1])) continue;
      const StringRef rest = text.drop_front(at + key.size()).ltrim(" \t");
      if (rest.startswith("=") || rest.startswith(":")) return true;
    }
  }
  return false;
}

// The lines with something on them, without comments that begin with one of `comments`.
std::vector<StringRef> LinesOf(StringRef text, StringRef comments) {
  std::vector<StringRef> lines;
  llvm::SmallVector<StringRef, 64> all;
  text.consume_front("\xEF\xBB\xBF");
  text.take_front(kLookedAt).split(all, '\n', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  if (text.size() > kLookedAt && !all.empty()) all.pop_back();  // cut
  for (const StringRef line : all) {
    const StringRef begin = line.ltrim(kSpaces);
    if (!begin.empty() && !comments.contains(begin[0])) lines.push_back(line.rtrim(kSpaces));
  }
  return lines;
}

bool IsKey(StringRef text) {
  return !text.empty() && llvm::all_of(text, [](char byte) {
    return IsWordByte(byte) || byte == '.' || byte == '-' || byte == '/';
  });
}

// `[section]` first, then `key = value` or another section on the next line.
bool IsIni(StringRef text) {
  const std::vector<StringRef> lines = LinesOf(text, "#;");
  const auto is_section = [](StringRef line) {
    line = line.substr(0, line.find_first_of("#;")).trim(kSpaces);
    return line.size() > 2 && line.front() == '[' && line.back() == ']' &&
           line.find_first_of("=,{\"") == StringRef::npos;
  };
  if (lines.empty() || !is_section(lines[0])) return false;
  return lines.size() == 1 || is_section(lines[1]) ||
         IsKey(lines[1].substr(0, lines[1].find_first_of("=:")).trim(kSpaces));
}

// `key: value`, `- item`, and lines below them that are indented.
bool IsYaml(StringRef text) {
  const std::vector<StringRef> lines = LinesOf(text, "#");
  std::size_t entries = 0;
  for (StringRef line : lines) {
    if (line == "---" || line == "..." || line.startswith("%YAML")) {
      entries += 2;
      continue;
    }
    const bool is_indented = kSpaces.contains(line[0]);
    line = line.ltrim(kSpaces);
    const auto [key, value] = line.split(':');
    const bool is_entry =
        line == "-" || line.startswith("- ") ||
        (IsKey(key.trim("\"'")) && key.size() < line.size() && (value.empty() || value[0] == ' '));
    if (!is_entry && !is_indented) return false;
    entries += is_entry ? 1U : 0U;
  }
  return entries >= 2;
}

// `p, alice, data1, read` on all lines.
bool IsCasbin(StringRef text) {
  const std::vector<StringRef> lines = LinesOf(text, "#");
  return !lines.empty() && llvm::all_of(lines, [](StringRef line) {
    const auto [kind, rest] = line.ltrim(kSpaces).split(',');
    return (kind.startswith("p") || kind.startswith("g")) &&
           kind.drop_front().rtrim(kSpaces).find_first_not_of("0123456789") == StringRef::npos &&
           !rest.empty();
  });
}

// `some.key=value` on all lines, one on each, or `key = value …`, with spaces on all lines.
bool IsProperties(StringRef text) {
  const std::vector<StringRef> lines = LinesOf(text, "#!");
  bool has_dots = false;
  bool is_spaced = true;
  for (const StringRef line : lines) {
    const std::size_t end = line.find_first_of("=:");
    const StringRef before = line.substr(0, end);
    const StringRef key = before.substr(0, before.find('@')).trim(kSpaces);
    if (end == StringRef::npos || !IsKey(key)) return false;
    if (line.drop_front(end + 1).contains('=')) return false;
    has_dots |= key.contains('.');
    is_spaced &= line.drop_front(end).startswith("= ") && before.endswith(" ");
  }
  return lines.size() >= 2 && (has_dots || is_spaced);
}

bool IsJson(StringRef text) {
  for (const StringRef from : {WithoutComments(text, "#"), WithoutJavaComments(text)}) {
    StringRef inside = from;
    if (inside.consume_front("{") && inside.ltrim(kWhitespace).startswith("\"")) return true;
    if (!from.startswith("[")) continue;
    inside = from.drop_front().ltrim(kWhitespace);
    if (inside.startswith("{") || inside.startswith("\"") || inside.trim(kWhitespace) == "]") {
      return true;
    }
  }
  return false;
}

// A rule of an IMA policy: an action, then conditions.
bool IsImaRule(StringRef line) {
  const auto [action, conditions] = line.split(' ');
  for (const StringRef word :
       {"measure", "dont_measure", "appraise", "dont_appraise", "audit", "hash", "dont_hash"}) {
    if (action != word) continue;
    for (const StringRef key : {"func=", "mask=", "fsmagic=", "fsuuid=", "uid=", "obj_type="}) {
      if (conditions.contains(key)) return true;
    }
  }
  return false;
}

// The opening line of a profile: `profile name {` or `/usr/bin/name {`, or an include above it.
bool IsAppArmor(StringRef line) {
  return line.startswith("include <") || line.startswith("abi <") ||
         (line.endswith("{") && (line.startswith("/") || BeginsWithWord(line, "profile")));
}

// Languages that begin with a word of their own.
std::string_view Language(StringRef text) {
  const StringRef first = WithoutJavaComments(WithoutComments(text, "#"));
  const std::vector<StringRef> lines = LinesOf(first, "#");
  if (lines.empty()) return {};
  const StringRef line = lines[0];
  if (IsImaRule(line)) return "an IMA policy";
  if (IsAppArmor(line)) return "an AppArmor profile";
  StringRef cil = WithoutComments(text, ";");
  if (cil.consume_front("(") && !cil.empty() && llvm::isAlpha(cil[0]) && cil.contains(')')) {
    return "an SELinux policy (CIL)";
  }
  if (BeginsWithWord(line, "package") && IsKey(line.drop_front(7).trim(kSpaces))) {
    return "a Rego policy";
  }
  for (const StringRef word : {"permit", "forbid"}) {
    StringRef rest = line;
    if (rest.consume_front(word) && rest.ltrim(kSpaces).startswith("(")) return "a Cedar policy";
  }
  if (line.startswith("policy_module(")) return "an SELinux policy module";
  if ((BeginsWithWord(line, "path") || BeginsWithWord(line, "resource")) && line.contains('"') &&
      line.endswith("{")) {
    return "an HCL file";
  }
  return {};
}

std::string_view Markup(StringRef first) {
  const bool is_markup = first.startswith("<?xml") || first.startswith("<!DOCTYPE") ||
                         (first.size() > 1 && first[0] == '<' && llvm::isAlpha(first[1]) &&
                          (first.contains("</") || first.contains("/>")));
  if (!is_markup) return {};
  if (first.contains("<policyconfig")) return "a polkit policy (XML)";
  if (first.contains("<busconfig")) return "a D-Bus policy (XML)";
  if (first.contains("<SiPolicy")) return "an App Control policy (XML)";
  return "an XML file";
}

}  // namespace

StringRef FirstStatement(std::string_view view) {
  const llvm::StringRef bytes = view;
  return WithoutComments(bytes, "#");
}

std::string_view ForeignText(std::string_view view) {
  const llvm::StringRef bytes = view;
  if (bytes.startswith("PReg")) return "a Windows group policy file (Registry.pol)";
  if (bytes.startswith("\x8C\xFF\x7C\xF9")) return "a compiled SELinux policy";
  if (bytes.startswith("version https://git-lfs.github.com/")) {
    return "a Git LFS pointer (`git lfs pull` fetches the file)";
  }
  if (bytes.startswith("{\\rtf")) return "an RTF document";
  for (const StringRef magic : kMagicNumbers) {
    if (bytes.startswith(magic)) return "a binary file";
  }
  const StringRef first = WithoutMarkupComments(FirstStatement(bytes)).take_front(kLookedAt);
  if (const std::string_view markup = Markup(first); !markup.empty()) return markup;
  if (IsJson(bytes)) return "a JSON file";
  const StringRef java = WithoutJavaComments(bytes);
  for (const char* const word : {"grant", "keystore", "keystorePasswordURL"}) {
    if (!BeginsWithWord(java, word)) continue;
    if (java.contains('{') || java.contains(';')) return "a Java policy file";
  }
  if (MentionsPolicy(bytes)) return {};
  if (const std::string_view language = Language(bytes); !language.empty()) return language;
  if (IsIni(bytes)) return "an INI or TOML file";
  if (IsCasbin(bytes)) return "a casbin policy (CSV)";
  if (IsProperties(bytes)) return "a properties file";
  if (IsYaml(bytes)) return "a YAML file";
  return {};
}

}  // namespace ipec::content
