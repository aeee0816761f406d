#pragma once

// What a statement is there for, as Markdown: which events a rule decides and who is in its way,
// what is left for a DEFAULT. Exact, by classes of events; each claim has an example.

#include <string>

#include "lsp/features/place.h"

namespace ipec::lsp {

// "3 of 8 cases"
std::string CasesOf(const analysis::Share& share);

// "lines 4 and 7"; at most a few of them are named.
std::string LinesOf(const Snapshot& snapshot, const std::vector<policy::RuleId>& rules);

// For the rules of one statement.
std::string StoryOf(const Snapshot& snapshot, support::IdRange<policy::RuleId> rules);
// For a DEFAULT.
std::string StoryOf(const Snapshot& snapshot, const Defaults& defaults);

}  // namespace ipec::lsp
