#include "compiler/driver/volume_table.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "compiler/support/printable.h"

namespace ipec::driver {
namespace {

using inventory::Checked;
using support::Printable;

std::string_view NameOf(Checked checked) {
  switch (checked) {
    case Checked::None:
      return "no";
    case Checked::Top:
      return "top block";
    case Checked::Tree:
      break;
  }
  return "whole tree";
}

std::string_view NameOf(const std::optional<bool>& is_signed) {
  if (!is_signed) return "unknown";
  return *is_signed ? "yes" : "no";
}

}  // namespace

void PrintVolumes(const inventory::Inventory& inventory, llvm::raw_ostream& out) {
  std::vector<std::vector<std::string>> rows;
  rows.reserve(inventory.volumes.size() + 1);
  rows.push_back({"volume", "signed", "checked", "blocks", "root hash"});
  for (const inventory::Volume& volume : inventory.volumes) {
    rows.push_back({Printable(volume.name), std::string(NameOf(volume.is_signed)),
                    std::string(NameOf(volume.checked)),
                    volume.blocks ? std::to_string(*volume.blocks) : "unknown",
                    Printable(volume.root_hash)});
  }
  std::vector<std::size_t> widths(rows.front().size());
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  if (rows.size() > 1) {
    for (const auto& row : rows) {
      for (std::size_t i = 0; i + 1 < row.size(); ++i) {
        out << fmt::format("{:<{}}  ", row[i], widths[i]);
      }
      out << row.back() << '\n';
    }
  }
}

}  // namespace ipec::driver
