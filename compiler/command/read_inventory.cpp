#include "compiler/command/read_inventory.h"

#include <algorithm>
#include <utility>

#include "compiler/inventory/inventory_json.h"
#include "compiler/pipeline/inventory_file.h"
#include "compiler/support/streams.h"
#include "compiler/support/wording.h"

namespace ipec::command {
namespace {

llvm::Expected<std::string> ReadText(const std::string& path, Environment& env) {
  if (path == "-") return support::ReadAll(env.in, "<stdin>", pipeline::kLongestInventory);
  llvm::Expected<std::unique_ptr<support::ByteSource>> source = env.files.Open(path);
  if (!source) return source.takeError();
  return support::ReadAll(**source, path, pipeline::kLongestInventory);
}

}  // namespace

ExitStatus ReadInventory(const std::string& path, std::span<const std::string> operands,
                         Environment& env, std::optional<inventory::Inventory>& inventory) {
  if (path == "-" && std::find(operands.begin(), operands.end(), "-") != operands.end()) {
    return Report(env, ExitStatus::Usage, "`--with`: standard input is already the policy");
  }
  llvm::Expected<std::string> text = ReadText(path, env);
  if (!text) return Report(env, text.takeError());
  llvm::Expected<inventory::Inventory> read =
      inventory::ParseInventory(std::move(*text), path == "-" ? "<stdin>" : path);
  if (!read) {
    return Report(env, ExitStatus::Usage, "`--with`: " + llvm::toString(read.takeError()));
  }
  inventory = std::move(*read);
  return ExitStatus::Ok;
}

}  // namespace ipec::command
