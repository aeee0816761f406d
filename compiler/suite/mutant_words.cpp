// The words for mutants.

#include <fmt/format.h>

#include "compiler/suite/report.h"
#include "compiler/support/wording.h"

namespace ipec::suite {

using analysis::Mutant;
using Fate = MutantResult::Fate;

std::string_view Name(Mutant::Kind kind) {
  switch (kind) {
    case Mutant::Kind::DeleteRule:
      return "delete-rule";
    case Mutant::Kind::FlipAction:
      return "flip-action";
    case Mutant::Kind::FlipDefault:
      return "flip-default";
    case Mutant::Kind::DropCondition:
      return "drop-condition";
    case Mutant::Kind::NegateCondition:
      return "negate-condition";
    case Mutant::Kind::ChangeDigest:
      return "change-digest";
    case Mutant::Kind::SwapRules:
      return "swap-rules";
    case Mutant::Kind::MoveToEnd:
      return "move-to-end";
  }
  return "";
}

std::string_view Name(Fate fate) {
  switch (fate) {
    case Fate::Equivalent:
      return "equivalent";
    case Fate::Survived:
      return "survived";
    case Fate::Killed:
      break;
  }
  return "killed";
}

std::string Describe(const MutantKey& key, const MutantResult& result,
                     const support::SourceBuffer& source) {
  const std::string property =
      result.property ? support::Quoted(source.text(*result.property).str()) : "";
  switch (key.kind) {
    case Mutant::Kind::DeleteRule:
      return "without this rule";
    case Mutant::Kind::FlipAction:
    case Mutant::Kind::FlipDefault:
      return "with the other action";
    case Mutant::Kind::DropCondition:
      return "without " + property;
    case Mutant::Kind::NegateCondition:
      return "with the other value in " + property;
    case Mutant::Kind::ChangeDigest:
      return "with another digest in " + property;
    case Mutant::Kind::SwapRules:
      return fmt::format("after line {}", key.other_line);
    case Mutant::Kind::MoveToEnd:
      return "behind all other rules";
  }
  return "";
}

}  // namespace ipec::suite
