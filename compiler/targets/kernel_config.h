#pragma once

// The configuration of a kernel: a `.config`, `/boot/config-*`, or the output of `zcat
// /proc/config.gz` and of the kernel's scripts/extract-ikconfig.
//
// Format: scripts/kconfig/confdata.c of Linux 6.12.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "llvm/Support/Error.h"

namespace ipec::targets {

// The longest text of a configuration, in bytes; those of distributions have up to 300 KB.
inline constexpr std::size_t kLongestKernelConfig = std::size_t{4} << 20;

enum class Setting : std::uint8_t {
  Off,
  On,       // built in, or a module
  Unknown,  // a fragment does not mention the option
};

class KernelConfig {
 public:
  // `name` is that of the file, for errors. An error begins with the place and ends with a way out:
  // the text is compressed, a kernel, truncated, or not a configuration.
  static llvm::Expected<KernelConfig> Parse(std::string_view name, std::string_view text);

  // "6.12.117"; empty if the text does not say it.
  const std::string& release() const { return release_; }
  // Whether the text is only a part of a configuration: a defconfig, or a file for merge_config.sh.
  bool is_fragment() const { return is_fragment_; }

  // The value of an option without `CONFIG_`, as written but without quotes; nothing if the text
  // does not mention it. `n` if it is not set.
  std::optional<std::string_view> Value(std::string_view option) const;
  // An option that a complete configuration does not mention is off.
  Setting Of(std::string_view option) const;
  bool IsModule(std::string_view option) const { return Value(option) == "m"; }
  const std::map<std::string, std::string, std::less<>>& options() const { return options_; }
  // Options that are set more than once, to different values. The last one counts, as in kconfig.
  const std::set<std::string>& repeated() const { return repeated_; }

 private:
  void Set(std::string option, std::string value);

  std::string release_;
  bool is_fragment_ = false;
  std::map<std::string, std::string, std::less<>> options_;
  std::set<std::string> repeated_;
};

}  // namespace ipec::targets
