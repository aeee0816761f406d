#include "compiler/diagnostics/explain.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "compiler/diagnostics/definitions.h"
#include "compiler/diagnostics/explanations.h"
#include "compiler/support/errno.h"
#include "compiler/support/suggest.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::diagnostics {
namespace {

const std::array kDescriptors = {
#define IPEC_DIAG(id, ...) &diag::id.descriptor,
#include "compiler/diagnostics/diagnostics.def"
};

bool SameWord(std::string_view a, std::string_view b) {
  return llvm::StringRef(a.data(), a.size()).equals_insensitive({b.data(), b.size()});
}

std::string_view TextOf(const Descriptor& descriptor) {
  for (const Explanation& explanation : kExplanations) {
    if (explanation.name == descriptor.name) return explanation.text;
  }
  return {};
}

// The meaning of an errno, and the findings that lead to it.
std::string ExplainErrno(const support::ErrnoRow& row) {
  std::string text = fmt::format("{} ({}): {}.\n", row.name, NumberOf(row.value), row.meaning);
  std::string findings;
  for (const Descriptor* descriptor : kDescriptors) {
    const std::string_view explanation = TextOf(*descriptor);
    if (explanation.find(fmt::format("`{}`", row.name)) != std::string_view::npos) {
      findings += fmt::format("  {} {}\n", descriptor->code, descriptor->name);
    }
  }
  if (!findings.empty()) {
    text +=
        "\nThe kernel gives one number and no line. `ipec check` finds the place; these findings "
        "lead to it:\n\n" +
        findings;
  }
  return text;
}

}  // namespace

std::span<const Descriptor* const> AllDescriptors() {
  return kDescriptors;
}

std::optional<std::string> Explain(std::string_view what, std::span<const Explained> more) {
  // A diagnostic and a lint rule may share a name: show both.
  std::string found;
  for (const Descriptor* descriptor : kDescriptors) {
    if (SameWord(what, descriptor->code) || SameWord(what, descriptor->name)) {
      found += TextOf(*descriptor);
    }
  }
  for (const Explained& row : more) {
    if (SameWord(what, row.descriptor->code) || SameWord(what, row.descriptor->name)) {
      found += fmt::format("{}# {} {}\n\n{}\nLevel {}, category {}, {}.\n",
                           found.empty() ? "" : "\n", row.descriptor->code, row.descriptor->name,
                           row.text, Name(row.descriptor->severity), row.group,
                           row.on ? "on by default" : "on request");
    }
  }
  if (!found.empty()) return found;
  int number = 0;
  const std::string_view digits = what.substr(what.starts_with('-') ? 1 : 0);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  const bool is_number = error == std::errc() && end == digits.data() + digits.size();
  for (const support::ErrnoRow& row : support::kErrnos) {
    if (SameWord(what, row.name) || (is_number && number == NumberOf(row.value))) {
      return ExplainErrno(row);
    }
  }
  return std::nullopt;
}

std::string_view SuggestExplanation(std::string_view what, std::span<const Explained> more) {
  std::vector<std::string_view> words;
  for (const Explained& row : more) {
    words.push_back(row.descriptor->name);
    words.push_back(row.descriptor->code);
  }
  for (const Descriptor* descriptor : kDescriptors) {
    words.push_back(descriptor->name);
    words.push_back(descriptor->code);
  }
  for (const support::ErrnoRow& row : support::kErrnos) words.push_back(row.name);
  return support::Nearest(what, words);
}

}  // namespace ipec::diagnostics
