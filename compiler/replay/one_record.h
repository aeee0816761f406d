#pragma once

// The answer for a record alone, without a log around it: for `ipec eval` and the language server.
//
//   in   the policy; a record
//   out  a Group with one record
//
// The text that the record quotes is everything that is known of the policy of its time.

#include <map>
#include <memory>
#include <string>

#include "compiler/records/record.h"
#include "compiler/replay/classifier.h"
#include "compiler/replay/result.h"

namespace ipec::replay {

// The record as a group, without an answer.
Group GroupOf(const records::Access& access, const records::Stamp& stamp);

class OneRecord {
 public:
  // `classifier` must outlive this.
  explicit OneRecord(const Classifier& classifier) : classifier_(classifier) {}

  Group Answer(const records::Access& access, const records::Stamp& stamp);

 private:
  std::shared_ptr<const Classification> ClassificationOf(const records::Access& access);

  const Classifier& classifier_;
  // By everything that they depend on; records of a log differ in few statements.
  std::map<std::string, std::shared_ptr<const Classification>, std::less<>> known_;
};

}  // namespace ipec::replay
