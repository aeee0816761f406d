#include "compiler/targets/kernel_config.h"

#include <cstdint>
#include <utility>

#include "compiler/support/numbers.h"
#include "compiler/support/printable.h"
#include "compiler/support/streams.h"
#include "compiler/support/wording.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::targets {
namespace {

using llvm::StringRef;

// Files that people have instead of a configuration, and how they get one.
struct OtherFile {
  StringRef magic;
  std::string_view what;
  std::string_view advice;
};
constexpr OtherFile kOtherFiles[] = {
    {"\x1F\x8B", "compressed", "decompress it with `zcat`"},
    {"\3757zXZ", "compressed", "decompress it with `xzcat`"},
    {"\x28\xB5\x2F\xFD", "compressed", "decompress it with `zstdcat`"},
    {"BZh", "compressed", "decompress it with `bzcat`"},
    {"\xFF\xFE", "UTF-16 text", "convert it with `iconv -f UTF-16 -t UTF-8`"},
    {"\xFE\xFF", "UTF-16 text", "convert it with `iconv -f UTF-16 -t UTF-8`"},
    {"MZ", "a kernel image", "the kernel's `scripts/extract-ikconfig` prints its configuration"},
    {"\177ELF", "a program or a kernel image",
     "the kernel's `scripts/extract-ikconfig` prints the configuration of a kernel"},
};

bool IsOptionName(StringRef name) {
  return !name.empty() &&
         llvm::all_of(name, [](char byte) { return llvm::isAlnum(byte) || byte == '_'; });
}

// "6.12.117" of `# Linux/x86 6.12.117 Kernel Configuration`; empty for any other line.
StringRef ReleaseIn(StringRef line) {
  if (!line.consume_front("# Linux/") || !line.consume_back(" Kernel Configuration")) return {};
  return line.split(' ').second.trim();
}

// Undoes the escapes of a quoted value: a backslash before a quote or a backslash.
std::string Unquoted(StringRef quoted) {
  std::string text;
  for (std::size_t i = 0; i < quoted.size(); ++i) {
    if (quoted[i] == '\\' && i + 1 < quoted.size()) ++i;
    text += quoted[i];
  }
  return text;
}

// A value without quotes: a switch or a number of any size.
bool IsPlainValue(StringRef value) {
  if (value == "y" || value == "m" || value == "n") return true;
  if (value.consume_front("0x")) return !value.empty() && llvm::all_of(value, llvm::isHexDigit);
  value.consume_front("-");
  return !value.empty() && llvm::all_of(value, llvm::isDigit);
}

struct Line {
  StringRef option;   // without `CONFIG_`; empty: a comment
  std::string value;  // `n` for an option that is not set
};

// Nothing for a line that no configuration has.
std::optional<Line> ReadLine(StringRef line) {
  if (line.empty()) return Line{};
  if (line[0] == '#') {
    StringRef comment = line.drop_front().ltrim();
    if (!comment.consume_front("CONFIG_") || !comment.consume_back(" is not set")) return Line{};
    return Line{comment, "n"};
  }
  if (!line.consume_front("CONFIG_")) return std::nullopt;
  const auto [option, value] = line.split('=');
  if (!IsOptionName(option) || option.size() == line.size() || value.empty()) return std::nullopt;
  if (value[0] != '"') {
    return IsPlainValue(value) ? std::optional(Line{option, value.str()}) : std::nullopt;
  }
  if (value.size() < 2 || value.back() != '"') return std::nullopt;
  return Line{option, Unquoted(value.drop_front().drop_back())};
}

llvm::Error NotAConfiguration(std::string_view name, const std::string& why) {
  return support::ErrorOf(std::string(name) + ": not a kernel configuration: " + why);
}

llvm::Error Truncated(std::string_view name, std::size_t line) {
  return support::ErrorOf(std::string(name) + ":" + std::to_string(line) +
                          ": the configuration is truncated: its last section, `Kernel hacking`, "
                          "does not end; copy the file again");
}

}  // namespace

llvm::Expected<KernelConfig> KernelConfig::Parse(std::string_view name, std::string_view text) {
  for (const OtherFile& other : kOtherFiles) {
    if (!StringRef(text).startswith(other.magic)) continue;
    return NotAConfiguration(name,
                             "it is " + std::string(other.what) + "; " + std::string(other.advice));
  }
  if (text.size() > kLongestKernelConfig) {
    return NotAConfiguration(name, "it is longer than 4 MiB");
  }
  KernelConfig config;
  text = text.substr(text.starts_with("\xEF\xBB\xBF") ? 3 : 0);  // a byte order mark
  bool ends = false;
  std::size_t number = 0;
  for (StringRef rest = text; !rest.empty();) {
    const auto [whole, more] = rest.split('\n');
    rest = more;
    ++number;
    const StringRef line = whole.rtrim(" \t\r");
    const std::optional<Line> read = ReadLine(line);
    // The file ends within a line.
    const bool is_cut =
        rest.empty() && whole.size() == text.size() - support::ToSize(whole.data() - text.data());
    if (!read && is_cut && !config.release_.empty()) return Truncated(name, number);
    if (!read) {
      return support::ErrorOf(std::string(name) + ":" + std::to_string(number) +
                              ": not a kernel configuration: expected a comment or "
                              "`CONFIG_NAME=VALUE` with y, m, n, a number or a text in quotes");
    }
    if (!read->option.empty()) config.Set(read->option.str(), read->value);
    if (const StringRef release = ReleaseIn(line); !release.empty()) {
      if (!config.release_.empty()) {
        return support::ErrorOf(std::string(name) + ":" + std::to_string(number) +
                                ": a second configuration begins here; name a file for each");
      }
      config.release_ = support::Printable({release.data(), release.size()});
    }
    ends |= line == "# end of Kernel hacking";
  }
  if (config.options_.empty()) return NotAConfiguration(name, "it has no line `CONFIG_NAME=VALUE`");
  config.is_fragment_ = config.release_.empty();
  if (!config.is_fragment_ && !ends) {
    return Truncated(name, number);
  }
  return config;
}

void KernelConfig::Set(std::string option, std::string value) {
  const auto [place, is_new] = options_.try_emplace(std::move(option), value);
  if (is_new || place->second == value) return;
  place->second = std::move(value);
  repeated_.insert(place->first);
}

std::optional<std::string_view> KernelConfig::Value(std::string_view option) const {
  const auto found = options_.find(option);
  if (found == options_.end()) return std::nullopt;
  return found->second;
}

Setting KernelConfig::Of(std::string_view option) const {
  const auto value = Value(option);
  if (!value) return is_fragment_ ? Setting::Unknown : Setting::Off;
  // As kconfig, which takes another value of a switch for n. These two can be modules.
  const bool is_on =
      *value == "y" || (*value == "m" && (option == "BLK_DEV_DM" || option == "DM_VERITY"));
  return is_on ? Setting::On : Setting::Off;
}

}  // namespace ipec::targets
