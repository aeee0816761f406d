#include <array>

#include "compiler/targets/targets.h"

namespace ipec::targets {
namespace {

using enum runtime::Operation;

// The replacements of a row, as a span of static storage.
template <runtime::Operation... kOperations>
constexpr std::array<runtime::Operation, sizeof...(kOperations)> kList = {kOperations...};

constexpr ForeignWord kForeignWords[] = {
#define IPEC_FOREIGN(kind, word, who, ...) {ForeignWord::Kind::kind, word, who, kList<__VA_ARGS__>},
#include "compiler/targets/foreign_words.def"
};

}  // namespace

const ForeignWord* FindForeignWord(ForeignWord::Kind kind, std::string_view word) {
  for (const ForeignWord& row : kForeignWords) {
    if (row.kind == kind && row.spelling == word) return &row;
  }
  return nullptr;
}

std::span<const ForeignWord> ForeignWords() {
  return kForeignWords;
}

}  // namespace ipec::targets
