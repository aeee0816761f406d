// `ipec show` of a kernel configuration.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "compiler/driver/show_file.h"
#include "compiler/support/printable.h"
#include "compiler/support/wording.h"

namespace ipec::driver {
namespace {

using support::JsonWriter;
using targets::KernelProfile;
using targets::ProfileFinding;
using targets::Setting;

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

}  // namespace

void PrintProfile(const std::string& name, const KernelProfile& profile, llvm::raw_ostream& out) {
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

}  // namespace ipec::driver
