#include "compiler/driver/record_answers.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "compiler/driver/report.h"
#include "compiler/records/journal.h"
#include "compiler/records/reader.h"
#include "compiler/replay/one_record.h"
#include "compiler/replay/outputs.h"
#include "compiler/support/json_writer.h"
#include "compiler/support/wording.h"

namespace ipec::driver {

using namespace command;
using replay::Outcome;

namespace {

bool HasRecords(const records::Tally& tally) {
  return std::any_of(tally.records.begin(), tally.records.end(),
                     [](std::uint64_t count) { return count != 0; });
}

llvm::StringRef RefOf(std::string_view text) {
  return {text.data(), text.size()};
}

}  // namespace

RecordAnswers::RecordAnswers(const pipeline::PolicyFileReading* reading, const Options& options,
                             Environment& env)
    : reading_(reading), options_(options), env_(env) {}

RecordAnswers::~RecordAnswers() = default;

bool RecordAnswers::IsOfLog(std::string_view line) {
  const std::size_t first = line.find_first_not_of(" \t");
  if (first == std::string_view::npos) return false;
  return line[first] != '{' || records::IsJsonEntry(RefOf(line));
}

void RecordAnswers::Begin(std::string name) {
  name_ = std::move(name);
  has_entries_ = false;
  reader_ =
      std::make_unique<records::Reader>([this](const records::Record& record) { Answer(record); });
}

bool RecordAnswers::is_log() const {
  const records::Tally& tally = reader_->tally();
  const auto is_broken = [](const records::TroubleCount& trouble) { return trouble.count != 0; };
  return has_entries_ || tally.notices != 0 || HasRecords(tally) ||
         std::any_of(tally.troubles.begin(), tally.troubles.end(), is_broken);
}

bool RecordAnswers::Take(std::string_view line) {
  has_entries_ = has_entries_ || records::IsJsonEntry(RefOf(line));
  reader_->Feed(RefOf(line));
  Skip();
  return is_log();
}

void RecordAnswers::Skip() {
  reader_->Feed("\n");
}

ExitStatus RecordAnswers::End() {
  reader_->Finish();
  if (has_failed_) return ExitStatus::Usage;
  const records::Tally& tally = reader_->tally();
  for (std::size_t i = 0; i < records::kTroubles; ++i) {
    const records::TroubleCount& trouble = tally.troubles[i];
    if (trouble.count == 0) continue;
    const std::string_view words = Describe(static_cast<records::Trouble>(i));
    const std::string place = fmt::format("{}:{}", name_, trouble.first_line);
    if (!HasRecords(tally)) {
      return Report(env_, ExitStatus::Usage, fmt::format("{}: {}", place, words));
    }
    env_.err << fmt::format("ipec: note: {}: {} not read: {}\n", place,
                            support::NumberOf(trouble.count, "line"), words);
  }
  if (!tally.IsComplete()) {
    env_.err << fmt::format("ipec: note: {}: records are missing\n", name_);
  }
  return ExitStatus::Ok;
}

bool RecordAnswers::CanAnswer() {
  if (has_failed_) return false;
  std::string_view reason;
  if (reading_ == nullptr) {
    reason = "a table does not answer audit records; use the policy's text, or `ipec replay`";
  }
  if (options_.format == AnswerFormat::Audit) {
    reason = "a record is not answered with a record: use `--format=text` or `--format=json`";
  }
  if (reason.empty()) return true;
  has_failed_ = true;
  Report(env_, ExitStatus::Usage, fmt::format("{}:{}: {}", name_, reader_->tally().lines, reason));
  return false;
}

void RecordAnswers::Answer(const records::Record& record) {
  const auto* const access = std::get_if<records::Access>(&record.body);
  if (access == nullptr || !CanAnswer()) return;
  if (!answers_) {
    const replay::ClassifierOptions options{options_.trace, nullptr};
    classifier_ = std::make_unique<const replay::Classifier>(reading_->target_reading(),
                                                             reading_->source(), options);
    answers_ = std::make_unique<replay::OneRecord>(*classifier_);
  }
  const replay::Group group = answers_->Answer(*access, record.stamp);
  const Outcome outcome = group.classification->outcome;
  std::optional<bool> granted;
  if (outcome == Outcome::Deny) granted = false;
  const bool is_enforced = !options_.permissive && access->enforcing.value_or(true);
  if (outcome == Outcome::Allow || !is_enforced) granted = true;
  if (granted != true) status_ = ExitStatus::Findings;
  if (options_.format == AnswerFormat::Json) {
    WriteJson(group, granted);
  } else {
    replay::PrintRecordText(group, options_.color, env_.out);
  }
}

void RecordAnswers::WriteJson(const replay::Group& group, std::optional<bool> granted) {
  line_.clear();
  support::JsonWriter json(line_);
  json.keepBytes();
  json.object([&] {
    json.attribute("decision", replay::Name(group.classification->outcome));
    if (granted) {
      json.attribute("granted", *granted);
    } else {
      json.attribute("granted", nullptr);
    }
    json.attributeObject("record", [&] { replay::WriteGroup(group, json); });
  });
  line_ += '\n';
  env_.out << line_;
}

}  // namespace ipec::driver
