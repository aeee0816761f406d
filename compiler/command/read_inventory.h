#pragma once

// Reading the file of an option `--with=INVENTORY`: the same for every command.

#include <optional>
#include <span>
#include <string>

#include "compiler/command/command.h"
#include "compiler/inventory/inventory.h"

namespace ipec::command {

// The help of `--with=INVENTORY`.
inline constexpr std::string_view kWithHelp = "the inventory of the image, from `ipec scan`";

// Another status than Ok after a message to `env.err`: the file cannot be read (Failure), or is not
// an inventory (Usage). `-` is standard input, unless it is one of the operands.
ExitStatus ReadInventory(const std::string& path, std::span<const std::string> operands,
                         Environment& env, std::optional<inventory::Inventory>& inventory);

}  // namespace ipec::command
