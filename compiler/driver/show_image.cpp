// `ipec show` of images, and of texts about images that `ipec scan` reads.

#include <fmt/format.h>

#include "compiler/driver/show_file.h"
#include "compiler/driver/volume_table.h"
#include "compiler/inventory/inventory_json.h"
#include "compiler/inventory/scan.h"
#include "compiler/support/streams.h"

namespace ipec::driver {

llvm::Expected<std::optional<ShownFile>> ShowImage(const support::SourceBuffer& bytes,
                                                   support::FileSystem& files) {
  inventory::ScanInput input{bytes.name(), std::nullopt};
  // Standard input and pipes cannot be read again.
  const support::PathKind kind = files.KindOf(bytes.name());
  const bool is_image = inventory::BeginsImage(bytes.text().str());
  if (kind != support::PathKind::File) input.text = bytes.text().str();
  const inventory::ScanResult result = inventory::Scan(files, {&input, 1}, {});
  const inventory::Inventory& found = result.inventory;
  if (!result.problems.empty()) {
    if (is_image) return support::ErrorOf(result.problems.front().words);
    return std::nullopt;
  }
  if (!is_image && found.volumes.empty() && found.files.empty()) return std::nullopt;
  std::optional<ShownFile> shown(std::in_place);
  Facts& facts = shown->facts;
  facts.AddCount("volumes", found.volumes.size());
  facts.AddCount("files", found.files.size());
  if (found.command_line) facts.Add("command line", "cmdline", *found.command_line);
  for (const std::string& note : result.notes) facts.AddLine("note", note);
  facts.AddHidden("inventory",
                  [found](support::JsonWriter& json) { inventory::WriteInventory(found, json); });
  llvm::raw_string_ostream table(shown->table);
  PrintVolumes(found, table);
  return shown;
}

}  // namespace ipec::driver
