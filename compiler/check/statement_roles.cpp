#include "compiler/check/statement_roles.h"

#include <algorithm>
#include <string>

#include "compiler/check/regroup.h"
#include "compiler/check/words.h"
#include "compiler/support/characters.h"
#include "compiler/support/suggest.h"
#include "llvm/ADT/STLExtras.h"

namespace ipec::check {
namespace {

constexpr std::string_view kKeys[] = {
    "op",
    "action",
#define IPEC_PROPERTY(id, number, kind, spelling) spelling,
#include "ipec/runtime/vocabulary.def"
};

// The intended key of a misspelt one, or nothing.
std::string_view MeantKey(llvm::StringRef key) {
  key = key.take_front(64);
  if (key.equals_insensitive("operation") || key.equals_insensitive("operations")) return "op";
  return support::Nearest(std::string_view(key), kKeys);
}

}  // namespace

Role MisspeltRole(const Checker& checker, const Word& word) {
  const llvm::StringRef key = checker.Text(word.key);
  if (!word.has_equals) {
    if (ReadAction(key)) return Role::Action;
    if (ReadOperation(checker.target, key)) return Role::Operation;
    return Role::Unknown;
  }
  if (FindForeignWord(targets::ForeignWord::Kind::Property, key.take_front(64).lower())) {
    return Role::Unknown;
  }
  const std::string_view meant = MeantKey(key);
  return meant == "op"       ? Role::Operation
         : meant == "action" ? Role::Action
         : meant.empty()     ? Role::Unknown
                             : Role::Property;
}

bool IsNearlyDefault(llvm::StringRef key) {
  key = key.take_front(64);
  // Characters that take no room are left out.
  std::string seen;
  while (!key.empty()) {
    const OddBlank blank = OddBlankAt(key);
    const std::size_t length = blank.length > 0 ? blank.length : support::CharacterLength(key, 0);
    if (blank.length == 0 || blank.is_wide) seen += key.take_front(length);
    key = key.drop_front(length);
  }
  constexpr std::string_view kDefault[] = {"DEFAULT"};
  return !support::Nearest(seen, kDefault).empty();
}

bool IsNearlyHeader(llvm::StringRef key) {
  constexpr std::string_view kHeaderKeys[] = {"policy_name", "policy_version"};
  return !support::Nearest(std::string_view(key.take_front(64)), kHeaderKeys).empty();
}

bool BeginsStatement(const Checker& checker, const syntax::Line& line) {
  if (line.clauses.empty()) return false;
  if (line.kind != syntax::LineKind::Other) return true;
  const syntax::Clause& first = checker.document.ClausesOf(line)[0];
  const llvm::StringRef key = checker.Text(first.key);
  return IsNearlyDefault(key) || IsNearlyHeader(key) ||
         (first.has_equals &&
          MisspeltRole(checker, {first.key, first.value, first.value, true}) == Role::Operation);
}

std::vector<std::size_t> FurtherStatements(std::span<const Role> roles) {
  std::vector<std::size_t> begins;
  if (roles[0] != Role::Operation && roles[0] != Role::Default) return begins;
  for (std::size_t i = 1; i < roles.size(); ++i) {
    const bool can_begin = roles[i] == Role::Operation || roles[i] == Role::Default;
    if (can_begin && roles[i - 1] == Role::Action &&
        llvm::is_contained(roles.subspan(i), Role::Action)) {
      begins.push_back(i);
    }
  }
  return begins;
}

bool RepeatDefaults(const Checker& checker, std::span<const Word> words,
                    std::span<const Role> roles, std::span<const std::size_t> begins) {
  std::vector<llvm::StringRef> seen;
  const auto repeats = [&](std::size_t i) {
    if (roles[i] != Role::Default) return false;
    const bool has_operation = i + 1 < words.size() && roles[i + 1] == Role::Operation;
    const llvm::StringRef name =
        has_operation ? checker.Text(words[i + 1].value) : llvm::StringRef();
    if (std::find(seen.begin(), seen.end(), name) != seen.end()) return true;
    seen.push_back(name);
    return false;
  };
  return repeats(0) || std::any_of(begins.begin(), begins.end(), repeats);
}

void NoteBrokenDefault(Checker& checker, std::span<const Word> words) {
  for (const Word& word : words) {
    if (checker.Text(word.key) != "op") continue;
    if (!word.has_value()) break;
    const llvm::StringRef name = checker.Text(word.value).trim("\"'");
    if (const auto operation = ReadOperation(checker.target, name)) {
      checker.broken.operations.Add(*operation);
    } else if (const targets::Alias* alias = ReadAlias(checker.target, name)) {
      checker.broken.operations |= SetOf(*alias);
    } else {
      ++checker.broken.unknown;
    }
    return;
  }
  checker.broken.any = true;
}

}  // namespace ipec::check
