// `ipec show` of policies: text, templates, signed files and tables.

#include <algorithm>
#include <memory>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "compiler/check/placeholder.h"
#include "compiler/driver/decision_input.h"
#include "compiler/driver/policy_summary.h"
#include "compiler/driver/show_file.h"
#include "compiler/driver/signer_report.h"
#include "compiler/life/records.h"
#include "compiler/matrix/output_json.h"
#include "compiler/matrix/outputs.h"
#include "compiler/pipeline/offered_policy.h"
#include "compiler/pipeline/policy_file.h"
#include "compiler/pipeline/table_text.h"
#include "compiler/sign/message_details.h"
#include "compiler/support/printable.h"
#include "compiler/support/wording.h"

namespace ipec::driver {
namespace {

using pipeline::FileKind;
using pipeline::PolicyFileReading;
using policy::Operation;
using policy::Policy;
using support::JsonWriter;

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
  facts.Add(
      "rules", "rules", RuleWords(policy),
      [counts = CountRules(policy), operations = policy.semantics.operations](JsonWriter& json) {
        json.object([&] {
          for (const Operation operation : operations) {
            const std::size_t count = counts[operation].all();
            if (count != 0) json.attribute(Name(operation), count);
          }
        });
      });
  std::vector<std::pair<std::string_view, std::string_view>> defaults;
  if (policy.global_default)
    defaults.emplace_back("", runtime::Name(policy.global_default->action));
  for (const Operation operation : policy.semantics.operations) {
    const auto& own = policy.DefaultOf(operation);
    if (own) defaults.emplace_back(Name(operation), runtime::Name(own->action));
  }
  std::vector<std::string> words;
  words.reserve(defaults.size());
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

void AddSize(std::size_t size, bool is_signed, Facts& facts) {
  facts.Add("size", "size", is_signed ? SizeWords(size) : fmt::format("{} bytes", size),
            [size](JsonWriter& json) { json.value(size); });
  if (!is_signed) return;
  facts.AddHidden("size_left", [left = BytesLeft(size)](JsonWriter& json) { json.value(left); });
}

// The signers as far as they can be read. `file` are the bytes of the signed file.
void AddSigners(llvm::StringRef file, Facts& facts) {
  const auto details = std::make_shared<sign::MessageDetails>();
  const auto bytes = std::make_shared<const std::string>(file.str());
  sign::ReadSignedMessage(*bytes, *details);
  for (const sign::Signer& signer : details->signers) {
    for (const auto& [title, words] : LinesOn(signer, *details, nullptr)) {
      facts.AddLine(title, words);
    }
  }
  facts.AddHidden("signers", [details, bytes](JsonWriter& json) {
    json.array([&] {
      for (const sign::Signer& signer : details->signers) {
        json.object([&] { WriteSigner(signer, *details, nullptr, json); });
      }
    });
  });
}

// How the policy decides at each place of a machine.
void AddMatrix(const pipeline::TargetReading& reading, const support::SourceBuffer& source,
               ShownFile& shown) {
  const matrix::Matrix made = matrix::MatrixOf(reading.coverage(), nullptr);
  matrix::Report report;
  report.file = source.name();
  report.target = &reading.target();
  report.policy = &reading.policy();
  report.source = &source;
  report.matrix = &made;
  llvm::raw_string_ostream table(shown.table);
  matrix::PrintTable(report, /*color=*/false, table);
  std::string json;
  support::JsonWriter writer(json);
  matrix::WritePlaces(report, writer);
  shown.facts.AddHidden("matrix", [json](JsonWriter& to) { to.raw(json); });
}

ShownFile ShowText(support::SourceBuffer bytes, bool is_signed, const targets::Target& target) {
  ShownFile shown;
  Facts& facts = shown.facts;
  const std::size_t size = bytes.text().size();
  const std::string thumbprint = is_signed ? ThumbprintWords(bytes.text(), target) : "";
  const PolicyFileReading reading(pipeline::OpenPolicyFile(std::move(bytes)), target);
  AddHeader(reading.identity(), facts);
  AddVerdict(target, reading.error(), pipeline::FirstError(reading), facts);
  AddSize(size, is_signed, facts);
  if (is_signed) {
    facts.Add("thumbprint", "thumbprint", thumbprint);
    AddSigners(reading.file().file.text(), facts);
  }
  const content::Kind read_as = reading.file().content.kind;
  const bool has_text = read_as == content::Kind::Text ||
                        (read_as == content::Kind::Signed && !reading.file().message.rejection);
  if (has_text) AddStatements(reading.target_reading().policy(), facts);
  if (has_text && !reading.error()) {
    AddMatrix(reading.target_reading(), reading.source(), shown);
  }
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
  if (reading.first().accepted()) AddMatrix(reading.first(), reading.source(), shown);
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
