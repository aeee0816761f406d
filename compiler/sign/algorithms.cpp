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

std::string_view DigestIn(std::string_view dotted) {
  constexpr std::string_view kWith = "-with-";
  const Row* row = Find(dotted);
  const std::size_t with = row == nullptr ? std::string_view::npos : row->name.find(kWith);
  if (with == std::string_view::npos) return {};
  const std::string_view name = row->name.substr(with + kWith.size());
  const auto* const found = std::find_if(std::begin(kRows), std::end(kRows),
                                         [&](const Row& each) { return each.name == name; });
  return found == std::end(kRows) ? std::string_view() : found->dotted;
}

std::string NameOf(std::string_view dotted) {
  if (dotted.empty()) return "one without a name";
  const Row* row = Find(dotted);
  return std::string(row == nullptr ? dotted : row->name);
}

}  // namespace ipec::sign
