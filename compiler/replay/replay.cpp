#include "compiler/replay/replay.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <utility>

#include "compiler/support/numbers.h"
#include "compiler/targets/features.h"

namespace ipec::replay {

using records::Access;
using records::File;
using records::Record;

namespace {

// Names of programs have at most 15 bytes; a log can have any.
constexpr std::size_t kLongestComm = 64;
constexpr std::size_t kLongestHook = 32;
// The kernel cuts process titles at 128 bytes; paths of programs are longer.
constexpr std::size_t kLongestTitle = 128;
constexpr std::size_t kLongestExecutable = 256;
// Records of other processors come between those of one event.
constexpr std::size_t kRecentEvents = 32;

// Hooks of operations that never have a file.
bool IsWithoutFile(const Access& access) {
  if (access.file == File::None) return true;
  const std::string_view load = runtime::Name(runtime::Hook::KernelLoad);
  return access.file == File::Unknown && access.hook == llvm::StringRef(load.data(), load.size());
}

GroupKey KeyOf(const Access& access, const std::string& policy) {
  GroupKey key;
  key.operation = access.operation.str();
  key.file = access.file;
  key.path = access.path.str();
  key.is_deleted = access.is_deleted;
  key.device = access.device.str();
  if (IsWithoutFile(access)) key.comm = access.comm.take_front(kLongestComm).str();
  key.rule = access.rule.str();
  key.before = access.allows ? runtime::Action::Allow : runtime::Action::Deny;
  key.policy = policy;
  return key;
}

// The same as AppendIdentity of the key, without making it.
void SetIdentity(const Access& access, const std::string& policy, std::string& identity) {
  identity.clear();
  const auto add = [&](llvm::StringRef word) {
    char digits[24];
    char* const end = std::to_chars(std::begin(digits), std::end(digits), word.size()).ptr;
    identity.append(digits, end);
    identity += ':';
    identity.append(word.data(), word.size());
  };
  add(access.operation);
  add(access.path);
  add(access.device);
  add(IsWithoutFile(access) ? access.comm.take_front(kLongestComm) : llvm::StringRef());
  add(access.rule);
  add(policy);
  identity += support::ToChar(support::IndexOf(access.file));
  identity += access.is_deleted ? '1' : '0';
}

// The operation that a statement names, for records without one.
llvm::StringRef OperationIn(llvm::StringRef rule) {
  const std::size_t at = rule.find("op=");
  if (at == llvm::StringRef::npos) return {};
  return rule.substr(at + 3).take_until([](char byte) { return byte == ' '; });
}

std::string SignedWord(std::optional<bool> is_signed) {
  if (!is_signed) return "";
  return *is_signed ? " signed" : " unsigned";
}

}  // namespace

Replay::Replay(const Setup& setup, Subject subject) : setup_(setup) {
  result_.subject = std::move(subject);
}

void Replay::Take(const Record& record) {
  if (record.stamp.milliseconds) result_.evidence.time.Add(*record.stamp.milliseconds);
  if (const auto* const access = std::get_if<Access>(&record.body)) {
    TakeAccess(*access, record);
  } else if (const auto* const activation = std::get_if<records::Activation>(&record.body)) {
    TakeActivation(*activation, record.node);
  } else {
    TakeProcess(record);
  }
}

void Replay::RememberEvent(const Record& record, Group* group) {
  if (!record.stamp.serial) return;
  if (recent_.size() < kRecentEvents) {
    recent_.push_back({record.stamp, record.node.str(), group});
    return;
  }
  Event& event = recent_[next_event_];
  next_event_ = (next_event_ + 1) % kRecentEvents;
  event.stamp = record.stamp;
  event.node.assign(record.node.data(), record.node.size());
  event.group = group;
}

void Replay::TakeProcess(const Record& record) {
  const auto* const call = std::get_if<records::SystemCall>(&record.body);
  const auto* const title = std::get_if<records::ProcessTitle>(&record.body);
  if (call == nullptr && title == nullptr) return;
  for (const Event& event : recent_) {
    if (event.stamp != record.stamp || record.node != event.node) continue;
    if (call != nullptr && !call->executable.empty()) {
      event.group->executables.Add(call->executable.take_front(kLongestExecutable));
    }
    if (title != nullptr && !title->text.empty()) {
      event.group->titles.Add(title->text.take_front(kLongestTitle));
    }
  }
}

Replay::Active& Replay::ActiveOn(llvm::StringRef node) {
  const auto found = active_.find(std::string_view(node.data(), node.size()));
  if (found != active_.end()) return found->second;
  return active_.emplace(node.str(), Active{setup_.before, ""}).first->second;
}

void Replay::TakeActivation(const records::Activation& activation, llvm::StringRef node) {
  ++result_.evidence.activations;
  if (setup_.policies == nullptr) return;
  const llvm::StringRef digest = activation.new_policy.digest;
  Active& active = ActiveOn(node);
  active.policy = setup_.policies->Find(digest);
  active.digest = digest.str();
}

Replay::Answered Replay::MakeAnswer(const Access& access, const Active& active,
                                    std::optional<policy::Operation> operation,
                                    const FileFacts& facts) const {
  Answered answered;
  Classification classification;
  if (setup_.policies != nullptr && active.policy == nullptr) {
    classification.reason = Reason::NoPolicy;
  } else if (!operation) {
    classification.reason = Reason::Operation;
  } else {
    auto& decides = answered.decides;
    classification =
        setup_.classifier->Answer({*operation, access.rule, active.policy, facts}, &decides);
    std::sort(decides.begin(), decides.end());
    decides.erase(std::unique(decides.begin(), decides.end()), decides.end());
  }
  answered.classification = std::make_shared<const Classification>(std::move(classification));
  return answered;
}

const Replay::Answered& Replay::AnswerFor(const Access& access, const Active& active) {
  const llvm::StringRef name =
      access.operation.empty() ? OperationIn(access.rule) : access.operation;
  FileFacts facts;
  facts.has_no_file = IsWithoutFile(access);
  if (!facts.has_no_file && setup_.known != nullptr) {
    facts.volume = setup_.known->VolumeOf(access.device);
    if (access.file == File::Named && !access.is_deleted) {
      facts.file = setup_.known->FileOf(access.path);
    }
  }
  std::string key = facts.has_no_file ? "-" : "+";
  for (const KnownDigest* const known : {facts.volume, facts.file}) {
    if (known != nullptr) key += known->text + SignedWord(known->is_signed);
    key += '/';
  }
  key.append(active.digest).append("/").append(name.str()).append("/").append(access.rule.str());
  const auto found = answers_.find(std::string_view(key));
  if (found != answers_.end()) return found->second;
  Answered answered =
      MakeAnswer(access, active, OperationOf(setup_.classifier->target(), name), facts);
  if (answers_.size() < setup_.most_groups) {
    return answers_.emplace(std::move(key), std::move(answered)).first->second;
  }
  unkept_ = std::move(answered);
  return unkept_;
}

Replay::Counted Replay::Count(const Access& access, const Active& active) {
  SetIdentity(access, active.digest, identity_);
  const std::uint64_t hash = support::KeyedHash(identity_);
  if (const Counted* const found = counted_.Find(hash, identity_)) return *found;
  Counted counted{nullptr, &AnswerFor(access, active)};
  if (counted.answered == &unkept_ || result_.groups.size() >= setup_.most_groups) return counted;
  const auto place = result_.groups.try_emplace(identity_).first;
  Group& group = place->second;
  group.key = KeyOf(access, active.digest);
  group.classification = counted.answered->classification;
  counted.group = &group;
  counted_.Add(hash, place->first, counted);
  return counted;
}

void Replay::CountUse(const Answered& answered) {
  for (const policy::RuleId rule : answered.decides) {
    if (!rule.valid()) continue;
    RuleUse& use = result_.usage[setup_.classifier->policy()[rule].line];
    ++use.possible;
    if (answered.decides.size() == 1) ++use.certain;
  }
}

void Replay::TakeAccess(const Access& access, const Record& record) {
  ++result_.evidence.accesses;
  if (access.allows) ++result_.evidence.allowed;
  const Counted counted = Count(access, ActiveOn(record.node));
  if (result_.subject.shows_usage) CountUse(*counted.answered);
  if (counted.group == nullptr) {
    const auto before = access.allows ? runtime::Action::Allow : runtime::Action::Deny;
    ++result_.more[support::IndexOf(ChangeOf(before, counted.answered->classification->outcome))];
    return;
  }
  Group& group = *counted.group;
  ++group.count;
  RememberEvent(record, &group);
  if (!access.allows && access.enforcing == false) ++group.granted;
  if (record.stamp.milliseconds) group.time.Add(*record.stamp.milliseconds);
  if (!access.comm.empty()) group.comms.Add(access.comm.take_front(kLongestComm));
  if (!access.hook.empty()) group.hooks.Add(access.hook.take_front(kLongestHook));
}

void Replay::AddTally(const records::Tally& tally) {
  Evidence& evidence = result_.evidence;
  evidence.lines += tally.lines;
  evidence.ignored += tally.ignored;
  evidence.suppressed += tally.suppressed;
  evidence.lost += tally.lost;
  for (std::size_t i = 0; i < records::kTroubles; ++i) {
    if (tally.troubles[i].count == 0) continue;
    evidence.troubles[records::Name(static_cast<records::Trouble>(i)).str()] +=
        tally.troubles[i].count;
  }
}

void AddAllRules(const Classifier& classifier, Result& result) {
  for (const policy::Rule& rule : classifier.policy().rules) {
    result.usage[rule.line].text = classifier.TextOf(rule);
  }
}

}  // namespace ipec::replay
