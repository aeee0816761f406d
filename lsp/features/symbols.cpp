#include "lsp/features/symbols.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "compiler/support/printable.h"
#include "llvm/ADT/StringExtras.h"
#include "lsp/features/place.h"

namespace ipec::lsp {
namespace {

using policy::Operation;
using runtime::Name;
using support::Span;

constexpr std::size_t kLongestName = 120;

std::string Shown(std::string_view text) {
  if (text.size() <= kLongestName) return support::Printable(text);
  return support::Printable(text.substr(0, kLongestName)) + "…";
}

// The name of a rule within its operation: its conditions, as written.
std::string NameOfRule(const Snapshot& snapshot, const policy::Rule& rule) {
  const syntax::Line* line = LineAt(snapshot, rule.statement.begin);
  const auto clauses = snapshot.document().ClausesOf(*line);
  if (clauses.size() <= 2) return "any";
  return Shown(ViewOf(snapshot, {clauses[1].key.begin, clauses[clauses.size() - 2].value.end}));
}

class Outline {
 public:
  explicit Outline(const Snapshot& snapshot) : snapshot_(snapshot), policy_(snapshot.policy()) {}

  std::vector<Symbol> Make() {
    struct Statement {
      Span span;
      Symbol symbol;
      Operation operation;
      bool global;
    };
    std::vector<Statement> defaults;
    if (policy_.global_default) {
      defaults.push_back({policy_.global_default->statement, DefaultSymbol(*policy_.global_default),
                          Operation::Unknown, true});
    }
    for (const Operation operation : policy_.semantics.operations) {
      if (const auto& own = policy_.DefaultOf(operation)) {
        defaults.push_back({own->statement, DefaultSymbol(*own), operation, false});
      }
    }
    std::stable_sort(defaults.begin(), defaults.end(), [](const Statement& a, const Statement& b) {
      return a.span.begin < b.span.begin;
    });
    std::size_t next = 0;
    const auto take_defaults = [&](std::uint32_t until) {
      for (; next < defaults.size() && defaults[next].span.begin < until; ++next) {
        Statement& one = defaults[next];
        if (one.global) {
          children_.push_back(std::move(one.symbol));
        } else {
          Take(one.operation, std::move(one.symbol));
        }
      }
    };
    for (const policy::Rule& rule : policy_.rules) {
      take_defaults(rule.statement.begin);
      Take(rule.operation, {NameOfRule(snapshot_, rule),
                            std::string(Name(rule.action)),
                            SymbolKind::Rule,
                            rule.statement,
                            rule.statement,
                            {}});
    }
    take_defaults(UINT32_MAX);
    const bool has_header = snapshot_.first().has_header() || !HeaderValue("policy_name").empty();
    if (children_.empty() && !has_header) return {};
    return {Policy(has_header)};
  }

 private:
  static Symbol DefaultSymbol(const policy::Default& one) {
    return {"DEFAULT",           std::string(Name(one.action)),
            SymbolKind::Default, one.statement,
            one.statement,       {}};
  }

  void Take(Operation operation, Symbol symbol) {
    std::optional<std::size_t>& place = places_[operation];
    if (!place) {
      place = children_.size();
      children_.push_back({std::string(Name(operation)),
                           "",
                           SymbolKind::Operation,
                           symbol.span,
                           symbol.selection,
                           {}});
    }
    Symbol& parent = children_[*place];
    parent.span.end = std::max(parent.span.end, symbol.span.end);
    parent.children.push_back(std::move(symbol));
  }

  // The value of a key of the header as it is written, even if the header is malformed.
  std::string_view HeaderValue(std::string_view key) const {
    for (const syntax::Line& line : snapshot_.document().lines) {
      if (line.kind == syntax::LineKind::Blank) continue;
      if (line.kind != syntax::LineKind::Header) break;
      for (const syntax::Clause& clause : snapshot_.document().ClausesOf(line)) {
        if (ViewOf(snapshot_, clause.key) == key) {
          return ViewOf(snapshot_, ValueOf(snapshot_, clause));
        }
      }
      break;
    }
    return {};
  }

