#include "compiler/driver/show_file.h"

#include <array>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "compiler/event/event_reader.h"
#include "compiler/inventory/inventory_json.h"
#include "compiler/pipeline/claims_reading.h"
#include "compiler/policy/claims.h"
#include "compiler/support/printable.h"

namespace ipec::driver {
namespace {

using pipeline::FileKind;
using support::JsonWriter;

// The first error of a file with lines, or nothing.
void AddError(const std::optional<std::string>& error, ShownFile& shown) {
  shown.has_error = error.has_value();
  if (error) shown.facts.Add("malformed", "reason", *error);
}

ShownFile ShowClaims(support::SourceBuffer bytes, const targets::Target& target) {
  ShownFile shown;
  const pipeline::ClaimsReading reading(std::move(bytes), target);
  std::array<std::size_t, policy::kClaimWords.size()> counts{};
  for (const policy::Claim& claim : reading.first().claims().claims) {
    ++counts[support::IndexOf(claim.kind)];
  }
  for (std::size_t kind = 0; kind < counts.size(); ++kind) {
    shown.facts.AddCount(policy::kClaimWords[kind], counts[kind]);
  }
  std::optional<std::string> error;
  const std::vector<diagnostics::Diagnostic>& findings = reading.first().diagnostics().list();
  if (!findings.empty()) {
    const support::LineMap lines(reading.text());
    error = fmt::format("line {}: {}", lines.PositionOf(findings.front().where.begin).line,
                        findings.front().message);
  }
  AddError(error, shown);
  return shown;
}

ShownFile ShowEvents(const support::SourceBuffer& bytes, const targets::Target& target) {
  ShownFile shown;
  event::EventReader reader(event::DialectOf(target));
  std::size_t events = 0;
  std::size_t tests = 0;
  std::size_t line_number = 0;
  std::optional<std::string> error;
  llvm::StringRef rest = bytes.text();
  while (!rest.empty()) {
    llvm::StringRef line;
    std::tie(line, rest) = rest.split('\n');
    ++line_number;
    if (line.trim().empty()) continue;
    if (llvm::Error wrong = reader.Read(line)) {
      const std::string words = llvm::toString(std::move(wrong));
      if (!error) error = fmt::format("line {}, {}", line_number, words);
      continue;
    }
    ++events;
    const event::Expectation& expects = reader.expectation();
    if (expects.action || expects.rule) ++tests;
  }
  shown.facts.AddCount("events", events);
  shown.facts.AddCount("tests", tests);
  AddError(error, shown);
  return shown;
}

llvm::Expected<ShownFile> ShowInventory(const support::SourceBuffer& bytes) {
  llvm::Expected<inventory::Inventory> read =
      inventory::ParseInventory(bytes.text().str(), bytes.name());
  if (!read) return read.takeError();
  ShownFile shown;
  shown.facts.AddCount("volumes", read->volumes.size());
  shown.facts.AddCount("files", read->files.size());
  return shown;
}

}  // namespace

void Facts::Add(std::string_view title, std::string_view key, const std::string& text) {
  Add(title, key, support::Printable(text), [text](JsonWriter& json) { json.value(text); });
}

void Facts::Add(std::string_view title, std::string_view key, std::string text, Write json) {
  list_.push_back({title, key, std::move(text), std::move(json)});
}

void Facts::AddCount(std::string_view title, std::size_t count) {
  Add(title, title, std::to_string(count), [count](JsonWriter& json) { json.value(count); });
}

void Facts::AddLine(std::string_view title, std::string text) {
  list_.push_back({title, {}, std::move(text), {}});
}

void Facts::Print(llvm::raw_ostream& out) const {
  for (const Fact& fact : list_) {
    if (!fact.title.empty()) out << fmt::format("  {:<20}{}\n", fact.title, fact.text);
  }
}

void Facts::WriteJson(JsonWriter& json) const {
  for (const Fact& fact : list_) {
    if (fact.key.empty()) continue;
    json.attributeBegin(fact.key);
    fact.json(json);
    json.attributeEnd();
  }
}

void Print(const ShownFile& shown, llvm::raw_ostream& out) {
  shown.facts.Print(out);
  if (!shown.table.empty()) out << '\n';
  llvm::StringRef rest = shown.table;
  while (!rest.empty()) {
    llvm::StringRef line;
    std::tie(line, rest) = rest.split('\n');
    out << (line.empty() ? "" : "  ") << line << '\n';
  }
}

llvm::Expected<ShownFile> ShowOther(FileKind kind, support::SourceBuffer bytes,
                                    const targets::Target& target) {
  switch (kind) {
    case FileKind::Claims:
      return ShowClaims(std::move(bytes), target);
    case FileKind::Events:
      return ShowEvents(bytes, target);
    default:
      return ShowInventory(bytes);
  }
}

}  // namespace ipec::driver
