#pragma once

// The answers of `ipec eval` for audit records among its events. A record does not hold the facts
// of its file, so the answer is that of `ipec replay`: ALLOW, DENY, or depends, for the cases that
// the record can have been.

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "compiler/command/command.h"
#include "compiler/driver/answer_writer.h"
#include "compiler/pipeline/policy_file.h"

namespace ipec::records {
class Reader;
struct Record;
}  // namespace ipec::records
namespace ipec::replay {
class Classifier;
class OneRecord;
struct Group;
}  // namespace ipec::replay

namespace ipec::driver {

class RecordAnswers {
 public:
  struct Options {
    AnswerFormat format = AnswerFormat::Json;
    bool trace = false;
    bool color = false;
    bool permissive = false;
  };

  // `reading`: null for a compiled table. All must outlive this.
  RecordAnswers(const pipeline::PolicyFileReading* reading, const Options& options,
                command::Environment& env);
  ~RecordAnswers();
  RecordAnswers(const RecordAnswers&) = delete;
  RecordAnswers& operator=(const RecordAnswers&) = delete;

  // Whether a line is not an event: it does not begin with `{`, or it is an entry of the journal.
  static bool IsOfLog(std::string_view line);

  // Lines of one input follow. `name` is for messages.
  void Begin(std::string name);
  // The next line, which IsOfLog. False: neither this line nor one before is part of a log.
  bool Take(std::string_view line);
  // The next line is not one of a log.
  void Skip();
  // Reports what could not be read. Usage: no record could be, or a record cannot be answered.
  command::ExitStatus End();

  // Whether the input is a log, with records or broken ones.
  bool is_log() const;
  // Whether a record could not be answered; the reason was reported.
  bool has_failed() const { return has_failed_; }
  // Findings: at least one record is denied, or may be, and enforced.
  command::ExitStatus status() const { return status_; }

 private:
  void Answer(const records::Record& record);
  bool CanAnswer();
  void WriteJson(const replay::Group& group, std::optional<bool> granted);

  const pipeline::PolicyFileReading* const reading_;
  const Options options_;
  command::Environment& env_;
  std::unique_ptr<const replay::Classifier> classifier_;  // made for the first record
  std::unique_ptr<replay::OneRecord> answers_;
  std::unique_ptr<records::Reader> reader_;
  std::string name_;
  std::string line_;
  bool has_entries_ = false;  // of the journal
  bool has_failed_ = false;
  command::ExitStatus status_ = command::ExitStatus::Ok;
};

}  // namespace ipec::driver
