#pragma once

// The effect of a statement, as Markdown: the events that a rule decides, the rules that block it,
// and the cases that are left to a DEFAULT. Exact, by classes of events; each statement has an
// example.

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "compiler/support/wording.h"
#include "lsp/features/place.h"

namespace ipec::lsp {

// "3 of 8 cases"
std::string CasesOf(const analysis::Share& share);

// "lines 4 and 7"; only a few are listed.
std::string LinesOf(const Snapshot& snapshot, const std::vector<policy::RuleId>& rules);

// For the rules or the DEFAULT of a statement; empty if it is neither. Where targets differ, for
// each of them.
std::string ExplainStatement(const Snapshot& snapshot, support::Span statement);

// Things that are the same for some targets, in the order of the targets: their names.
template <typename Thing>
struct ForTargets {
  Thing thing;
  std::vector<std::string> names;
};

// The different results of `make` for the targets.
template <typename Make>
auto ByTarget(const Snapshot& snapshot, const Make& make) {
  std::vector<ForTargets<decltype(make(snapshot))>> all;
  for (std::size_t i = 0; i < snapshot.configured->targets.size(); ++i) {
    auto thing = make(snapshot.For(i));
    auto known =
        std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.thing == thing; });
    if (known == all.end()) known = all.insert(known, {std::move(thing), {}});
    known->names.push_back(snapshot.configured->NameOf(i));
  }
  return all;
}

// Things with a place, by target: those that all targets have come once, and the rest once as well,
// with the names of their targets added by `mark`. `key` tells things apart.
template <typename Make, typename Key, typename Mark>
auto Together(const Snapshot& snapshot, const Make& make, const Key& key, const Mark& mark) {
  decltype(make(snapshot)) all;
  std::vector<std::vector<std::string>> names;
  std::map<std::string, std::size_t> known;
  const std::size_t count = snapshot.configured->targets.size();
  for (std::size_t i = 0; i < count; ++i) {
    for (auto& thing : make(snapshot.For(i))) {
      const auto [place, is_new] = known.try_emplace(key(thing), all.size());
      if (is_new) {
        all.push_back(std::move(thing));
        names.emplace_back();
      }
      names[place->second].push_back(snapshot.configured->NameOf(i));
    }
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (names[i].size() != count) mark(all[i], support::Listed(names[i]));
  }
  return all;
}

}  // namespace ipec::lsp
