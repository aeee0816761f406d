#pragma once

// Parts of messages: quoted words and lists of words.

#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>

namespace ipec::support {

// The word as messages quote it, in backquotes. See printable.h for words of any length.
std::string Quoted(std::string_view word);

// "1 byte", "2 bytes": for nouns whose plural ends in `s`.
std::string NumberOf(std::size_t number, std::string_view noun);

// "a, b, c"; with a conjunction "a, b or c".
template <typename Words>
std::string Listed(const Words& words, std::string_view conjunction = {}) {
  std::string list;
  std::size_t left = std::size(words);
  for (const auto& word : words) {
    if (!list.empty() && left == 1 && !conjunction.empty()) {
      list.append(" ").append(conjunction).append(" ");
    } else if (!list.empty()) {
      list += ", ";
    }
    list += word;
    --left;
  }
  return list;
}

// The same of quoted words: "`a`, `b`".
template <typename Words>
std::string ListedInQuotes(const Words& words) {
  std::string list;
  for (const auto& word : words) list += (list.empty() ? "" : ", ") + Quoted(word);
  return list;
}

}  // namespace ipec::support
