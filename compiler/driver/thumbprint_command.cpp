// `ipec thumbprint`: the digest with which a kernel records a policy, and the record itself.

#include <utility>

#include <fmt/format.h>

#include "compiler/command/read_policy.h"
#include "compiler/driver/commands.h"
#include "compiler/driver/find_thumbprint.h"
#include "compiler/driver/report.h"
#include "compiler/driver/target_option.h"
#include "compiler/driver/thumbprint_hash.h"
#include "compiler/life/records.h"
#include "compiler/sign/thumbprint.h"
#include "compiler/support/printable.h"
#include "compiler/support/wording.h"
#include "compiler/targets/features.h"

namespace ipec::driver {
namespace {

using namespace command;
using sign::Hash;
using targets::Feature;

struct ThumbprintOptions : TargetOptions {
  std::optional<Hash> hash;
  std::optional<std::string> find;
  bool record = false;
};

constexpr auto kOptions = Table<ThumbprintOptions>(
    kTargetOption,
    OneOf<&ThumbprintOptions::hash, kHashChoices>(
        "--hash", "HASH", "sha1, sha256, sha384 or sha512; the default depends on the target"),
    Value<&ThumbprintOptions::find>("--find", "DIGEST",
                                    "print the signed files that have this thumbprint"),
    Flag<&ThumbprintOptions::record>("--record", "print the record of loading the policy instead"));

struct Call {
  const targets::Target& target;
  Hash hash;
  bool record;
  bool color;
};

std::string UpperHex(std::span<const std::uint8_t> bytes) {
  std::string text;
  for (std::uint8_t byte : bytes) text += fmt::format("{:02X}", byte);
  return text;
}

void PrintRecord(const life::SentRecord& record, Environment& env) {
  env.out << life::LineOf(record) << '\n';
}

// A rejected policy is never recorded with its digest; some kernels record the failure.
ExitStatus ReportRejection(const pipeline::PolicyFileReading& reading, const Call& call,
                           Environment& env) {
  env.out.flush();
  PrintFindings(reading, call.target, call.color, env.err);
  if (!call.record) return ExitStatus::Findings;
  for (const life::SentRecord& failed : life::FailedLoadOf(call.target, *reading.error())) {
    PrintRecord(failed, env);
  }
  return ExitStatus::Findings;
}

void PrintLoad(const policy::Policy& policy, const std::vector<std::uint8_t>& thumbprint,
               const Call& call, Environment& env) {
  life::PolicyRecord loaded;
  loaded.name = policy.name;
  loaded.version = policy.version;
  loaded.hash = call.hash;
  loaded.thumbprint = thumbprint;
  PrintRecord(life::LoadOf(call.target, loaded), env);
}

ExitStatus PrintThumbprint(const std::string& operand, const Call& call, Environment& env) {
  llvm::Expected<pipeline::PolicyFile> file = ReadOnlyPolicyFile(operand, env);
  if (!file) return Report(env, file.takeError());
  const pipeline::PolicyFileReading reading(std::move(*file), call.target);
  if (reading.error()) return ReportRejection(reading, call, env);
  const bool is_signed = reading.file().content.kind == content::Kind::Signed;
  // An unsigned policy is built into its kernel, which has no signed file to hash.
  const std::vector<std::uint8_t> thumbprint =
      sign::Thumbprint(call.hash, is_signed ? reading.file().file.text() : llvm::StringRef());
  if (!call.record) {
    env.out << fmt::format("{}:{}  {}{}\n", sign::Name(call.hash), UpperHex(thumbprint),
                           support::Printable(reading.source().name()),
                           is_signed ? "" : "  (not signed: the hash of empty input)");
    return ExitStatus::Ok;
  }
  if (!is_signed) {
    Report(env, ExitStatus::Ok,
           support::Quoted(reading.source().name()) +
               " is not signed; its thumbprint is the hash of empty input");
  }
  PrintLoad(reading.policy(), thumbprint, call, env);
  return ExitStatus::Ok;
}

ExitStatus RunThumbprint(const ThumbprintOptions& options, Environment& env) {
  const targets::Target* target = TargetOf(options, env);
  if (target == nullptr) return ExitStatus::Usage;
  const bool chosen = target->Has(Feature::ChosenThumbprint);
  const Hash usual = life::UsualHash(*target);
  const Hash hash = options.hash.value_or(usual);
  if (options.record && !chosen && hash != usual) {
    return Report(env, ExitStatus::Usage,
                  fmt::format("{} always records {}; leave --hash={} out", target->name,
                              sign::Name(usual), sign::Name(hash)));
  }
  if (options.find) {
    if (!options.record) return FindThumbprint(*options.find, hash, options.operands, env);
    return Report(env, ExitStatus::Usage, "`--find` and `--record` exclude each other");
  }
  const Call call{*target, hash, options.record, WantsColor(options, env, env.err)};
  ExitStatus status = ExitStatus::Ok;
  for (const std::string& operand : options.operands) {
    status = Worse(status, PrintThumbprint(operand, call, env));
  }
  return status;
}

}  // namespace

const Command kThumbprintCommand{
    .operands = "FILE…",
    .description =
        "Prints the digest with which the target's kernel records each policy: the hash\n"
        "of the whole signed file (PKCS#7, DER), not of the text in it. An unsigned\n"
        "policy can only be built into a kernel, which records it with the hash of empty\n"
        "input.\n"
        "With --record, prints the record of loading the policy, with the signed name and\n"
        "version. The kernel records a rejected policy without a digest: for such a\n"
        "policy, prints findings on standard error, with exit status 1, and with --record\n"
        "also the record of the failure, if the target has one.\n"
        "With --find, prints each FILE whose thumbprint is DIGEST, as a record quotes it:\n"
        "`sha256:` and hex digits, or at least the first four of them. Of a directory, all\n"
        "signed files in it and below it are compared, whatever their names. Exit status 1:\n"
        "none has it.",
    .example =
        "  $ ipec thumbprint --record device.p7b\n"
        "  type=1422 audit(0.000:0): policy_name=\"device\" policy_version=1.0.0\n"
        "  policy_digest=sha256:6B0E… auid=4294967295 ses=4294967295 lsm=ipe res=1 (one line)",
    .least_operands = 1,
    .runner = Runs<RunThumbprint>(kOptions),
};

}  // namespace ipec::driver
