#include "compiler/optimize/emit_text.h"

#include <algorithm>
#include <array>
#include <optional>

#include "compiler/optimize/alias_lines.h"
#include "compiler/support/assert.h"
#include "compiler/targets/features.h"

namespace ipec::optimize {
namespace {

using policy::Condition;
using policy::Policy;
using policy::Rule;
using runtime::Operation;
using targets::Alias;
using targets::Feature;

bool IsQuote(char byte) {
  return byte == '\'' || byte == '"';
}

bool IsBlank(char byte) {
  return (byte >= '\t' && byte <= '\r') || byte == ' ' || byte == '\xa0';
}

// Whether a kernel that supports quotes reads `written` as one word with that value.
bool ReadsAs(std::string_view written, std::string_view value) {
  char quote = 0;
  for (const char byte : written) {
    if (quote != 0) {
      if (byte == quote) quote = 0;
    } else if (IsQuote(byte)) {
      quote = byte;
    } else if (IsBlank(byte) || byte == '#') {
      return false;
    }
  }
  if (quote != 0 || written.empty()) return false;
  if (!IsQuote(written.front())) return written == value;
  return written.size() >= 2 && written.back() == written.front() &&
         written.substr(1, written.size() - 2) == value;
}

// A value that was read from text had one of three forms, so one of these forms can represent it.
std::string Quoted(std::string_view value) {
  for (const std::string_view quote : {"", "\"", "'"}) {
    std::string written = std::string(quote) + std::string(value) + std::string(quote);
    if (ReadsAs(written, value)) return written;
  }
  IPEC_CHECK(false, "a policy has a name that no text can give it");
}

class Emitter {
 public:
  Emitter(const Policy& policy, const targets::Target& target, Writing writing)
      : policy_(policy), target_(target), shortest_(writing == Writing::Shortest) {
    if (shortest_) aliases_ = target.aliases();
  }

  EmittedText Emit() {
    EmitHeader();
    if (policy_.global_default) {
      EmitDefault({}, policy_.global_default->action, {&policy_.global_default->line, 1});
    }
    EmitOperationDefaults();
    out_.text().reserve(out_.text().size() + policy_.rules.size() * 64 +
                        std::size_t{policy_.digests.size()} * 64);
    for (std::size_t i = 0; i < policy_.rules.size();) i += EmitRulesAt(i);
    return std::move(out_);
  }

 private:
  std::string& text() { return out_.text(); }

  void EmitHeader() {
    const bool quotes = target_.Has(Feature::QuotedValues);
    text() += "policy_name=";
    text() += quotes ? Quoted(policy_.name) : policy_.name;
    const policy::Version& version = policy_.version;
    // If the dialect supports quotes, the version is optional and defaults to zero.
    if (!shortest_ || !quotes || version != policy::Version()) {
      text() += " policy_version=" + std::to_string(version.major) + '.' +
                std::to_string(version.minor) + '.' + std::to_string(version.revision);
    }
    out_.AddSource(policy_.header_line);
    out_.EndLine();
  }

  void EmitDefault(std::string_view operation, policy::Action action,
                   std::span<const std::uint32_t> sources) {
    text() += "DEFAULT";
    if (!operation.empty()) text().append(" op=").append(operation);
    text().append(" action=").append(Name(action));
    for (const std::uint32_t line : sources) out_.AddSource(line);
    out_.EndLine();
  }

  void EmitOperationDefaults() {
    policy::OperationSet emitted;
    for (const Alias& alias : aliases_) {
      if (!(emitted & SetOf(alias)).empty() || !AreAliasDefaults(policy_, alias)) continue;
      const auto& first = policy_.DefaultOf(alias.operations.front());
      std::vector<std::uint32_t> lines;
      for (const Operation operation : alias.operations) {
        lines.push_back(policy_.DefaultOf(operation)->line);
      }
      SortUnique(lines);
      EmitDefault(alias.spelling, first->action, lines);
      emitted |= SetOf(alias);
    }
    for (const Operation operation : policy_.semantics.operations - emitted) {
      if (const auto& own = policy_.DefaultOf(operation)) {
        EmitDefault(Name(operation), own->action, {&own->line, 1});
      }
    }
  }

  // Emits the rule at `at`, or the run of rules from there that one alias covers in one line, and
  // returns their number.
  std::size_t EmitRulesAt(std::size_t at) {
    for (const Alias& alias : aliases_) {
      const std::size_t count = alias.operations.size();
      if (!IsAliasRun(policy_, at, alias)) continue;
      const std::span run(policy_.rules.data() + at, count);
      std::vector<std::uint32_t> lines;
      for (const Rule& rule : run) lines.push_back(rule.line);
      SortUnique(lines);
      EmitRule(alias.spelling, run.front(), lines);
      return count;
    }
    const Rule& rule = policy_.rules[at];
    EmitRule(Name(rule.operation), rule, {&rule.line, 1});
    return 1;
  }

  void EmitRule(std::string_view operation, const Rule& rule,
                std::span<const std::uint32_t> sources) {
    text().append("op=").append(operation);
    for (const Condition& condition : policy_.ConditionsOf(rule)) {
      text() += ' ';
      text().append(Name(condition.property)) += '=';
      if (Kind(condition.property) == runtime::PropertyKind::Boolean) {
        text() += condition.expected ? "TRUE" : "FALSE";
      } else {
        EmitDigest(policy_.digests.Get(condition.digest));
      }
    }
    text().append(" action=").append(Name(rule.action));
    for (const std::uint32_t line : sources) out_.AddSource(line);
    out_.EndLine();
  }

  void EmitDigest(const runtime::Digest& digest) {
    if (!target_.Has(Feature::BareDigests)) {
      text().append(digest.algorithm) += ':';
    } else if (digest.bytes.empty()) {
      text() += '0';  // the value must not be empty, and the kernel ignores an odd last digit
    }
    for (const std::uint8_t byte : digest.bytes) {
      text() += "0123456789abcdef"[byte >> 4];
      text() += "0123456789abcdef"[byte & 15];
    }
  }

  static void SortUnique(std::vector<std::uint32_t>& lines) {
    std::sort(lines.begin(), lines.end());
    lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
  }

  const Policy& policy_;
  const targets::Target& target_;
  bool shortest_;
  std::span<const Alias> aliases_;  // that may be written
  EmittedText out_;
};

}  // namespace

std::span<const std::uint32_t> EmittedText::SourcesOf(std::size_t line) const {
  const std::size_t begin = line == 1 ? 0 : ends_[line - 2];
  return std::span(sources_).subspan(begin, ends_[line - 1] - begin);
}

void EmittedText::EndLine() {
  text_ += '\n';
  ends_.push_back(sources_.size());
}

EmittedText EmitText(const Policy& policy, const targets::Target& target, Writing writing) {
  return Emitter(policy, target, writing).Emit();
}

}  // namespace ipec::optimize