  Symbol Policy(bool has_header) {
    for (Symbol& child : children_) {
      if (child.kind != SymbolKind::Operation) continue;
      const std::size_t rules = support::ToSize(
          std::count_if(child.children.begin(), child.children.end(),
                        [](const Symbol& one) { return one.kind == SymbolKind::Rule; }));
      child.detail = fmt::format("{} rule{}", rules, rules == 1 ? "" : "s");
    }
    Symbol policy;
    policy.kind = SymbolKind::Policy;
    policy.span = {0, snapshot_.source.size()};
    const bool is_read = snapshot_.first().has_header();
    const std::string_view name = is_read ? policy_.name : HeaderValue("policy_name");
    policy.name = has_header ? Shown(name) : "policy without header";
    if (policy.name.empty()) policy.name = "policy without name";
    if (!is_read) {
      policy.detail = Shown(HeaderValue("policy_version"));
    } else {
      policy.detail = fmt::format("{}.{}.{}", policy_.version.major, policy_.version.minor,
                                  policy_.version.revision);
    }
    for (const syntax::Line& line : snapshot_.document().lines) {
      if (line.kind == syntax::LineKind::Blank) continue;
      policy.selection = line.statement;  // the header, or else the first statement
      break;
    }
    policy.children = std::move(children_);
    return policy;
  }

  const Snapshot& snapshot_;
  const policy::Policy& policy_;
  std::vector<Symbol> children_;
  policy::OperationMap<std::optional<std::size_t>> places_;  // of operations among children_
};

// The claims, each by its text: some lists of symbols show nothing else.
std::vector<Symbol> ClaimSymbols(const Snapshot& snapshot) {
  std::vector<Symbol> symbols;
  for (const policy::Claim& claim : snapshot.claims->first().claims().claims) {
    const syntax::Line* line = LineAt(snapshot, claim.statement.begin);
    const auto clauses = snapshot.document().ClausesOf(*line);
    const std::uint32_t rest =
        claim.statement.begin + support::ToU32(policy::Name(claim.kind).size());
    const std::string_view text = ViewOf(snapshot, {rest, clauses.back().value.end});
    const std::size_t begin = std::min(text.find_first_not_of(" \t"), text.size());
    symbols.push_back({fmt::format("{} {}", policy::Name(claim.kind), Shown(text.substr(begin))),
                       {},
                       SymbolKind::Rule,
                       claim.statement,
                       claim.statement,
                       {}});
  }
  return symbols;
}

bool HasLettersInOrder(llvm::StringRef name, std::string_view query) {
  std::size_t at = 0;
  for (const char c : query) {
    while (at < name.size() && llvm::toLower(name[at]) != llvm::toLower(c)) ++at;
    if (at == name.size()) return false;
    ++at;
  }
  return true;
}

void Find(const Symbol& symbol, const std::string& container, std::string_view query,
          std::size_t most, std::vector<FoundSymbol>& found) {
  if (found.size() >= most) return;
  const bool leaf = symbol.kind == SymbolKind::Rule || symbol.kind == SymbolKind::Default;
  if (query.empty() ? !leaf : HasLettersInOrder(symbol.name, query)) {
    found.push_back({symbol.name, container, symbol.kind, symbol.selection});
  }
  const std::string path = container.empty() ? symbol.name : container + " " + symbol.name;
  for (const Symbol& child : symbol.children) Find(child, path, query, most, found);
}

}  // namespace

std::vector<Symbol> SymbolsOf(const Snapshot& snapshot) {
  if (snapshot.claims) return ClaimSymbols(snapshot);
  return Outline(snapshot).Make();
}

std::vector<FoundSymbol> FindSymbols(const Snapshot& snapshot, std::string_view query,
                                     std::size_t most) {
  std::vector<FoundSymbol> found;
  for (const Symbol& symbol : SymbolsOf(snapshot)) Find(symbol, "", query, most, found);
  return found;
}

}  // namespace ipec::lsp
