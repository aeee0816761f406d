// `ipec show` of policies: text, templates, signed files and tables.

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "compiler/check/placeholder.h"
#include "compiler/driver/decision_input.h"
#include "compiler/driver/show_file.h"
#include "compiler/life/records.h"
#include "compiler/pipeline/offered_policy.h"
#include "compiler/pipeline/policy_file.h"
#include "compiler/pipeline/table_text.h"
#include "compiler/sign/signed_message.h"
#include "compiler/support/printable.h"
#include "compiler/support/wording.h"
#include "llvm/ADT/StringExtras.h"

namespace ipec::driver {
namespace {

using pipeline::FileKind;
using pipeline::PolicyFileReading;
using policy::Operation;
using policy::Policy;
using support::JsonWriter;

std::string_view ActionName(policy::Action action) {
  return action == policy::Action::Allow ? "ALLOW" : "DENY";
}

void AddHeader(const pipeline::Identity& identity, Facts& facts) {
  const auto add = [&](std::string_view title, const std::optional<std::string>& value) {
    if (value) return facts.Add(title, title, *value);
    facts.Add(title, title, "none", [](JsonWriter& json) { json.value(nullptr); });
  };
  add("name", identity.name);
  add("version", identity.version);
}

// The rules by operation, and the defaults.
void AddStatements(const Policy& policy, Facts& facts) {
  std::map<Operation, std::size_t> counts;
  for (const policy::Rule& rule : policy.rules) ++counts[rule.operation];
  std::vector<std::string> words;
  words.reserve(counts.size());
  for (const auto& [operation, count] : counts) {
    words.push_back(fmt::format("{} {}", Name(operation), count));
  }
  facts.Add("rules", "rules", words.empty() ? "none" : support::Listed(words),
            [counts](JsonWriter& json) {
              json.object([&] {
                for (const auto& [operation, count] : counts) {
                  json.attribute(Name(operation), count);
                }
              });
            });
  std::vector<std::pair<std::string_view, std::string_view>> defaults;
  if (policy.global_default) defaults.emplace_back("", ActionName(policy.global_default->action));
  for (const Operation operation : policy.semantics.operations) {
    const auto& own = policy.DefaultOf(operation);
    if (own) defaults.emplace_back(Name(operation), ActionName(own->action));
  }
  words.clear();
  for (const auto& [operation, action] : defaults) {
    words.push_back(operation.empty() ? std::string(action)
                                      : fmt::format("{} {}", operation, action));
  }
  facts.Add("defaults", "defaults", words.empty() ? "none" : support::Listed(words),
            [defaults](JsonWriter& json) {
              json.object([&] {
                for (const auto& [operation, action] : defaults) {
                  json.attribute(operation.empty() ? "global" : operation, action);
                }
              });
            });
}

void AddVerdict(const targets::Target& target, const std::optional<support::Errno>& error,
                const std::string& why, Facts& facts) {
  const std::string verdict =
      error ? fmt::format("rejects it with {}: {}", Name(*error), why) : "accepts it";
  facts.Add(target.name, "target", verdict,
            [name = target.name](JsonWriter& json) { json.value(name); });
  facts.AddHidden("errno", [error](JsonWriter& json) {
    if (error) {
      json.value(Name(*error));
    } else {
      json.value(nullptr);
    }
  });
  if (error) facts.AddHidden("reason", [why](JsonWriter& json) { json.value(why); });
}

void AddNumber(std::string_view title, std::string_view key, std::size_t number, std::string text,
               Facts& facts) {
  facts.Add(title, key, std::move(text), [number](JsonWriter& json) { json.value(number); });
}

void AddSize(std::size_t size, bool is_signed, Facts& facts) {
  std::string words = fmt::format("{} bytes", size);
  const std::size_t left = sign::kLongestMessage - std::min(size, sign::kLongestMessage);
  if (is_signed) words += fmt::format(", {} of {} are left", left, sign::kLongestMessage);
  AddNumber("size", "size", size, std::move(words), facts);
  if (is_signed) facts.AddHidden("size_left", [left](JsonWriter& json) { json.value(left); });
}

ShownFile ShowText(support::SourceBuffer bytes, bool is_signed, const targets::Target& target) {
  ShownFile shown;
  Facts& facts = shown.facts;
  const std::size_t size = bytes.text().size();
  const sign::Hash hash = life::UsualHash(target);
  const std::vector<std::uint8_t> thumbprint =
      sign::Thumbprint(hash, is_signed ? bytes.text() : llvm::StringRef());
  const PolicyFileReading reading(pipeline::OpenPolicyFile(std::move(bytes)), target);
  AddHeader(reading.identity(), facts);
  AddVerdict(target, reading.error(), pipeline::FirstError(reading), facts);
  AddSize(size, is_signed, facts);
  if (is_signed) {
    facts.Add("thumbprint", "thumbprint",
              fmt::format("{}:{}", sign::Name(hash), llvm::toHex(thumbprint)));
  }
  const content::Kind read_as = reading.file().content.kind;
  const bool has_text = read_as == content::Kind::Text ||
                        (read_as == content::Kind::Signed && !reading.file().message.rejection);
  if (has_text) AddStatements(reading.target_reading().policy(), facts);
  shown.has_error = reading.error().has_value();
  return shown;
}

// The words between whitespace and `=` that a template leaves open.
std::vector<std::string> PlaceholdersIn(llvm::StringRef text) {
  std::vector<std::string> found;
  while (!text.empty()) {
    llvm::StringRef line;
    std::tie(line, text) = text.split('\n');
    line = line.split('#').first;
    llvm::StringRef whole = check::FindTemplate(line);
    while (whole.empty() && !line.empty()) {
      llvm::StringRef word;
      std::tie(word, line) = line.ltrim().split(' ');
      const llvm::StringRef placeholder = check::FindPlaceholder(word.split('=').second);
      if (!placeholder.empty()) found.push_back(placeholder.str());
    }
    if (!whole.empty()) found.push_back(whole.str());
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

ShownFile ShowTemplate(support::SourceBuffer bytes, const targets::Target& target) {
  ShownFile shown;
  const std::size_t size = bytes.text().size();
  const std::vector<std::string> placeholders = PlaceholdersIn(bytes.text());
  const pipeline::Reading reading(std::move(bytes), target);
  AddHeader(reading.first().identity(), shown.facts);
  std::vector<std::string> words(placeholders.size());
  std::transform(placeholders.begin(), placeholders.end(), words.begin(), support::Printable);
  shown.facts.Add("placeholders", "placeholders", words.empty() ? "none" : support::Listed(words),
                  [placeholders](JsonWriter& json) {
                    json.array([&] {
                      for (const std::string& each : placeholders) json.value(each);
                    });
                  });
  AddSize(size, false, shown.facts);
  return shown;
}

llvm::Expected<ShownFile> ShowTable(const support::SourceBuffer& bytes) {
  llvm::Expected<std::unique_ptr<DecisionInput>> table = LoadTable(bytes);
  if (!table) return table.takeError();
  const runtime::Policy& loaded = (*table)->policy;
  ShownFile shown;
  pipeline::Identity identity;
  identity.name = std::string(loaded.name());
  const runtime::PolicyVersion version = loaded.version();
  identity.version = life::Show({version.major, version.minor, version.revision});
  AddHeader(identity, shown.facts);
  shown.facts.Add("target", "target", std::string(loaded.target()));
  AddSize(bytes.text().size(), false, shown.facts);
  // Of a table that another program made, statements are not known.
  llvm::Expected<pipeline::TableText> text = pipeline::ReadTableText(bytes);
  if (!text) {
    llvm::consumeError(text.takeError());
    return shown;
  }
  const pipeline::Reading reading(std::move(text->text), *text->target);
  AddStatements(reading.first().policy(), shown.facts);
  return shown;
}

}  // namespace

llvm::Expected<ShownFile> ShowPolicy(FileKind kind, support::SourceBuffer bytes,
                                     const targets::Target& target) {
  switch (kind) {
    case FileKind::Table:
      return ShowTable(bytes);
    case FileKind::Template:
      return ShowTemplate(std::move(bytes), target);
    default:
      return ShowText(std::move(bytes), kind == FileKind::Signed, target);
  }
}

}  // namespace ipec::driver
