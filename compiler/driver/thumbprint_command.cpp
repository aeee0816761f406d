// `ipec thumbprint`: the digest with which a kernel records a policy, and the record itself.

#include <utility>

#include <fmt/format.h>

#include "compiler/command/read_policy.h"
#include "compiler/driver/commands.h"
#include "compiler/driver/report.h"
#include "compiler/driver/target_option.h"
#include "compiler/sign/thumbprint.h"
#include "compiler/support/errno.h"
#include "compiler/support/printable.h"
#include "compiler/support/wording.h"
#include "compiler/table/build.h"
#include "compiler/targets/features.h"
#include "ipec/runtime/audit.h"

namespace ipec::driver {
namespace {

using namespace command;
using runtime::Record;
using sign::Hash;
using targets::Feature;

struct ThumbprintOptions : TargetOptions {
  std::optional<Hash> hash;
  bool record = false;
};

constexpr Choice<Hash> kHashes[] = {
#define IPEC_HASH(id, name, digest) {name, Hash::id},
#include "compiler/sign/hashes.def"
};

constexpr auto kOptions = Table<ThumbprintOptions>(
    kTargetOption,
    OneOf<&ThumbprintOptions::hash, kHashes>(
        "--hash", "HASH", "sha1, sha256, sha384 or sha512; the default depends on the target"),
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

// Fills a record; `write` returns its length if called without a buffer.
template <typename Write>
std::string Written(Write write) {
  std::string text(write(std::span<char>()) + 1, '\0');
  text.resize(write(std::span<char>(text)));
  return text;
}

void PrintRecord(runtime::Features dialect, Record record, const std::string& body,
                 Environment& env) {
  env.out << fmt::format("type={} audit(0.000:0): {}\n", RecordType(dialect, record), body);
}

// A rejected policy is never recorded with its digest; some kernels record the failure.
ExitStatus ReportRejection(const pipeline::PolicyFileReading& reading, const Call& call,
                           Environment& env) {
  env.out.flush();
  PrintFindings(reading, call.target, call.color, env.err);
  if (!call.record) return ExitStatus::Findings;
  const runtime::Features dialect = table::FeaturesOf(call.target);
  const auto error = -NumberOf(*reading.error());
  const std::string failed = Written(
      [&](std::span<char> room) { return runtime::FailedLoadRecord(dialect, error, {}, room); });
  if (!failed.empty()) PrintRecord(dialect, Record::FailedLoad, failed, env);
  return ExitStatus::Findings;
}

void PrintLoad(const policy::Policy& policy, const std::vector<std::uint8_t>& thumbprint,
               const Call& call, Environment& env) {
  const runtime::Features dialect = table::FeaturesOf(call.target);
  runtime::PolicyIdentity loaded;
  loaded.name = policy.name;
  loaded.version = {policy.version.major, policy.version.minor, policy.version.revision};
  loaded.thumbprint = {sign::Name(call.hash), thumbprint};
  PrintRecord(dialect, Record::Load, Written([&](std::span<char> room) {
                return runtime::LoadRecord(dialect, loaded, {}, room);
              }),
              env);
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
  const Hash usual = chosen ? Hash::Sha1 : Hash::Sha256;
  const Hash hash = options.hash.value_or(usual);
  if (options.record && !chosen && hash != usual) {
    return Report(env, ExitStatus::Usage,
                  fmt::format("{} always records {}; leave --hash={} out", target->name,
                              sign::Name(usual), sign::Name(hash)));
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
        "also the record of the failure, if the target has one.",
    .example =
        "  $ ipec thumbprint --record device.p7b\n"
        "  type=1422 audit(0.000:0): policy_name=\"device\" policy_version=1.0.0\n"
        "  policy_digest=sha256:6B0E… auid=4294967295 ses=4294967295 lsm=ipe res=1 (one line)",
    .least_operands = 1,
    .runner = Runs<RunThumbprint>(kOptions),
};

}  // namespace ipec::driver
