#include "compiler/life/steps.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <tuple>

#include <fmt/format.h>

#include "compiler/support/numbers.h"
#include "compiler/support/printable.h"
#include "compiler/support/streams.h"
#include "compiler/support/suggest.h"

namespace ipec::life {
namespace {

enum class Takes : std::uint8_t { File, Name, Switch };

struct VerbRow {
  std::string_view word;
  Verb verb;
  Takes takes;
};
constexpr VerbRow kVerbs[] = {
    {"boot", Verb::Boot, Takes::File},
    {"new", Verb::New, Takes::File},
    {"update", Verb::Update, Takes::File},
    {"activate", Verb::Activate, Takes::Name},
    {"delete", Verb::Delete, Takes::Name},
    {"enforce", Verb::Enforce, Takes::Switch},
    {"success_audit", Verb::SuccessAudit, Takes::Switch},
};
constexpr llvm::StringRef kUser = "user:";

llvm::Error ErrorAt(llvm::StringRef word, const std::string& words) {
  return support::ErrorOf(fmt::format("step `{}`: {}", support::Abbreviated(word), words));
}

std::string Usage(const VerbRow& row) {
  constexpr std::string_view kOperands[] = {"FILE", "NAME", "0 or 1"};
  return fmt::format("expected `{}:` and {}", row.word, kOperands[support::IndexOf(row.takes)]);
}

llvm::Error UnknownVerb(llvm::StringRef word, llvm::StringRef verb) {
  std::array<std::string_view, std::size(kVerbs)> words;
  std::transform(std::begin(kVerbs), std::end(kVerbs), words.begin(),
                 [](const VerbRow& row) { return row.word; });
  return ErrorAt(word, fmt::format("unknown verb `{}`{}", support::Abbreviated(verb),
                                   support::Suggest(verb, words,
                                                    "; expected boot, new, update, activate, "
                                                    "delete, enforce or success_audit")));
}

}  // namespace

llvm::Expected<Step> ParseStep(llvm::StringRef word) {
  Step step;
  step.word = word.str();
  llvm::StringRef rest = word;
  step.has_capability = !rest.consume_front(kUser);
  const bool has_operand = rest.contains(':');
  llvm::StringRef verb;
  llvm::StringRef operand;
  std::tie(verb, operand) = rest.split(':');
  llvm::StringRef name;
  const bool has_name = verb.contains('=');
  if (has_name) std::tie(verb, name) = verb.split('=');
  const auto* const row =
      std::find_if(std::begin(kVerbs), std::end(kVerbs), [&](const VerbRow& each) {
        return llvm::StringRef(each.word.data(), each.word.size()) == verb;
      });
  if (row == std::end(kVerbs)) return UnknownVerb(word, verb);
  if (!has_operand || operand.empty()) return ErrorAt(word, Usage(*row));
  step.verb = row->verb;
  if (has_name && (step.verb != Verb::Update || name.empty())) {
    return ErrorAt(word, step.verb == Verb::Update
                             ? "expected the name of a policy after `update=`"
                             : "only `update` takes a name: `update=NAME:FILE`");
  }
  if (step.verb == Verb::Boot && !step.has_capability) {
    return ErrorAt(word, "no process writes the boot policy, which is built into the kernel");
  }
  if (row->takes == Takes::File) {
    step.file = operand.str();
    step.name = name.str();
  } else if (row->takes == Takes::Name) {
    step.name = operand.str();
  } else if (operand == "0" || operand == "1") {
    step.value = operand == "1";
  } else {
    return ErrorAt(word, Usage(*row));
  }
  return step;
}

}  // namespace ipec::life
