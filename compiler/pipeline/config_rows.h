#pragma once

// The rows of the table of keys, for the files that read and write configurations.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/pipeline/config.h"
#include "compiler/pipeline/config_keys.h"

namespace ipec::pipeline {

using Strings = std::vector<std::string>;

// A key and the place for its value. Exactly one of the places is set.
struct Row {
  std::string_view name;
  std::string_view meaning;
  bool& (*flag)(Config&) = nullptr;
  std::string& (*word)(Config&) = nullptr;
  Strings& (*words)(Config&) = nullptr;
  std::optional<std::int64_t>& (*number)(Config&) = nullptr;
  Pairs& (*table)(Config&) = nullptr;
  llvm::Error (*check)(std::string_view) = nullptr;      // of each word
  llvm::Error (*check_key)(std::string_view) = nullptr;  // of each key of a table
  KeyWords offered = KeyWords::Any;                      // by editors, for a value
};

std::span<const Row> ConfigRows();

KeyType KeyTypeOf(const Row& row);

}  // namespace ipec::pipeline
