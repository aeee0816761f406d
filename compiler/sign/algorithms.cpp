#include "compiler/sign/algorithms.h"

#include <algorithm>
#include <iterator>

namespace ipec::sign {
namespace {

struct Row {
  std::string_view dotted;
  std::string_view name;
  std::uint8_t uses;
};

constexpr Row kRows[] = {
#define IPEC_ALGORITHM(dotted, name, uses) {dotted, name, uses},
#include "compiler/sign/algorithms.def"
};

const Row* Find(std::string_view dotted) {
  const auto* const found = std::find_if(std::begin(kRows), std::end(kRows),
                                         [&](const Row& row) { return row.dotted == dotted; });
  return found == std::end(kRows) ? nullptr : found;
}

}  // namespace

bool IsTaken(std::string_view dotted, Use use) {
  const Row* row = Find(dotted);
  return row != nullptr && (row->uses & use) != 0;
}

Use KeyKindOf(std::string_view dotted) {
  for (const Use kind : {Rsa, Ec, Gost}) {
    if (IsTaken(dotted, kind)) return kind;
  }
  return Nothing;
}

std::string NameOf(std::string_view dotted) {
  if (dotted.empty()) return "one without a name";
  const Row* row = Find(dotted);
  return std::string(row == nullptr ? dotted : row->name);
}

}  // namespace ipec::sign
