#include "compiler/targets/kernel_profile.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "compiler/support/printable.h"
#include "compiler/support/wording.h"
#include "compiler/targets/unknown_target.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::targets {
namespace {

using diagnostics::Severity;
using llvm::StringRef;
using runtime::Property;
using support::Quoted;

enum class Finding : std::uint8_t {
#define IPEC_PROFILE_FINDING(id, severity, name, explanation) id,
#include "compiler/targets/profile_findings.def"
};

constexpr ProfileFindingKind kFindings[] = {
#define IPEC_PROFILE_FINDING(id, severity, name, explanation) \
  {Severity::severity, name, explanation},
#include "compiler/targets/profile_findings.def"
};

// Options that all have to be on; the rest is empty.
using Options = std::array<std::string_view, 4>;

// SECURITY_IPE and DM_VERITY depend on these. A fragment that switches them on need not mention
// these.
constexpr Options kNeededByIpe = {"SECURITY", "SECURITYFS", "AUDIT", "AUDITSYSCALL"};
constexpr std::string_view kDeviceMapper = "BLK_DEV_DM";

// The option of a property, and those it depends on. They also select it, so it is on if and only
// if they are.
struct PropertyOptions {
  Property property;
  std::string_view option;
  Options bases;  // the last one depends on the others
};
constexpr PropertyOptions kPropertyOptions[] = {
    {Property::DmverityRoothash, "IPE_PROP_DM_VERITY", {"DM_VERITY"}},
    {Property::DmveritySignature,
     "IPE_PROP_DM_VERITY_SIGNATURE",
     {"DM_VERITY", "DM_VERITY_VERIFY_ROOTHASH_SIG"}},
    {Property::FsverityDigest, "IPE_PROP_FS_VERITY", {"FS_VERITY"}},
    {Property::FsveritySignature,
     "IPE_PROP_FS_VERITY_BUILTIN_SIG",
     {"FS_VERITY", "FS_VERITY_BUILTIN_SIGNATURES"}},
};

// A keyring that a kernel searches if all of `options` are on.
struct KeyringOptions {
  std::vector<std::string> KernelProfile::*list;
  std::string_view keyring;
  Options options;
};
constexpr KeyringOptions kKeyrings[] = {
    {&KernelProfile::policy_keyrings, "builtin", {}},
    {&KernelProfile::policy_keyrings,
     "secondary",
     {"SECONDARY_TRUSTED_KEYRING", "IPE_POLICY_SIG_SECONDARY_KEYRING"}},
    {&KernelProfile::policy_keyrings,
     "platform",
     {"INTEGRITY_PLATFORM_KEYRING", "IPE_POLICY_SIG_PLATFORM_KEYRING"}},
    {&KernelProfile::dmverity_keyrings, "builtin", {"DM_VERITY", "DM_VERITY_VERIFY_ROOTHASH_SIG"}},
    {&KernelProfile::dmverity_keyrings,
     "secondary",
     {"DM_VERITY", "DM_VERITY_VERIFY_ROOTHASH_SIG", "SECONDARY_TRUSTED_KEYRING",
      "DM_VERITY_VERIFY_ROOTHASH_SIG_SECONDARY_KEYRING"}},
    {&KernelProfile::dmverity_keyrings,
     "platform",
     {"DM_VERITY", "DM_VERITY_VERIFY_ROOTHASH_SIG", "INTEGRITY_PLATFORM_KEYRING",
      "DM_VERITY_VERIFY_ROOTHASH_SIG_PLATFORM_KEYRING"}},
    {&KernelProfile::fsverity_keyrings,
     ".fs-verity",
     {"FS_VERITY", "FS_VERITY_BUILTIN_SIGNATURES"}},
};

Setting SettingOf(const KernelConfig& config, std::string_view option) {
  if (option == "DM_VERITY" && config.Of(kDeviceMapper) == Setting::Off) return Setting::Off;
  return config.Of(option);
}

// The first option that is off, or the option for which it is; nothing if none is off.
std::string_view OffIn(const KernelConfig& config, const Options& options) {
  for (const std::string_view option : options) {
    if (option.empty() || SettingOf(config, option) != Setting::Off) continue;
    return config.Of(option) == Setting::Off ? option : kDeviceMapper;
  }
  return {};
}

// Whether all options are on. One that is off decides.
Setting AllOf(const KernelConfig& config, const Options& options) {
  if (!OffIn(config, options).empty()) return Setting::Off;
  for (const std::string_view option : options) {
    if (!option.empty() && config.Of(option) == Setting::Unknown) return Setting::Unknown;
  }
  return Setting::On;
}

// The parameters of a kernel command line that concern IPE. Of repeated ones the last counts.
struct CommandLine {
  struct Flag {
    std::optional<bool> value;
    std::string word;  // as written, for messages
  };
  std::optional<std::string> lsm;
  Flag enforce;
  Flag success_audit;
  Flag audit;
};

// As kstrtobool() reads it.
std::optional<bool> ReadBool(StringRef value) {
  const StringRef lower = value.take_front(2);
  if (lower.startswith_insensitive("y") || lower.startswith_insensitive("t") ||
      lower.startswith("1") || lower.equals_insensitive("on")) {
    return true;
  }
  if (lower.startswith_insensitive("n") || lower.startswith_insensitive("f") ||
      lower.startswith("0") || lower.equals_insensitive("of")) {
    return false;
  }
  return std::nullopt;
}

CommandLine ReadCommandLine(StringRef text) {
  CommandLine read;
  bool quoted = false;
  std::string word;
  const auto take = [&] {
    const auto [key, value] = StringRef(word).split('=');
    std::string name = key.str();
    std::replace(name.begin(), name.end(), '-', '_');
    if (name == "lsm") read.lsm = value.str();
    // A parameter without a value is switched on.
    const auto flag = key.size() == word.size() ? std::optional(true) : ReadBool(value);
    const std::string shown = support::Printable(support::Abbreviated(word));
    if (name == "ipe.enforce" && flag) read.enforce = {flag, shown};
    if (name == "ipe.success_audit" && flag) read.success_audit = {flag, shown};
    if (name == "audit") read.audit = {value != "0" && value != "off", shown};
    word.clear();
  };
  for (const char byte : text) {
    if (byte == '"') {
      quoted = !quoted;
    } else if (quoted || !StringRef(" \t\r\n").contains(byte)) {
      word += byte;
    } else {
      if (word == "--") return read;  // what follows is for init
      take();
    }
  }
  take();
  return read;
}

class Profiler {
 public:
  Profiler(const KernelConfig& config, std::string_view command_line) : config_(config) {
    const bool has_own = config.Value("CMDLINE_BOOL").value_or("y") != "n";
    const bool forced =
        config.Of("CMDLINE_OVERRIDE") == Setting::On || config.Of("CMDLINE_FORCE") == Setting::On;
    std::string text;
    if (has_own) text = config.Value("CMDLINE").value_or("");
    if (!has_own || !forced) text.append(" ").append(command_line);
    command_line_ = ReadCommandLine(text);
  }

