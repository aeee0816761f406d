#include "compiler/table/emit_smt2.h"

#include <string_view>

#include <fmt/format.h>

#include "compiler/support/printable.h"
#include "compiler/support/wording.h"
#include "llvm/ADT/StringExtras.h"

namespace ipec::table {
namespace {

using policy::Action;
using policy::Condition;
using policy::Operation;
using policy::Policy;
using policy::Property;

constexpr std::string_view kParameters =
    "((initramfs Bool) (volume-signed Bool) (roothash String) (verity-signed Bool) "
    "(verity-digest String))";

// A string literal: a quote is doubled, and bytes that are not printable are escaped.
std::string Literal(std::string_view bytes) {
  std::string text = "\"";
  for (const char byte : bytes) {
    if (byte == '"') {
      text += "\"\"";
    } else if (byte < 0x20 || byte > 0x7E || byte == '\\') {
      text += fmt::format("\\u{{{:02x}}}", static_cast<unsigned char>(byte));
    } else {
      text += byte;
    }
  }
  return text + '"';
}

class Writer {
 public:
  Writer(const Policy& policy, const targets::Target& target) : policy_(policy), target_(target) {}

  std::string Write() {
    WriteHead();
    WritePossible();
    for (const Operation operation : policy_.semantics.operations) WriteOperation(operation);
    const auto& global = policy_.global_default;
    text_ += fmt::format("; operations without a name\n(define-fun allowed-UNKNOWN {} Bool {})\n",
                         kParameters, Allows(global ? global->action : Action::Allow));
    return std::move(text_);
  }

 private:
  static std::string_view Allows(Action action) {
    return action == Action::Allow ? "true" : "false";
  }

  void WriteHead() {
    const policy::Version& version = policy_.version;
    text_ += fmt::format(
        "; The decisions of the policy {} {}.{}.{} for {}, written by `ipec compile --emit=smt2`.\n"
        "; allowed-OP: the events of OP that are allowed. possible: those that a kernel can "
        "produce.\n"
        "; initramfs: the file is on it. volume-signed, roothash: of the dm-verity volume of the "
        "file; \"\" without one.\n"
        "; verity-signed, verity-digest: of the fs-verity of the file; \"\" without it.\n",
        support::Printable(policy_.name), version.major, version.minor, version.revision,
        Describe(target_));
    text_ += "(set-logic QF_S)\n";
  }

  void WritePossible() {
    text_ += fmt::format(
        "(define-fun possible {} Bool\n  (and (=> volume-signed (not (= roothash \"\")))\n"
        "       (=> verity-signed (not (= verity-digest \"\"))){}))\n",
        kParameters,
        policy_.semantics.boot_verified_excludes_dmverity
            ? "\n       (=> initramfs (= roothash \"\"))"
            : "");
  }

  void WriteOperation(Operation operation) {
    text_ += fmt::format("(define-fun allowed-{} {} Bool\n", Name(operation), kParameters);
    std::size_t open = 1;
    for (const policy::RuleId id : policy_.rule_ids()) {
      const policy::Rule& rule = policy_[id];
      if (rule.operation != operation) continue;
      text_ += "  (ite (and true";
      for (const Condition& condition : policy_.ConditionsOf(rule)) {
        text_ += ' ';
        text_ += TermOf(condition);
      }
      text_ += fmt::format(") {}  ; line {}\n", Allows(rule.action), rule.line);
      ++open;
    }
    const policy::Default* const decides = policy_.DefaultFor(operation);
    text_ += fmt::format("  {}", Allows(decides == nullptr ? Action::Allow : decides->action));
    text_.append(open, ')');
    text_ += '\n';
  }

  std::string TermOf(const Condition& condition) const {
    if (policy_.semantics.missing.Contains(condition.property)) return "false";
    // "" stands for a missing digest, and the digest of an event is never empty.
    if (condition.digest.valid() && DigestOf(condition) == "\"\"") return "false";
    switch (condition.property) {
      case Property::BootVerified:
        return Flag("initramfs", condition.expected);
      case Property::DmveritySignature:
        return Flag("volume-signed", condition.expected);
      case Property::FsveritySignature:
        // Where the signature is only looked at with fs-verity on, without it neither value holds.
        if (!condition.expected && policy_.semantics.fsverity_signature_needs_fsverity) {
          return "(and (not (= verity-digest \"\")) (not verity-signed))";
        }
        return Flag("verity-signed", condition.expected);
      case Property::DmverityRoothash:
        return fmt::format("(= roothash {})", DigestOf(condition));
      case Property::FsverityDigest:
        return fmt::format("(= verity-digest {})", DigestOf(condition));
    }
    return "false";
  }

  static std::string Flag(std::string_view name, bool expected) {
    return expected ? std::string(name) : fmt::format("(not {})", name);
  }

  // `ALGORITHM:HEX`, or the digits alone where algorithms do not count.
  std::string DigestOf(const Condition& condition) const {
    const runtime::Digest digest = policy_.digests.Get(condition.digest);
    const std::string hex =
        llvm::toHex({digest.bytes.data(), digest.bytes.size()}, /*LowerCase=*/true);
    if (policy_.semantics.bare_digests) return Literal(hex);
    return Literal(std::string(digest.algorithm) + ":" + hex);
  }

  const Policy& policy_;
  const targets::Target& target_;
  std::string text_;
};

}  // namespace

std::string EmitSmt2(const Policy& policy, const targets::Target& target) {
  return Writer(policy, target).Write();
}

}  // namespace ipec::table
