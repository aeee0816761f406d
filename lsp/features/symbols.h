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
  support::Span span;       // everything in it
  support::Span selection;  // the part to select, within `span`
  std::vector<Symbol> children;
};

// One policy, or nothing if no statement was understood. Operations are in order of their first
// statement; if their rules are mixed, their spans overlap.
std::vector<Symbol> SymbolsOf(const Snapshot& snapshot);

// All symbols whose names contain the characters of `query` in this order, in any case; an empty
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
