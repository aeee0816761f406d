#pragma once

// One checked text, and the invariants of every check whatever the text.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/check/check.h"
#include "compiler/diagnostics/diagnostic.h"
#include "compiler/targets/targets.h"

namespace ipec::tests {

struct Probe {
  int error = 0;  // the errno, 0 if accepted
  std::vector<diagnostics::Diagnostic> findings;
};

Probe CheckText(const std::string& text, const targets::Target& target,
                const std::vector<std::string>& loaded = {});

// The same for a file of claims, which no kernel reads: the error is 1 if it is not well-formed.
Probe CheckClaimsText(const std::string& text, const targets::Target& target);

// The kind of a text.
enum class Form : std::uint8_t { Policy, Claims };

// The error in the places and texts of the findings, or nothing: spans lie within the text and
// begin and end between characters; edits are in order and do not overlap; no repair makes bytes
// that are not UTF-8; messages are printable.
std::optional<std::string> FindPlaceProblem(const std::string& text, const Probe& probe);

// The error in the findings, or nothing: an accepted text has none, a rejected one has some; places
// and texts are correct; a fix removes its finding, that is, there is one less of its code, and
// adds no other; a fix whose title does not begin with "remove" keeps all properties and actions;
// one that removes a DENY says that it loosens the policy.
std::optional<std::string> FindProblem(const std::string& text, const targets::Target& target,
                                       const std::vector<std::string>& loaded, const Probe& probe,
                                       Form form = Form::Policy);

// The order in which a user applies the repairs of a text.
enum class Way : std::uint8_t {
  FromTheTop,     // the first repair of the first finding that has one
  FromTheBottom,  // the first repair of the last finding that has one
  AllAtOnce,      // the first repair of every finding, but for those that overlap an earlier one
};
inline constexpr Way kWays[] = {Way::FromTheTop, Way::FromTheBottom, Way::AllAtOnce};

// Applies repairs in one of these ways, again and again. Says what is wrong, or nothing: it ends,
// in an accepted policy or in findings without repairs, and no finding has a code that `text` does
// not give.
std::optional<std::string> FindRepairProblem(const std::string& text, const targets::Target& target,
                                             Way way, Form form = Form::Policy);

}  // namespace ipec::tests
