#include "compiler/replay/one_record.h"

#include <cstddef>
#include <optional>
#include <utility>

#include "compiler/replay/record_key.h"

namespace ipec::replay {
namespace {

// A log can quote any number of statements.
constexpr std::size_t kMostKnown = 10'000;

}  // namespace

std::shared_ptr<const Classification> OneRecord::ClassificationOf(const records::Access& access) {
  const llvm::StringRef name = OperationNameOf(access);
  const bool has_no_file = IsWithoutFile(access);
  std::string key = has_no_file ? "-" : "+";
  key.append(name.str()).append("/").append(access.rule.str());
  const auto found = known_.find(key);
  if (found != known_.end()) return found->second;
  Classification made;
  if (const auto operation = OperationOf(classifier_.target(), name)) {
    Question question;
    question.operation = *operation;
    question.rule = access.rule;
    question.facts.has_no_file = has_no_file;
    made = classifier_.Answer(question);
  } else {
    made.reason = Reason::Operation;
  }
  auto classification = std::make_shared<const Classification>(std::move(made));
  if (known_.size() < kMostKnown) known_.emplace(std::move(key), classification);
  return classification;
}

Group OneRecord::Answer(const records::Access& access, const records::Stamp& stamp) {
  Group group = GroupOf(access, stamp);
  group.classification = ClassificationOf(access);
  return group;
}

Group GroupOf(const records::Access& access, const records::Stamp& stamp) {
  Group group;
  group.key = KeyOf(access, "");
  group.count = 1;
  if (!access.allows && access.enforcing == false) group.granted = 1;
  if (stamp.milliseconds) group.time.Add(*stamp.milliseconds);
  if (!access.comm.empty()) group.comms.Add(access.comm.take_front(kLongestComm));
  if (!access.hook.empty()) group.hooks.Add(access.hook.take_front(kLongestHook));
  return group;
}

}  // namespace ipec::replay
