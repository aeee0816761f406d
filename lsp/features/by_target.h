#pragma once

// Answers that may differ by target: each target of a snapshot is asked alone, and equal answers
// are joined, with the names of their targets.

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "compiler/support/wording.h"
#include "lsp/snapshot.h"

namespace ipec::lsp {

// An answer, and the targets that give it, in their order.
template <typename Answer>
struct ForTargets {
  Answer answer;
  std::vector<std::string> names;
};

// The different answers of `ask`.
template <typename Ask>
auto ByTarget(const Snapshot& snapshot, const Ask& ask) {
  std::vector<ForTargets<decltype(ask(snapshot))>> all;
  for (std::size_t i = 0; i < snapshot.configured->targets.size(); ++i) {
    auto answer = ask(snapshot.For(i));
    auto known =
        std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.answer == answer; });
    if (known == all.end()) known = all.insert(known, {std::move(answer), {}});
    known->names.push_back(snapshot.configured->NameOf(i));
  }
  return all;
}

// The elements of the lists that `ask` returns, each once: `key` tells elements apart. `mark` adds
// the names of targets to those that some targets lack.
template <typename Ask, typename Key, typename Mark>
auto Together(const Snapshot& snapshot, const Ask& ask, const Key& key, const Mark& mark) {
  auto all = ask(snapshot);
  const std::size_t count = snapshot.configured->targets.size();
  if (count == 1) return all;
  std::map<std::string, std::size_t> known;
  std::vector<std::vector<std::size_t>> having;  // targets, for each element
  for (std::size_t i = 0; i < count; ++i) {
    auto own = i == 0 ? std::exchange(all, {}) : ask(snapshot.For(i));
    for (auto& element : own) {
      const auto [place, is_new] = known.try_emplace(key(element), having.size());
      if (is_new) {
        all.push_back(std::move(element));
        having.emplace_back();
      }
      std::vector<std::size_t>& targets = having[place->second];
      if (targets.empty() || targets.back() != i) targets.push_back(i);
    }
  }
  for (std::size_t i = 0; i < having.size(); ++i) {
    if (having[i].size() == count) continue;
    std::vector<std::string> names;
    for (const std::size_t target : having[i]) names.push_back(snapshot.configured->NameOf(target));
    mark(all[i], support::Listed(names));
  }
  return all;
}

}  // namespace ipec::lsp
