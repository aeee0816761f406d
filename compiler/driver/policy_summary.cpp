#include "compiler/driver/policy_summary.h"

#include <chrono>

#include <fmt/format.h>

#include "compiler/diagnostics/render.h"
#include "compiler/life/records.h"
#include "compiler/sign/name_text.h"
#include "compiler/support/date.h"
#include "compiler/support/printable.h"
#include "lint/linter.h"
#include "lint/settings.h"
#include "llvm/ADT/StringExtras.h"

namespace ipec::driver {
namespace {

std::string DateOf(sign::Time time) {
  namespace chrono = std::chrono;
  return support::DateText(chrono::floor<chrono::days>(chrono::sys_seconds(chrono::seconds(time))));
}

// Lint rules about content that a reviewer does not see.
lint::Result FindHidden(const support::SourceBuffer& source, const targets::Target& target) {
  const std::string category(lint::Name(lint::Category::Hidden));
  lint::Overrides overrides;
  overrides.select = {&category, 1};
  llvm::Expected<lint::Settings> settings = lint::Resolve({}, overrides, support::Today());
  const pipeline::Reading reading(source, target);
  return lint::Lint(reading, llvm::cantFail(std::move(settings)));
}

void PrintHidden(const support::SourceBuffer& source, const targets::Target& target, bool color,
                 llvm::raw_ostream& out) {
  const lint::Result hidden = FindHidden(source, target);
  if (hidden.findings.empty()) {
    out << "  hidden      nothing: no control or invisible characters, no text after a NUL byte\n";
    return;
  }
  out << fmt::format("  hidden      {} finding{} in the text, see below\n", hidden.findings.size(),
                     hidden.findings.size() == 1 ? "" : "s");
  diagnostics::RenderOptions options;
  options.color = color;
  options.verdict = false;
  options.version = IPEC_VERSION;
  diagnostics::FileReport report;
  report.source = &source;
  report.target = target.name;
  report.diagnostics = hidden.findings;
  report.more = hidden.more;
  const auto renderer = diagnostics::MakeRenderer(diagnostics::Format::Text, out, options);
  renderer->Render(report);
  renderer->Finish();
}

std::string Counted(std::size_t count, std::string_view one) {
  return fmt::format("{} {}{}", count, one, count == 1 ? "" : "s");
}

}  // namespace

policy::OperationMap<RuleCount> CountRules(const policy::Policy& policy) {
  policy::OperationMap<RuleCount> counts;
  for (const policy::Rule& rule : policy.rules) {
    RuleCount& of = counts[rule.operation];
    ++(rule.action == policy::Action::Allow ? of.allow : of.deny);
  }
  return counts;
}

std::string RuleWords(const policy::Policy& policy) {
  const policy::OperationMap<RuleCount> counts = CountRules(policy);
  std::string words;
  for (std::size_t i = 0; i < runtime::kOperationCount; ++i) {
    const auto operation = support::FromIndex<policy::Operation>(i);
    const RuleCount& of = counts[operation];
    if (of.all() == 0) continue;
    if (!words.empty()) words += "; ";
    words += Name(operation);
    if (of.allow != 0) words += fmt::format(" {} ALLOW", of.allow);
    if (of.deny != 0) words += fmt::format("{} {} DENY", of.allow != 0 ? "," : "", of.deny);
  }
  return words.empty() ? "none" : words;
}

void PrintPolicySummary(const pipeline::PolicyFileReading& file, const targets::Target& target,
                        bool color, llvm::raw_ostream& out) {
  const policy::Policy& policy = file.policy();
  std::size_t defaults = policy.global_default ? 1 : 0;
  for (const auto& one : policy.operation_defaults) defaults += one ? 1U : 0U;
  out << fmt::format("{}: what {} reads in it\n", support::Printable(file.source().name()),
                     target.name);
  out << fmt::format("  policy      {} {}.{}.{}\n", support::Printable(policy.name),
                     policy.version.major, policy.version.minor, policy.version.revision);
  out << fmt::format("  statements  {}, {}\n", Counted(defaults, "DEFAULT"),
                     Counted(policy.Statements().size(), "rule"));
  out << fmt::format("  rules       {}\n", RuleWords(policy));
  out << fmt::format("  text        {}, sha256 {}\n", Counted(file.source().text().size(), "byte"),
                     llvm::toHex(sign::Thumbprint(sign::Hash::Sha256, file.source().text()),
                                 /*LowerCase=*/true));
  PrintHidden(file.source(), target, color, out);
}

std::size_t BytesLeft(std::size_t size) {
  return size > sign::kLongestMessage ? 0 : sign::kLongestMessage - size;
}

std::string SizeWords(std::size_t size) {
  if (size > sign::kLongestMessage) {
    return fmt::format("{} bytes, {} more than the {} that a kernel reads", size,
                       size - sign::kLongestMessage, sign::kLongestMessage);
  }
  return fmt::format("{} of {} bytes; {} are left", size, sign::kLongestMessage, BytesLeft(size));
}

std::string SignerWords(const sign::Certificate& certificate) {
  const std::string name = sign::NameText(certificate.subject);
  return fmt::format("{} ({})",
                     name.empty() ? "a certificate without a name" : support::Abbreviated(name),
                     sign::DescribeKey(certificate.key));
}

std::string ValidityWords(const sign::Certificate& certificate) {
  const std::string from = DateOf(certificate.valid_from);
  const std::string to = DateOf(certificate.valid_to);
  const std::string today = support::Today();
  if (to < today) return "expired on " + to + "; kernels accept it";
  if (today < from) return "valid from " + from + " on; kernels accept it";
  return "valid until " + to;
}

std::string ThumbprintWords(std::string_view signed_file, const targets::Target& target) {
  const sign::Hash hash = life::UsualHash(target);
  return fmt::format("{}:{}", sign::Name(hash), llvm::toHex(sign::Thumbprint(hash, signed_file)));
}

}  // namespace ipec::driver
