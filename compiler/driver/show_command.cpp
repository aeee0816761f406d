// `ipec show`: what a kernel configuration means for IPE.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "compiler/driver/commands.h"
#include "compiler/pipeline/kernel_file.h"
#include "compiler/support/json_writer.h"
#include "compiler/support/printable.h"
#include "compiler/support/streams.h"
#include "compiler/support/wording.h"

namespace ipec::driver {
namespace {

using namespace command;
using diagnostics::Severity;
using support::JsonWriter;
using targets::KernelProfile;
using targets::ProfileFinding;
using targets::Setting;

struct ShowOptions : CommonOptions {
  std::optional<std::string> command_line;
  bool json = false;
};

constexpr Choice<bool> kFormats[] = {{"text", false}, {"json", true}};

constexpr auto kOptions = Table<ShowOptions>(
    Value<&ShowOptions::command_line>("--cmdline", "TEXT",
                                      "the kernel command line of the boot loader"),
    OneOf<&ShowOptions::json, kFormats>("--format", "FORMAT", "text (the default) or json"));

// `on`, `off` (not built), `inactive` (built, but not among the security modules) or `unknown`
// (whether it is built, or whether it is among them).
std::string_view StateOfIpe(const KernelProfile& profile) {
  switch (profile.ipe) {
    case Setting::Off:
      return "off";
    case Setting::On:
      if (!profile.knows_lsm) return "unknown";
      return profile.is_inactive ? "inactive" : "on";
    case Setting::Unknown:
      break;
  }
  return "unknown";
}

// `built`, `missing` or `unknown`.
std::string_view StateOf(const KernelProfile& profile, runtime::Property property) {
  if (profile.ipe == Setting::Off || profile.missing.Contains(property)) return "missing";
  return profile.unknown.Contains(property) ? "unknown" : "built";
}

std::string OrNone(const std::vector<std::string>& words) {
  return words.empty() ? "none" : support::Listed(words);
}

// The parts that policies depend on. `row` prints a title and a value.
template <typename Row>
void PrintMeans(const KernelProfile& profile, const Row& row) {
  std::string_view title = "properties";
  for (const runtime::Property property : runtime::kProperties) {
    row(std::exchange(title, ""),
        fmt::format("{:<20}{}", Name(property), StateOf(profile, property)));
  }
  row("boot policy", !profile.knows_boot_policy    ? "unknown"
                     : profile.boot_policy.empty() ? "none"
                                                   : profile.boot_policy);
  row("policy keyrings", OrNone(profile.policy_keyrings));
  row("dm-verity keyrings", OrNone(profile.dmverity_keyrings));
  row("fs-verity keyrings", OrNone(profile.fsverity_keyrings));
}

void PrintText(const std::string& name, const KernelProfile& profile, llvm::raw_ostream& out) {
  const std::string file = support::Printable(name);
  out << (profile.is_fragment
              ? fmt::format("{}: a fragment of a kernel configuration\n", file)
              : fmt::format("{}: the configuration of Linux {}\n", file, profile.release));
  const auto row = [&](std::string_view title, std::string_view value) {
    out << fmt::format("  {:<20}{}\n", title, value);
  };
  row("target", profile.target == nullptr ? "unknown" : profile.target->name);
  row("IPE", StateOfIpe(profile));
  if (profile.ipe != Setting::Off) PrintMeans(profile, row);
  row("security modules", profile.knows_lsm ? OrNone(profile.lsm) : "unknown");
  for (const ProfileFinding& finding : profile.findings) {
    out << fmt::format("{}: {}: {} [{}]\n", file, diagnostics::Name(finding.severity),
                       finding.message, finding.name);
  }
}

void WriteList(JsonWriter& json, std::string_view key, const std::vector<std::string>& words) {
  json.attributeArray(key, [&] {
    for (const std::string& word : words) json.value(word);
  });
}

void WriteText(JsonWriter& json, std::string_view key, std::string_view text) {
  if (text.empty()) {
    json.attribute(key, nullptr);
  } else {
    json.attribute(key, text);
  }
}

void WriteProfile(JsonWriter& json, const std::string& name, const KernelProfile& profile) {
  json.attribute("file", name);
  json.attribute("kind", "kernel-configuration");
  json.attribute("fragment", profile.is_fragment);
  WriteText(json, "release", profile.release);
  WriteText(json, "target", profile.target == nullptr ? "" : profile.target->name);
  json.attribute("ipe", StateOfIpe(profile));
  json.attributeObject("properties", [&] {
    for (const runtime::Property property : runtime::kProperties) {
      json.attribute(Name(property), StateOf(profile, property));
    }
  });
  WriteText(json, "boot_policy", profile.boot_policy);
  json.attributeObject("keyrings", [&] {
    WriteList(json, "policy", profile.policy_keyrings);
    WriteList(json, "dmverity", profile.dmverity_keyrings);
    WriteList(json, "fsverity", profile.fsverity_keyrings);
  });
  if (profile.knows_lsm) {
    WriteList(json, "lsm", profile.lsm);
  } else {
    json.attribute("lsm", nullptr);
  }
  json.attributeArray("findings", [&] {
    for (const ProfileFinding& finding : profile.findings) {
      json.object([&] {
        json.attribute("severity", diagnostics::Name(finding.severity));
        json.attribute("name", finding.name);
        json.attribute("message", finding.message);
      });
    }
  });
}

ExitStatus ShowFile(const std::string& operand, const ShowOptions& options, JsonWriter* json,
                    Environment& env) {
  const auto fails = [&](ExitStatus status, const std::string& why) {
    if (json != nullptr) {
      json->object([&] {
        json->attribute("file", operand);
        json->attribute("kind", nullptr);
        json->attribute("error", why);
      });
    }
    return Report(env, status, why);
  };
  llvm::Expected<std::string> text =
      operand == "-" ? support::ReadAtMost(env.in, targets::kLongestKernelConfig + 1)
                     : pipeline::ReadKernelFile(env.files, operand);
  if (!text) return fails(ExitStatus::Failure, llvm::toString(text.takeError()));
  const std::string name = operand == "-" ? "<stdin>" : operand;
  llvm::Expected<pipeline::Kernel> kernel =
      pipeline::ParseKernel(name, *text, options.command_line.value_or(""));
  if (!kernel) return fails(ExitStatus::Usage, llvm::toString(kernel.takeError()));
  const KernelProfile& profile = kernel->profile;
  if (json != nullptr) {
    json->object([&] { WriteProfile(*json, name, profile); });
  } else {
    PrintText(name, profile, env.out);
  }
  const bool has_error =
      !profile.findings.empty() && profile.findings.front().severity == Severity::Error;
  return has_error ? ExitStatus::Findings : ExitStatus::Ok;
}

ExitStatus RunShow(const ShowOptions& options, Environment& env) {
  ExitStatus status = ExitStatus::Ok;
  if (!options.json) {
    for (const std::string& operand : options.operands) {
      if (&operand != &options.operands.front()) env.out << '\n';
      status = Worse(status, ShowFile(operand, options, nullptr, env));
    }
    return status;
  }
  JsonWriter json(env.out);
  json.object([&] {
    json.attribute("version", 1);
    json.attributeArray("files", [&] {
      for (const std::string& operand : options.operands) {
        status = Worse(status, ShowFile(operand, options, &json, env));
      }
    });
  });
  env.out << '\n';
  return status;
}

}  // namespace

const Command kShowCommand{
    .operands = "CONFIG…",
    .description =
        "Prints the profile of a kernel by its configuration: the target, the properties\n"
        "that it was built with, its boot policy, the keyrings that it searches and its\n"
        "security modules, and what is wrong with it for IPE. CONFIG is a .config, a\n"
        "/boot/config-*, or what `zcat /proc/config.gz` or the kernel's extract-ikconfig\n"
        "print; `-` is standard input. A fragment is read, too; what it does not mention\n"
        "is unknown. The profile is that of --kernel=CONFIG of other commands and of the\n"
        "key `kernel` of ipec.toml.\n"
        "Exit status 1: the kernel has no IPE, or IPE is off.",
    .example =
        "  $ printf 'CONFIG_%s=y\\n' SECURITY_IPE DM_VERITY > fragment\n"
        "  $ ipec show fragment | head -5\n"
        "  fragment: a fragment of a kernel configuration\n"
        "    target              unknown\n"
        "    IPE                 unknown\n"
        "    properties          boot_verified       built\n"
        "                        dmverity_roothash   built",
    .least_operands = 1,
    .runner = Runs<RunShow>(kOptions),
};

}  // namespace ipec::driver