  KernelProfile Run() {
    profile_.release = config_.release();
    profile_.is_fragment = config_.is_fragment();
    FindIpe();
    FindRepeated();
    FindProperties();
    FindTarget();
    FindKeyrings();
    FindModules();
    FindBootPolicy();
    FindCommandLine();
    std::stable_sort(
        profile_.findings.begin(), profile_.findings.end(),
        [](const ProfileFinding& a, const ProfileFinding& b) { return a.severity < b.severity; });
    return std::move(profile_);
  }

 private:
  void Report(Finding kind, std::string message) {
    const ProfileFindingKind& row = kFindings[support::IndexOf(kind)];
    profile_.findings.push_back({row.severity, row.name, std::move(message)});
  }

  std::string_view SayOff(std::string_view option) const {
    return config_.Value(option) == "m" ? "cannot be a module" : "is not set";
  }

  void FindIpe() {
    profile_.ipe = config_.Of("SECURITY_IPE");
    for (const std::string_view option : kNeededByIpe) {
      if (profile_.ipe == Setting::Off || config_.Of(option) != Setting::Off) continue;
      profile_.ipe = Setting::Off;
      Report(Finding::KernelWithoutIpe,
             fmt::format("this kernel was built without IPE: CONFIG_{} is not set, and "
                         "CONFIG_SECURITY_IPE depends on it",
                         option));
      return;
    }
    if (profile_.ipe == Setting::Off) {
      Report(Finding::KernelWithoutIpe,
             fmt::format("this kernel was built without IPE: CONFIG_SECURITY_IPE {}",
                         SayOff("SECURITY_IPE")));
    }
    if (profile_.ipe == Setting::Unknown) {
      Report(Finding::UnknownOption,
             "the fragment does not mention CONFIG_SECURITY_IPE, so it does not say whether the "
             "kernel has IPE");
    }
  }

