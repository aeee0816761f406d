// The configuration as a file.

#include "compiler/pipeline/config_rows.h"
#include "compiler/support/numbers.h"
#include "compiler/support/wording.h"
#include "llvm/ADT/StringExtras.h"

namespace ipec::pipeline {
namespace {

// As a string of TOML.
std::string TomlString(std::string_view text) {
  std::string out = "\"";
  for (const char byte : text) {
    const unsigned char code = support::ToByte(byte);
    if (code < 0x20 || code == 0x7F) {
      out += "\\u00" + llvm::utohexstr(code >> 4U) + llvm::utohexstr(code & 15U);
      continue;
    }
    if (byte == '"' || byte == '\\') out += '\\';
    out += byte;
  }
  return out + "\"";
}

std::string ValueOf(const Row& row, Config& config) {
  if (row.flag != nullptr) return row.flag(config) ? "true" : "false";
  if (row.word != nullptr) return TomlString(row.word(config));
  if (row.number != nullptr) return std::to_string(row.number(config).value_or(0));
  Strings items;
  if (row.words != nullptr) {
    for (const std::string& word : row.words(config)) items.push_back(TomlString(word));
    return "[" + support::Listed(items) + "]";
  }
  for (const auto& [key, value] : row.table(config)) {
    items.push_back(TomlString(key) + " = " + TomlString(value));
  }
  return "{" + support::Listed(items) + "}";
}

}  // namespace

std::string ShowConfig(const Config& config) {
  Config shown = config;
  std::string text = "# " + (config.path.empty() ? "no ipec.toml" : config.path) + "\n";
  std::string_view section;
  for (const Row& row : ConfigRows()) {
    const std::size_t dot = row.name.find('.');
    const std::string_view own =
        dot == std::string_view::npos ? std::string_view{} : row.name.substr(0, dot);
    if (own != section) text += "\n[" + std::string(own) + "]\n";
    section = own;
    text += "# " + std::string(Describe(KeyTypeOf(row))) + ": " + std::string(row.meaning) + "\n";
    if (row.number != nullptr && !row.number(shown)) text += "# ";
    text += std::string(row.name.substr(dot == std::string_view::npos ? 0 : dot + 1)) + " = " +
            ValueOf(row, shown) + "\n";
  }
  return text;
}

}  // namespace ipec::pipeline
