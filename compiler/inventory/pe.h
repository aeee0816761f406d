#pragma once

// Unified kernel images: PE files with the kernel command line in a section.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/inventory/region.h"
#include "llvm/Support/Error.h"

namespace ipec::inventory {

bool HasPeMagic(std::span<const std::uint8_t> bytes);

// The sections `.cmdline`, of which an image with profiles has several; none: an ordinary program.
llvm::Expected<std::vector<std::string>> ReadCommandLines(const Region& image);

// The value of a parameter such as `usrhash`, of which the last one counts; quotes are removed.
std::optional<std::string> FindParameter(std::string_view command_line, std::string_view name);

}  // namespace ipec::inventory