  void FindRepeated() {
    std::vector<std::string> names;
    for (const std::string& option : config_.repeated()) {
      names.push_back("CONFIG_" + support::Abbreviated(option));
    }
    constexpr std::size_t kMost = 5;
    const std::size_t more = names.size() - std::min(names.size(), kMost);
    if (more != 0) {
      names.resize(kMost);
      names.push_back(fmt::format("{} more", more));
    }
    if (names.empty()) return;
    Report(Finding::RepeatedOption, fmt::format("different values for {}: the last one counts",
                                                support::Listed(names, "and")));
  }

  void FindProperties() {
    std::vector<std::string> known;
    for (const PropertyOptions& row : kPropertyOptions) {
      known.emplace_back(row.option);
      FindProperty(row);
    }
    for (const auto& [option, value] : config_.options()) {
      if (!StringRef(option).startswith("IPE_PROP_") || value == "n") continue;
      if (std::find(known.begin(), known.end(), option) != known.end()) continue;
      Report(Finding::ForeignProperty,
             fmt::format("CONFIG_{} is the option of a property that no target of ipec has",
                         support::Abbreviated(option)));
    }
  }

  void FindProperty(const PropertyOptions& row) {
    const std::string_view name = runtime::Name(row.property);
    Setting setting = AllOf(config_, row.bases);
    auto own = config_.Value(row.option);
    if (own == "m") own = std::nullopt;  // not a value of this switch: kconfig ignores it
    // A fragment that mentions the option of the property decides, unless its bases contradict.
    if (setting == Setting::Unknown && own) setting = *own == "n" ? Setting::Off : Setting::On;
    if (setting == Setting::On && own == "n") {
      if (!profile_.is_fragment) {
        setting = Setting::Off;
      } else {
        Report(Finding::SelectedOption,
               fmt::format(
                   "CONFIG_{} cannot be switched off while CONFIG_{} is on, which selects it",
                   row.option, *std::find_if(row.bases.rbegin(), row.bases.rend(), [](auto base) {
                     return !base.empty();
                   })));
      }
    }
    if (setting == Setting::Off) {
      profile_.missing.Add(row.property);
      if (profile_.ipe == Setting::Off) return;
      const std::string_view off = OffIn(config_, row.bases);
      Report(Finding::PropertyNotBuilt,
             fmt::format("{} never matches, whatever its value: CONFIG_{} {}", Quoted(name),
                         off.empty() ? row.option : off, SayOff(off.empty() ? row.option : off)));
    } else if (setting == Setting::Unknown && profile_.ipe != Setting::Off) {
      profile_.unknown.Add(row.property);
      std::vector<std::string> options;
      for (const std::string_view base : row.bases) {
        if (!base.empty() && config_.Of(base) == Setting::Unknown) {
          options.push_back("CONFIG_" + std::string(base));
        }
      }
      Report(
          Finding::UnknownOption,
          fmt::format("the fragment does not mention {}, so it does not say whether {} is built; "
                      "it is treated as built",
                      support::Listed(options, "or"), Quoted(name)));
    }
  }

  void FindTarget() {
    const auto [major, rest] = StringRef(profile_.release).split('.');
    const std::string name = "linux-" + (major + "." + rest.take_while(llvm::isDigit)).str();
    const Target* target = targets::FindTarget(name);
    if (target != nullptr) {
      profile_.target = &target->Without(profile_.missing);
    } else if (profile_.ipe == Setting::Off) {
      return;
    } else if (profile_.release.empty()) {
      Report(
          Finding::UnknownRelease,
          "the fragment does not name the release of the kernel; choose a target with `--target`");
    } else {
      Report(Finding::UnknownRelease,
             fmt::format("{} (choose a target with `--target`)", UnknownTarget(name)));
    }
  }

