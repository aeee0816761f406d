// `ipec targets`: what each dialect supports, from the tables of compiler/targets.

#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "compiler/driver/commands.h"
#include "compiler/support/json_writer.h"
#include "compiler/targets/features.h"
#include "compiler/targets/targets.h"

namespace ipec::driver {
namespace {

using namespace command;
using support::JsonWriter;
using targets::Feature;
using targets::Target;

struct ListOptions : CommonOptions {
  bool json = false;
};

constexpr Choice<bool> kFormats[] = {{"text", false}, {"json", true}};

constexpr auto kOptions = Table<ListOptions>(
    OneOf<&ListOptions::json, kFormats>("--format", "FORMAT", "text (the default) or json"));

struct FeatureWords {
  Feature feature;
  std::string_view name;     // in JSON
  std::string_view present;  // a line of text if the target has it
};

constexpr FeatureWords kFeatures[] = {
#define IPEC_FEATURE(name, bit, spelling, meaning) {Feature::name, spelling, meaning},
#include "ipec/runtime/features.def"
    {Feature::QuotedValues, "quoted-values", "values may be quoted"},
    {Feature::OperationAliases, "operation-aliases", "one word for several operations"},
    {Feature::PinnedSuperblock, "pinned-superblock",
     "boot_verified compares with the superblock of the first file executed"},
    {Feature::VerityBeforeSignature, "verity-before-signature",
     "fsverity_signature of either value requires fs-verity"},
    {Feature::ChosenThumbprint, "chosen-thumbprint",
     "the hash of the thumbprint is a build-time choice of the kernel"},
    {Feature::EarlyLife, "early-life", "an update may keep the version, and is not recorded"},
    {Feature::Securityfs, "securityfs", "a policy's name is a directory of securityfs"},
    {Feature::ScriptHook, "script-hook", "scripts are checked with AT_EXECVE_CHECK"},
};

std::vector<std::string_view> OperationsOf(const Target& target) {
  std::vector<std::string_view> words;
  for (const runtime::Operation operation : target.semantics().operations) {
    words.push_back(Name(operation));
  }
  return words;
}

std::vector<std::string_view> HooksOf(const Target& target) {
  std::vector<std::string_view> words;
  for (const runtime::Hook hook : targets::AllHooks()) {
    if (target.Knows(hook)) words.push_back(Name(hook));
  }
  return words;
}

std::vector<std::string_view> OperationsOf(const targets::Alias& alias) {
  std::vector<std::string_view> words;
  for (runtime::Operation operation : alias.operations) words.push_back(Name(operation));
  return words;
}

// The text after `property=`.
std::string_view ValueOf(const Target& target, runtime::Property property) {
  if (Kind(property) == runtime::PropertyKind::Boolean) return "TRUE|FALSE";
  return target.Has(Feature::BareDigests) ? "HEX" : "ALGORITHM:HEX";
}

std::string Joined(std::span<const std::string_view> words) {
  return fmt::format("{}", fmt::join(words, " "));
}

void PrintText(const Target& target, llvm::raw_ostream& out) {
  const bool is_default = &target == &targets::DefaultTarget();
  out << fmt::format("{}: {}{}\n", target.name, target.summary, is_default ? " (default)" : "");
  if (!target.other_names.empty()) {
    out << fmt::format("  other names {}\n", Joined(target.other_names));
  }
  out << fmt::format("  operations  {}\n", Joined(OperationsOf(target)));
  for (const targets::Alias& alias : target.aliases()) {
    out << fmt::format("  alias       {} = {}\n", alias.spelling, Joined(OperationsOf(alias)));
  }
  out << fmt::format("  hooks       {}\n", Joined(HooksOf(target)));
  std::string_view title = "properties";
  for (const runtime::Property property : runtime::kProperties) {
    out << fmt::format("  {:<11} {}={}\n", std::exchange(title, ""), Name(property),
                       ValueOf(target, property));
  }
  bool first = true;
  for (const FeatureWords& row : kFeatures) {
    if (!target.Has(row.feature)) continue;
    out << fmt::format("  {:<11} {}\n", first ? "features" : "", row.present);
    first = false;
  }
}

void WriteList(JsonWriter& json, llvm::StringRef key, std::span<const std::string_view> words) {
  json.attributeArray(key, [&] {
    for (const std::string_view word : words) json.value(word);
  });
}

void WriteTarget(JsonWriter& json, const Target& target) {
  json.attribute("name", target.name);
  WriteList(json, "other_names", target.other_names);
  json.attribute("summary", target.summary);
  json.attribute("default", &target == &targets::DefaultTarget());
  WriteList(json, "operations", OperationsOf(target));
  json.attributeObject("aliases", [&] {
    for (const targets::Alias& alias : target.aliases()) {
      WriteList(json, {alias.spelling.data(), alias.spelling.size()}, OperationsOf(alias));
    }
  });
  WriteList(json, "hooks", HooksOf(target));
  json.attributeArray("properties", [&] {
    for (const runtime::Property property : runtime::kProperties) {
      json.object([&] {
        json.attribute("name", Name(property));
        json.attribute("value", ValueOf(target, property));
      });
    }
  });
  json.attributeArray("features", [&] {
    for (const FeatureWords& row : kFeatures) {
      if (target.Has(row.feature)) json.value(row.name);
    }
  });
}

void PrintJson(llvm::raw_ostream& out) {
  JsonWriter json(out);
  json.object([&] {
    json.attribute("version", 1);
    json.attributeArray("targets", [&] {
      for (const Target& target : targets::AllTargets()) {
        json.object([&] { WriteTarget(json, target); });
      }
    });
  });
  out << '\n';
}

ExitStatus RunTargets(const ListOptions& options, Environment& env) {
  if (options.json) {
    PrintJson(env.out);
    return ExitStatus::Ok;
  }
  bool first = true;
  for (const Target& target : targets::AllTargets()) {
    if (!first) env.out << '\n';
    first = false;
    PrintText(target, env.out);
  }
  return ExitStatus::Ok;
}

}  // namespace

const Command kTargetsCommand{
    .operands = "",
    .description =
        "Lists the kernel dialects for --target, each with its operations, hooks,\n"
        "properties and features. A dialect has the name of the first release of Linux\n"
        "that has it; --target also takes its other names, those of later releases.",
    .example =
        "  $ ipec targets | head -3\n"
        "  rfc-v7: RFC series of 13 October 2021\n"
        "    operations  EXECUTE FIRMWARE KMODULE KEXEC_IMAGE KEXEC_INITRAMFS IMA_POLICY "
        "IMA_X509_CERT\n"
        "    alias       KERNEL_READ = FIRMWARE KMODULE IMA_POLICY IMA_X509_CERT KEXEC_IMAGE "
        "KEXEC_INITRAMFS",
    .most_operands = 0,
    .runner = Runs<RunTargets>(kOptions),
};

}  // namespace ipec::driver
