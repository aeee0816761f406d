#include "compiler/render/own_volume.h"

#include <map>
#include <string_view>

#include <fmt/format.h>

#include "compiler/support/printable.h"
#include "compiler/support/streams.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::render {
namespace {

using support::Abbreviated;
using support::ErrorOf;

bool IsBelow(llvm::StringRef path, llvm::StringRef directory) {
  directory = directory.rtrim('/');
  return path.startswith(directory) && path.drop_front(directory.size()).startswith("/");
}

}  // namespace

llvm::Error CheckPlace(const std::string& output, const inventory::Inventory& inventory,
                       const InventoryValues& values, support::FileSystem& files) {
  const std::string real = files.Real(output);
  const std::string absolute = files.Absolute(output);
  // The volumes of an image have one source; one whose root hash was given stands for them.
  std::map<std::string_view, std::string_view> sources;
  for (const inventory::Volume& volume : inventory.volumes) {
    if (volume.source.empty() || volume.source == "-") continue;
    const auto [known, is_new] = sources.try_emplace(volume.source, volume.name);
    if (!is_new && values.used_volumes().contains(volume.name)) known->second = volume.name;
  }
  for (const auto& [input, volume] : sources) {
    const std::string source(input);
    if (files.SameFile(output, source)) {
      return ErrorOf(fmt::format("the output `{}` is the input from which the volume `{}` was read",
                                 Abbreviated(output), Abbreviated(volume)));
    }
    if (!values.used_volumes().contains(volume)) continue;
    if (files.KindOf(source) != support::PathKind::Directory) continue;
    if (!IsBelow(real, files.Real(source)) && !IsBelow(absolute, files.Absolute(source))) continue;
    return ErrorOf(
        fmt::format("the output `{}` is part of the volume `{}`, whose root hash it would name: "
                    "writing it changes the hash; put the policy on another volume or into the "
                    "initramfs, or trust the volume by its signature",
                    Abbreviated(output), Abbreviated(volume)));
  }
  for (const std::string_view path : values.used_files()) {
    if (!files.SameFile(output, std::string(path))) continue;
    return ErrorOf(
        fmt::format("the output `{}` is a file whose digest it would name: writing it "
                    "changes the digest",
                    Abbreviated(output)));
  }
  return llvm::Error::success();
}

}  // namespace ipec::render
