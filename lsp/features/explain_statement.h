#pragma once

// The effect of a statement, as Markdown: the events that a rule decides, the rules that block it,
// and the cases that are left to a DEFAULT. Exact, by classes of events; each statement has an
// example.

#include <string>
#include <vector>

#include "lsp/features/place.h"

namespace ipec::lsp {

// "3 of 8 cases"
std::string CasesOf(const analysis::Share& share);

// "lines 4 and 7"; only a few are listed.
std::string LinesOf(const Snapshot& snapshot, const std::vector<policy::RuleId>& rules);

// For the rules or the DEFAULT of a statement; empty if it is neither. Where targets differ, for
// each of them.
std::string ExplainStatement(const Snapshot& snapshot, support::Span statement);

}  // namespace ipec::lsp
