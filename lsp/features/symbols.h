#pragma once

// The parts of a policy by name: policy → operation → its DEFAULT and rules.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lsp/snapshot.h"

namespace ipec::lsp {

enum class SymbolKind : std::uint8_t { Policy, Operation, Default, Rule };

struct Symbol {
  std::string name;
  std::string detail;
  SymbolKind kind = SymbolKind::Policy;
  support::Span span;       // everything that belongs to it
  support::Span selection;  // what to show of it, within `span`
  std::vector<Symbol> children;
};

// One policy, or nothing where no statement was understood. Operations are in order of their first
// statement; where their rules are mixed, their spans overlap.
std::vector<Symbol> SymbolsOf(const Snapshot& snapshot);

// Those of all symbols whose names hold the letters of `query` in its order, in any case; an empty
// query finds the policy and its operations. At most `most`.
struct FoundSymbol {
  std::string name;
  std::string container;
  SymbolKind kind = SymbolKind::Policy;
  support::Span span;
};
std::vector<FoundSymbol> FindSymbols(const Snapshot& snapshot, std::string_view query,
                                     std::size_t most);

}  // namespace ipec::lsp
