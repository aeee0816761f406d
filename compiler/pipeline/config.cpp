#include "compiler/pipeline/config_rows.h"

#include <algorithm>
#include <array>

#include "compiler/support/date.h"
#include "compiler/support/path_pattern.h"
#include "compiler/support/printable.h"
#include "compiler/support/streams.h"
#include "compiler/support/suggest.h"
#include "compiler/support/wording.h"
#include "compiler/targets/meanings.h"
#include "compiler/targets/unknown_target.h"

namespace ipec::pipeline {
namespace {

using support::ErrorOf;

// `word`, which may be of any length, in a message.
std::string Shown(std::string_view word) {
  return support::Quoted(support::Abbreviated(word));
}

// Checks of words. The message of an error follows the name of the key.

llvm::Error OneOf(std::string_view word, std::span<const std::string_view> words) {
  if (word.empty() || std::find(words.begin(), words.end(), word) != words.end()) {
    return llvm::Error::success();
  }
  return ErrorOf("must be one of " + support::Listed(words) + ", got " + Shown(word) +
                 support::Suggest(word, words));
}

llvm::Error CheckTarget(std::string_view word) {
  if (targets::FindTarget(word) != nullptr) return llvm::Error::success();
  return ErrorOf("names an " + targets::UnknownTarget(word));
}

llvm::Error CheckProperty(std::string_view word) {
  if (const auto property = runtime::FindProperty(word)) {
    if (!targets::MeaningOf(*property).option.empty()) return llvm::Error::success();
    return ErrorOf("names " + Shown(word) + ", which every kernel with IPE has");
  }
  return ErrorOf(
      "names an unknown property " + Shown(word) +
      support::Suggest(word, runtime::kPropertyNames,
                       "; the properties are " + support::Listed(runtime::kPropertyNames)));
}

llvm::Error CheckKernelFile(std::string_view word) {
  return word.empty() ? ErrorOf("must not contain an empty name") : llvm::Error::success();
}

llvm::Error CheckPattern(std::string_view word) {
  if (word.empty()) return ErrorOf("must not contain an empty pattern");
  const std::optional<std::string_view> why = support::WhyItNeverMatches(word);
  if (!why) return llvm::Error::success();
  return ErrorOf("has a pattern that never matches, " + Shown(word) + ": " + std::string(*why));
}

llvm::Error CheckExclude(std::string_view word) {
  if (word.starts_with('!')) {
    return ErrorOf("does not support exceptions (`!`); list the files to leave out");
  }
  return CheckPattern(word);
}

constexpr std::string_view kLevels[] = {"error", "warning", "info", "style", "off"};
constexpr std::string_view kFailOn[] = {"error", "warning", "info"};

llvm::Error CheckFailOn(std::string_view word) {
  return OneOf(word, kFailOn);
}

llvm::Error CheckLevel(std::string_view word) {
  return OneOf(word, kLevels);
}

llvm::Error CheckDate(std::string_view word) {
  if (word.empty() || support::IsDate(word)) return llvm::Error::success();
  return ErrorOf("must be a date like 2026-12-31, got " + Shown(word));
}

#define IPEC_FIELD(field)        \
  [](Config & config) -> auto& { \
    return config.field;         \
  }

constexpr std::array kRows = {
    Row{.name = "target",
        .meaning = "the kernel dialects to check for; a single one may be a string",
        .words = IPEC_FIELD(targets),
        .check = CheckTarget,
        .offered = KeyWords::Target},
    Row{.name = "per-file-target",
        .meaning =
            "from patterns of files (`*`, `?`, `**`) to the dialect of those files; the most "
            "specific one wins",
        .table = IPEC_FIELD(target_of),
        .check = CheckTarget,
        .check_key = CheckPattern,
        .offered = KeyWords::Target},
    Row{.name = "kernel",
        .meaning = "configurations of the kernels that load the policies, relative to this file: "
                   "they determine target and missing properties; `ipec show` prints them",
        .words = IPEC_FIELD(kernel_files),
        .check = CheckKernelFile},
    Row{.name = "inventory",
        .meaning = "the inventory of the image that the policies are for, from `ipec scan`, "
                   "relative to this file; empty: none",
        .word = IPEC_FIELD(inventory_file)},
    Row{.name = "exclude",
        .meaning = "patterns of files and directories to leave out, even if they are operands",
        .words = IPEC_FIELD(exclude),
        .check = CheckExclude},
    Row{.name = "format.align",
        .meaning = "align the columns of neighboring rules",
        .flag = IPEC_FIELD(format.align)},
    Row{.name = "format.sort-properties",
        .meaning = "sort properties by name; audit records quote them in the order written",
        .flag = IPEC_FIELD(format.sort_properties)},
    Row{.name = "diff.accepted",
        .meaning = "the file of accepted changes, relative to this file: a line "
                   "`Ipec-Accept: FINGERPRINT reason` for each; empty: none",
        .word = IPEC_FIELD(diff.accepted)},
    Row{.name = "lint.ruleset",
        .meaning = "pins the set of rules that are on by default; empty: the newest",
        .word = IPEC_FIELD(lint.ruleset),
        .offered = KeyWords::Ruleset},
    Row{.name = "lint.select",
        .meaning = "rules to enable in addition to the default ones: codes, prefixes, names, "
                   "categories, `all`",
        .words = IPEC_FIELD(lint.select),
        .offered = KeyWords::Rule},
    Row{.name = "lint.ignore",
        .meaning = "rules to disable, named in the same way",
        .words = IPEC_FIELD(lint.ignore),
        .offered = KeyWords::Rule},
    Row{.name = "lint.severity",
        .meaning = "from rules to error, warning, info, style or off",
        .table = IPEC_FIELD(lint.severity),
        .check = CheckLevel,
        .offered = KeyWords::Level},
    Row{.name = "lint.fail-on",
        .meaning =
            "the lowest severity that makes the exit status 1: error, warning (the default), info",
        .word = IPEC_FIELD(lint.fail_on),
        .check = CheckFailOn,
        .offered = KeyWords::FailOn},
    Row{.name = "lint.unsuppressible",
        .meaning = "rules that no comment can suppress",
        .words = IPEC_FIELD(lint.unsuppressible),
        .offered = KeyWords::Rule},
    Row{.name = "lint.boot-policies",
        .meaning =
            "patterns (`*`, `?`) of files that are built into a kernel or replaced after boot",
        .words = IPEC_FIELD(lint.boot_policies),
        .check = CheckPattern},
    Row{.name = "lint.systemd-policies",
        .meaning = "patterns of texts NAME.pol that are signed as NAME.p7b, which systemd loads",
        .words = IPEC_FIELD(lint.systemd_policies),
        .check = CheckPattern},
    Row{.name = "lint.missing-properties",
        .meaning = "properties whose option is disabled in the kernel that loads the policies: a "
                   "rule with one never matches",
        .words = IPEC_FIELD(lint.missing_properties),
        .check = CheckProperty,
        .offered = KeyWords::Property},
    Row{.name = "lint.signature-bytes",
        .meaning = "the number of bytes that signing adds to a policy, certificate included",
        .number = IPEC_FIELD(lint.signature_bytes)},
    Row{.name = "lint.today",
        .meaning = "the date for expiry of suppressions, for reproducible runs; empty: today",
        .word = IPEC_FIELD(lint.today),
        .check = CheckDate},
};
#undef IPEC_FIELD

}  // namespace

std::span<const Row> ConfigRows() {
  return kRows;
}

KeyType KeyTypeOf(const Row& row) {
  if (row.flag != nullptr) return KeyType::Flag;
  if (row.word != nullptr) return KeyType::Word;
  if (row.words != nullptr) return KeyType::Words;
  return row.number != nullptr ? KeyType::Number : KeyType::Table;
}

const std::vector<ConfigKey>& ConfigKeys() {
  static const std::vector<ConfigKey> keys = [] {
    std::vector<ConfigKey> made;
    made.reserve(kRows.size());
    for (const Row& row : kRows) {
      made.push_back({row.name, row.meaning, KeyTypeOf(row), row.offered});
    }
    return made;
  }();
  return keys;
}

std::string_view Describe(KeyType type) {
  switch (type) {
    case KeyType::Flag:
      return "true or false";
    case KeyType::Word:
      return "a string";
    case KeyType::Words:
      return "a list of strings";
    case KeyType::Number:
      return "a number";
    case KeyType::Table:
      return "a table of strings";
  }
  return {};
}

std::vector<std::string_view> WordsOf(KeyWords words) {
  std::vector<std::string_view> found;
  switch (words) {
    case KeyWords::Target:
      for (const targets::Target& target : targets::AllTargets()) {
        found.push_back(target.name);
        found.insert(found.end(), target.other_names.begin(), target.other_names.end());
      }
      break;
    case KeyWords::Property:
      for (const runtime::Property property : runtime::kProperties) {
        if (!targets::MeaningOf(property).option.empty()) found.push_back(runtime::Name(property));
      }
      break;
    case KeyWords::Level:
      found.assign(std::begin(kLevels), std::end(kLevels));
      break;
    case KeyWords::FailOn:
      found.assign(std::begin(kFailOn), std::end(kFailOn));
      break;
    default:
      break;
  }
  return found;
}

}  // namespace ipec::pipeline
