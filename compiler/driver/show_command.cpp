// `ipec show`: what a file is to IPE.

#include <optional>
#include <string>
#include <utility>

#include "compiler/driver/commands.h"
#include "compiler/driver/show_file.h"
#include "compiler/driver/target_option.h"
#include "compiler/pipeline/kernel_file.h"
#include "compiler/pipeline/policy_file.h"
#include "compiler/support/json_writer.h"
#include "compiler/support/printable.h"
#include "compiler/support/streams.h"
#include "compiler/support/wording.h"

namespace ipec::driver {
namespace {

using namespace command;
using diagnostics::Severity;
using pipeline::FileKind;
using pipeline::IdentifiedFile;
using support::JsonWriter;
using targets::KernelProfile;

struct ShowOptions : TargetOptions {
  std::optional<std::string> command_line;
  bool text = false;
  bool json = false;
};

constexpr Choice<bool> kFormats[] = {{"text", false}, {"json", true}};

constexpr auto kOptions = Table<ShowOptions>(
    kTargetOption,
    Value<&ShowOptions::command_line>("--cmdline", "TEXT",
                                      "the kernel command line of the boot loader"),
    Flag<&ShowOptions::text>("--text", "print only the policy in a signed file, byte for byte"),
    OneOf<&ShowOptions::json, kFormats>("--format", "FORMAT", "text (the default) or json"));

constexpr std::string_view kKnown =
    "; `ipec show` knows policies, templates, signed files, tables, claims, events, kernel "
    "configurations, and the images and inventories of `ipec scan`";

// A file whose kind is known. Only of a known kind is everything read.
struct ReadFile {
  support::SourceBuffer bytes;
  IdentifiedFile identified;
};

llvm::Expected<ReadFile> Identified(support::SourceBuffer bytes) {
  ReadFile read{std::move(bytes), {}};
  read.identified = pipeline::Identify(read.bytes.name(), read.bytes.text());
  return read;
}

llvm::Expected<ReadFile> Read(const std::string& operand, Environment& env) {
  if (operand == "-" || env.files.KindOf(operand) != support::PathKind::File) {
    // A pipe can be read only once.
    llvm::Expected<support::SourceBuffer> bytes = ReadOperand(operand, env);
    if (!bytes) return bytes.takeError();
    return Identified(std::move(*bytes));
  }
  llvm::Expected<std::unique_ptr<support::ByteSource>> source = env.files.Open(operand);
  if (!source) return source.takeError();
  llvm::Expected<std::string> head = support::ReadAtMost(**source, pipeline::kIdentifiedBytes);
  if (!head) return head.takeError();
  const bool is_whole = head->size() < pipeline::kIdentifiedBytes;
  llvm::Expected<ReadFile> read = Identified({operand, std::move(*head)});
  if (!read || is_whole || read->identified.kind == FileKind::Other) return read;
  llvm::Expected<std::string> all = read->identified.kind == FileKind::KernelConfiguration
                                        ? pipeline::ReadKernelFile(env.files, operand)
                                        : env.files.Read(operand);
  if (!all) return all.takeError();
  read->bytes = support::SourceBuffer(operand, std::move(*all));
  return read;
}

// The result for one file: printed, or an error that belongs to it.
struct Outcome {
  ExitStatus status = ExitStatus::Ok;
  std::optional<std::string> message;  // nothing: no error
};

Outcome ShowKernel(const ReadFile& file, const ShowOptions& options, JsonWriter* json,
                   Environment& env) {
  const std::string& name = file.bytes.name();
  llvm::Expected<pipeline::Kernel> kernel =
      pipeline::ParseKernel(name, file.bytes.text(), options.command_line.value_or(""));
  if (!kernel) return {ExitStatus::Usage, llvm::toString(kernel.takeError())};
  const KernelProfile& profile = kernel->profile;
  if (json != nullptr) {
    json->object([&] { WriteProfile(*json, name, profile); });
  } else {
    PrintProfile(name, profile, env.out);
  }
  const bool has_error =
      !profile.findings.empty() && profile.findings.front().severity == Severity::Error;
  return {has_error ? ExitStatus::Findings : ExitStatus::Ok, {}};
}

Outcome Write(const std::string& name, const IdentifiedFile& is, const ShownFile& shown,
              JsonWriter* json, Environment& env) {
  if (json != nullptr) {
    json->object([&] {
      json->attribute("file", name);
      json->attribute("kind", pipeline::Name(is.kind));
      shown.facts.WriteJson(*json);
    });
  } else {
    env.out << support::Printable(name) << ": " << is.what << '\n';
    Print(shown, env.out);
  }
  return {shown.has_error ? ExitStatus::Findings : ExitStatus::Ok, {}};
}

Outcome ShowFacts(ReadFile file, const targets::Target& target, JsonWriter* json,
                  Environment& env) {
  const IdentifiedFile is = file.identified;
  const std::string name = file.bytes.name();
  const bool is_policy = is.kind == FileKind::Policy || is.kind == FileKind::Template ||
                         is.kind == FileKind::Signed || is.kind == FileKind::Table;
  llvm::Expected<ShownFile> shown = is_policy ? ShowPolicy(is.kind, std::move(file.bytes), target)
                                              : ShowOther(is.kind, std::move(file.bytes), target);
  if (!shown) return {ExitStatus::Usage, llvm::toString(shown.takeError())};
  return Write(name, is, *shown, json, env);
}

Outcome ShowUnknown(const ReadFile& file, JsonWriter* json, Environment& env) {
  llvm::Expected<std::optional<ShownFile>> image = ShowImage(file.bytes, env.files);
  if (!image) return {ExitStatus::Usage, llvm::toString(image.takeError())};
  if (*image) {
    IdentifiedFile is = pipeline::IdentifiedAs(FileKind::Image);
    if (!file.bytes.text().contains('\0')) is.what = "facts about an image";
    return Write(file.bytes.name(), is, **image, json, env);
  }
  return {ExitStatus::Usage, support::Quoted(file.bytes.name()) + " is " +
                                 std::string(file.identified.what) + std::string(kKnown)};
}

Outcome Show(const std::string& operand, const ShowOptions& options, const targets::Target& target,
             JsonWriter* json, Environment& env) {
  llvm::Expected<ReadFile> file = Read(operand, env);
  if (!file) return {ExitStatus::Failure, llvm::toString(file.takeError())};
  const std::string name = support::Quoted(file->bytes.name());
  switch (file->identified.kind) {
    case FileKind::KernelConfiguration:
      return ShowKernel(*file, options, json, env);
    case FileKind::Pem:
      return {ExitStatus::Usage,
              name +
                  " is a PEM file; a kernel reads only DER, which `openssl pkcs7 -outform der` "
                  "or `openssl x509 -outform der` writes"};
    case FileKind::Other:
      return ShowUnknown(*file, json, env);
    default:
      return ShowFacts(std::move(*file), target, json, env);
  }
}

ExitStatus ShowFile(const std::string& operand, const ShowOptions& options,
                    const targets::Target& target, JsonWriter* json, Environment& env) {
  const Outcome outcome = Show(operand, options, target, json, env);
  if (!outcome.message) return outcome.status;
  if (json != nullptr) {
    json->object([&] {
      json->attribute("file", operand);
      json->attribute("kind", nullptr);
      json->attribute("error", *outcome.message);
    });
  }
  return Report(env, outcome.status, *outcome.message);
}

ExitStatus PrintSignedText(const std::string& operand, Environment& env) {
  llvm::Expected<support::SourceBuffer> bytes = ReadOperand(operand, env);
  if (!bytes) return Report(env, bytes.takeError());
  const std::string name = support::Quoted(bytes->name());
  const pipeline::PolicyFile file = pipeline::OpenPolicyFile(std::move(*bytes));
  if (file.content.kind != content::Kind::Signed) {
    return Report(env, ExitStatus::Usage, "`--text`: " + name + " is not a signed file");
  }
  if (file.message.rejection) {
    return Report(env, ExitStatus::Findings,
                  "`--text`: the kernel rejects " + name + " with " +
                      std::string(support::Name(file.message.rejection->error)) +
                      " before it reads the policy; `ipec check` prints the reason");
  }
  env.out << file.message.content;
  return ExitStatus::Ok;
}

ExitStatus RunShow(const ShowOptions& options, Environment& env) {
  const targets::Target* target = TargetOf(options, env);
  if (target == nullptr) return ExitStatus::Usage;
  if (options.text) {
    if (options.operands.size() == 1) return PrintSignedText(options.operands.front(), env);
    return Report(env, ExitStatus::Usage, "`--text` prints one file");
  }
  ExitStatus status = ExitStatus::Ok;
  if (!options.json) {
    for (const std::string& operand : options.operands) {
      if (&operand != &options.operands.front()) env.out << '\n';
      status = Worse(status, ShowFile(operand, options, *target, nullptr, env));
    }
    return status;
  }
  JsonWriter json(env.out);
  json.object([&] {
    json.attribute("version", 1);
    json.attributeArray("files", [&] {
      for (const std::string& operand : options.operands) {
        status = Worse(status, ShowFile(operand, options, *target, &json, env));
      }
    });
  });
  env.out << '\n';
  return status;
}

}  // namespace

const Command kShowCommand{
    .operands = "FILE…",
    .description =
        "Prints what each FILE is to IPE, by its content: a policy, a template, a signed\n"
        "policy, a compiled table, claims, events, the configuration of a kernel, or an\n"
        "image or inventory that `ipec scan` reads; `-` is standard input.\n"
        "Of a policy: name, version, the verdict of the target, the size (a signed one may\n"
        "have 65535 bytes), the thumbprint with which a kernel records it, the signers,\n"
        "the number of rules by operation, the DEFAULTs, and the table of `ipec matrix`.\n"
        "--text prints only the policy in a signed file, with the bytes that were signed.\n"
        "Of an image: the volumes that `ipec scan` finds.\n"
        "Of a kernel: the target, the properties that it was built with, its boot policy,\n"
        "the keyrings that it searches, its security modules, and what is wrong with it\n"
        "for IPE. The configuration is a .config, a /boot/config-*, or what `zcat\n"
        "/proc/config.gz` or the kernel's extract-ikconfig print. Of a fragment, what it\n"
        "does not mention is unknown. The profile is that of --kernel=CONFIG of other\n"
        "commands and of the key `kernel` of ipec.toml.\n"
        "Exit status 1: a policy is rejected, a file is malformed, or the kernel has no\n"
        "IPE, or IPE is off.",
    .example =
        "  $ ipec show device.pol | head -7\n"
        "  device.pol: a policy\n"
        "    name                device\n"
        "    version             1.0.0\n"
        "    linux-6.12          accepts it\n"
        "    size                60 bytes\n"
        "    rules               none\n"
        "    defaults            DENY\n"
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
