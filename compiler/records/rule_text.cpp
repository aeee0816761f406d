// The field `rule`: the statement that decided, in the form of mainline.

#include <algorithm>

#include "compiler/records/field_values.h"
#include "llvm/ADT/StringExtras.h"

namespace ipec::records {
namespace {

bool IsWord(llvm::StringRef text) {
  return !text.empty() && llvm::all_of(text, [](char letter) {
    return (letter >= 'A' && letter <= 'Z') || llvm::isDigit(letter) || letter == '_';
  });
}

bool IsVisible(char letter) {
  return letter >= ' ' && letter <= '~';
}

// `sha256:HEX`, as the algorithm is printed by trees that do not quote it.
bool IsPlainDigest(llvm::StringRef value) {
  const auto [algorithm, hex] = value.split(':');
  return !algorithm.empty() && !hex.empty() && algorithm.front() != '"' &&
         llvm::all_of(hex, llvm::isHexDigit);
}

bool EndsInAction(llvm::StringRef rule) {
  return rule.endswith(" action=ALLOW") || rule.endswith(" action=DENY");
}

// Whether `word`, which should name the operation, lacks its key.
bool LacksKey(llvm::StringRef word) {
  return IsWord(word);
}

}  // namespace

FieldValue ReadRule(llvm::StringRef rest, std::string& store) {
  if (!rest.startswith("\""))
    return {Broken(rest.empty() ? Trouble::Cut : Trouble::Malformed), {}, 0};
  // The algorithm of a digest is quoted inside of the quotes, so the last quote ends the rule.
  llvm::StringRef rule = rest.drop_front();
  if (!rule.consume_back("\"") || !EndsInAction(rule)) return {Broken(Trouble::Cut), {}, 0};
  if (!llvm::all_of(rule, IsVisible)) return {Broken(Trouble::Malformed), {}, 0};

  llvm::StringRef words = rule;
  const bool is_default = words.consume_front("DEFAULT ");
  const llvm::StringRef first = words.take_until([](char letter) { return letter == ' '; });
  const bool has_operation = first.startswith("op=");
  if (!has_operation && !LacksKey(first) && !(is_default && first.startswith("action="))) {
    return {Broken(Trouble::Malformed), {}, 0};
  }
  const bool lacks_key = !has_operation && LacksKey(first);
  // Without a colon there is no digest with an algorithm.
  if (!lacks_key && rule.find(':') == llvm::StringRef::npos) return {Taken(), rule, rest.size()};

  store.clear();
  store.reserve(rest.size() + 16);
  if (is_default) store += "DEFAULT ";
  if (lacks_key) store += "op=";
  for (bool is_first = true; !words.empty(); is_first = false) {
    llvm::StringRef word;
    std::tie(word, words) = words.split(' ');
    if (!is_first) store += ' ';
    const auto [key, value] = word.split('=');
    if (!IsPlainDigest(value)) {
      store.append(word.begin(), word.end());
      continue;
    }
    const auto [algorithm, hex] = value.split(':');
    store.append(key.begin(), key.end()).append("=\"");
    store.append(algorithm.begin(), algorithm.end()).append("\":");
    for (const char letter : hex) store += llvm::toUpper(letter);
  }
  return {Taken(), llvm::StringRef(store), rest.size()};
}

}  // namespace ipec::records