  void FindKeyrings() {
    for (const KeyringOptions& row : kKeyrings) {
      const Setting setting = AllOf(config_, row.options);
      const bool of_policies = row.list == &KernelProfile::policy_keyrings;
      if (setting == Setting::Off || (of_policies && profile_.ipe == Setting::Off)) continue;
      (profile_.*row.list)
          .push_back(std::string(row.keyring) + (setting == Setting::On ? "" : " (unknown)"));
    }
  }

  void FindModules() {
    if (profile_.ipe != Setting::On) return;
    std::vector<std::string> modules;
    for (const std::string_view option : {kDeviceMapper, std::string_view("DM_VERITY")}) {
      if (config_.IsModule(option)) modules.push_back("CONFIG_" + std::string(option));
    }
    if (modules.empty()) return;
    Report(Finding::VerityIsModule,
           fmt::format("dm-verity is a module ({}): the initramfs needs it, and the active policy "
                       "must allow to load it",
                       support::Listed(modules, "and")));
  }

  void FindBootPolicy() {
    if (profile_.ipe == Setting::Off) return;
    const auto path = config_.Value("IPE_BOOT_POLICY");
    profile_.boot_policy = support::Printable(path.value_or(""));
    if (!profile_.boot_policy.empty()) {
      Report(Finding::BootPolicy,
             fmt::format("the policy {} is built in and active from the start; it is not signed",
                         Quoted(profile_.boot_policy)));
    } else if (path || !profile_.is_fragment) {
      Report(Finding::NoBootPolicy,
             "no policy is built in: until the first one is activated, everything is allowed");
    } else {
      profile_.knows_boot_policy = false;
      Report(Finding::UnknownBootPolicy,
             "the fragment does not mention CONFIG_IPE_BOOT_POLICY, so it does not say whether a "
             "policy is built in");
    }
  }

  void FindCommandLine() {
    const auto configured = config_.Value("LSM");
    const std::optional<std::string> list = command_line_.lsm ? command_line_.lsm
                                            : configured ? std::optional(std::string(*configured))
                                                         : std::nullopt;
    if (list) {
      profile_.knows_lsm = true;
      llvm::SmallVector<StringRef, 16> names;
      StringRef(*list).split(names, ',', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
      for (const StringRef name : names) {
        profile_.lsm.push_back(support::Printable({name.data(), name.size()}));
      }
    }
    if (profile_.ipe != Setting::On) return;
    FindIpeInLsm();
    if (command_line_.enforce.value == false) {
      Report(Finding::PermissiveAtBoot, Quoted(command_line_.enforce.word) +
                                            ": the kernel boots permissive and denies nothing");
    }
    if (command_line_.success_audit.value == true) {
      Report(Finding::SuccessAudit,
             Quoted(command_line_.success_audit.word) + ": the kernel records what it allows, too");
    }
    if (command_line_.audit.value == false) {
      Report(Finding::AuditOff, Quoted(command_line_.audit.word) + ": the kernel sends no records");
    }
  }

  void FindIpeInLsm() {
    if (!profile_.knows_lsm) {
      Report(Finding::UnknownOption,
             fmt::format("the {} does not mention CONFIG_LSM, so it does not say whether IPE is on",
                         profile_.is_fragment ? "fragment" : "configuration"));
      return;
    }
    if (std::find(profile_.lsm.begin(), profile_.lsm.end(), "ipe") != profile_.lsm.end()) return;
    profile_.is_inactive = true;
    std::vector<std::string> with = profile_.lsm;
    with.emplace_back("ipe");
    std::string joined;
    for (const std::string& name : with) joined += (joined.empty() ? "" : ",") + name;
    Report(Finding::IpeNotInLsm,
           command_line_.lsm
               ? fmt::format("`lsm=` on the kernel command line leaves IPE out, so IPE is off; "
                             "`lsm={}` switches it on",
                             joined)
               : fmt::format("CONFIG_LSM leaves IPE out, so IPE is off unless the kernel command "
                             "line has `lsm={}`",
                             joined));
  }

  const KernelConfig& config_;
  CommandLine command_line_;
  KernelProfile profile_;
};

}  // namespace

KernelProfile ProfileOf(const KernelConfig& config, std::string_view command_line) {
  return Profiler(config, command_line).Run();
}

std::span<const ProfileFindingKind> ProfileFindingKinds() {
  return kFindings;
}

}  // namespace ipec::targets
