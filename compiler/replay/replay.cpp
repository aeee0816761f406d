#include "compiler/replay/replay.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <set>
#include <utility>

#include "compiler/replay/record_key.h"
#include "compiler/support/numbers.h"
#include "compiler/targets/features.h"

namespace ipec::replay {

using records::Access;
using records::File;
using records::Record;

namespace {

// Machines of which the active policy is followed.
constexpr std::size_t kMostNodes = 50'000;
// The kernel counts serial numbers from its start. Records of other processors may come before one
// with a lower number, but not as many as this.
constexpr std::uint64_t kMostReordered = 1000;

// A record of a group; the key must outlive it.
Access AccessOf(const GroupKey& key, bool is_without_file) {
  Access access;
  access.operation = key.operation;
  if (is_without_file) access.hook = LoadHook();
  access.comm = key.comm;
  access.file = key.file;
  access.path = key.path;
  access.is_deleted = key.is_deleted;
  access.device = key.device;
  access.rule = key.rule;
  access.allows = key.before == runtime::Action::Allow;
  return access;
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

std::string SignedWord(std::optional<bool> is_signed) {
  if (!is_signed) return "";
  return *is_signed ? " signed" : " unsigned";
}

}  // namespace

Replay::Replay(const Setup& setup, Subject subject) : setup_(setup) {
  result_.subject = std::move(subject);
  if (setup_.policies == nullptr) {
    elsewhere_.policy = setup_.before;
  } else {
    elsewhere_.digest = "?";  // as no other
  }
}

void Replay::Take(const Record& record) {
  if (record.stamp.milliseconds) result_.evidence.time.Add(*record.stamp.milliseconds);
  if (const auto* const access = std::get_if<Access>(&record.body)) {
    TakeAccess(*access, record);
  } else if (const auto* const activation = std::get_if<records::Activation>(&record.body)) {
    TakeActivation(*activation, record);
  } else {
    events_.AddProcess(record, [this](const Group& group) {
      if (setup_.keeps_changes) changes_.insert(&group);
    });
  }
}

Replay::Active& Replay::ActiveOn(llvm::StringRef node) {
  if (setup_.policies == nullptr) return elsewhere_;
  const auto found = active_.find(std::string_view(node.data(), node.size()));
  if (found != active_.end()) return found->second;
  if (active_.size() >= kMostNodes) return elsewhere_;
  Active& active = active_[node.str()];
  active.policy = setup_.before;
  active.early = std::make_unique<Early>();
  return active;
}

// The policy of the records so far, if `activation` is the first one.
Replay::Active Replay::BeforeActivation(const records::Activation& activation) const {
  if (!activation.old_policy || activation.old_policy->digest.empty())
    return {setup_.before, "", nullptr};
  const llvm::StringRef digest = activation.old_policy->digest;
  const QuotedPolicy* const policy = setup_.policies->Find(digest);
  if (policy == nullptr && setup_.before != nullptr) return {setup_.before, "", nullptr};
  return {policy, digest.str(), nullptr};
}

void Replay::TakeActivation(const records::Activation& activation, const Record& record) {
  ++result_.evidence.activations;
  if (setup_.policies == nullptr) return;
  const llvm::StringRef digest = activation.new_policy.digest;
  Active& active = ActiveOn(record.node);
  if (&active == &elsewhere_) return;
  if (active.early != nullptr) {
    NoticeRestart(record, active);
    Active before = BeforeActivation(activation);
    if (before.policy != nullptr) Learn(before.digest, before.policy);
    EndEarly(std::move(active.early), before);
  }
  active.policy = setup_.policies->Find(digest);
  active.digest = digest.str();
  if (active.policy != nullptr) Learn(digest, active.policy);
}

void Replay::Learn(llvm::StringRef digest, const QuotedPolicy* policy) {
  const auto found = waiting_.find(std::string_view(digest.data(), digest.size()));
  if (found == waiting_.end()) return;
  std::map<const Classification*, const Answered*> known;
  std::vector<std::shared_ptr<const Classification>> replaced;  // so that no address is used again
  for (const Waiting& waiting : found->second) {
    replaced.push_back(std::move(waiting.answered->classification));
    *waiting.answered = MakeAnswer(waiting.rule, policy, waiting.operation, waiting.facts);
    known[replaced.back().get()] = waiting.answered;
  }
  waiting_.erase(found);
  for (auto& [node, active] : active_) {
    if (active.digest == digest) active.policy = policy;
  }
  for (auto& [identity, group] : result_.groups) {
    const auto answer = known.find(group.classification.get());
    if (answer == known.end()) continue;
    group.classification = answer->second->classification;
    if (result_.subject.shows_usage) CountUse(*answer->second, group.count);
    changes_.insert(&group);
  }
}

// Records of an earlier start of the machine do not have the policy that an activation of a later
// one replaces.
void Replay::NoticeRestart(const Record& record, Active& active) {
  if (!record.stamp.serial) return;
  const std::uint64_t serial = *record.stamp.serial;
  std::uint64_t& highest = active.early->highest_serial;
  if (serial < highest && highest - serial > kMostReordered) {
    Active before{setup_.before, "", nullptr};
    EndEarly(std::exchange(active.early, std::make_unique<Early>()), before);
    active.early->highest_serial = serial;
    return;
  }
  highest = std::max(highest, serial);
}

void Replay::EndEarly(std::unique_ptr<Early> early, Active& active) {
  if (setup_.keeps_changes) {
    std::set<const Group*> ending;
    for (const auto& [identity, one] : early->groups) ending.insert(&one.group);
    changes_.remove_if([&](const Group* group) { return ending.contains(group); });
  }
  for (const auto& [identity, one] : early->groups) {
    const Group& group = one.group;
    const Access access = AccessOf(group.key, one.is_without_file);
    --early_groups_;
    const Counted counted = Count(access, active);
    if (result_.subject.shows_usage) CountUse(*counted.answered, group.count);
    events_.Replace(group, counted.group);
    if (counted.group == nullptr) {
      CountMore(access, *counted.answered, group.count);
      continue;
    }
    counted.group->Merge(group);
    if (setup_.keeps_changes) changes_.insert(counted.group);
  }
}

void Replay::EndLog() {
  Active before{setup_.before, "", nullptr};
  for (auto& [node, active] : active_) {
    if (active.early != nullptr) EndEarly(std::move(active.early), before);
  }
  active_.clear();
  events_.Clear();
}

Replay::Answered Replay::MakeAnswer(llvm::StringRef rule, const QuotedPolicy* before,
                                    std::optional<policy::Operation> operation,
                                    const FileFacts& facts) const {
  Answered answered;
  Classification classification;
  if (setup_.policies != nullptr && before == nullptr) {
    classification.reason = Reason::NoPolicy;
  } else if (!operation) {
    classification.reason = Reason::Operation;
  } else {
    auto& decides = answered.decides;
    classification = setup_.classifier->Answer({*operation, rule, before, facts}, &decides);
    std::sort(decides.begin(), decides.end());
    decides.erase(std::unique(decides.begin(), decides.end()), decides.end());
  }
  answered.classification = std::make_shared<const Classification>(std::move(classification));
  return answered;
}

const Replay::Answered& Replay::AnswerFor(const Access& access, const Active& active) {
  const llvm::StringRef name = OperationNameOf(access);
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
  const auto operation = OperationOf(setup_.classifier->target(), name);
  Answered answered = MakeAnswer(access.rule, active.policy, operation, facts);
  if (answers_.size() < setup_.most_groups) {
    Answered& kept = answers_.emplace(std::move(key), std::move(answered)).first->second;
    const bool waits = setup_.keeps_changes && setup_.policies != nullptr &&
                       active.policy == nullptr && !active.digest.empty();
    if (waits) waiting_[active.digest].push_back({&kept, operation, access.rule.str(), facts});
    return kept;
  }
  unkept_ = std::move(answered);
  return unkept_;
}

// `identity_` is that of the record. Sets `identity` to the copy that the table of groups has.
Group& Replay::AddGroup(const Access& access, Active& active, const std::string*& identity) {
  Group* group = nullptr;
  if (active.early == nullptr) {
    const auto place = result_.groups.try_emplace(identity_).first;
    identity = &place->first;
    group = &place->second;
  } else {
    const auto place = active.early->groups.try_emplace(identity_).first;
    identity = &place->first;
    group = &place->second.group;
    place->second.is_without_file = IsWithoutFile(access);
    ++early_groups_;
  }
  group->key = KeyOf(access, active.digest);
  return *group;
}

Replay::Counted Replay::Count(const Access& access, Active& active) {
  SetIdentity(access, active.digest, identity_);
  const std::uint64_t hash = support::KeyedHash(identity_);
  GroupIndex<Counted>& index = active.early == nullptr ? counted_ : active.early->counted;
  if (const Counted* const found = index.Find(hash, identity_)) return *found;
  Counted counted{nullptr, &AnswerFor(access, active)};
  if (counted.answered == &unkept_) return counted;
  if (result_.groups.size() + early_groups_ >= setup_.most_groups) return counted;
  const std::string* identity = nullptr;
  Group& group = AddGroup(access, active, identity);
  group.classification = counted.answered->classification;
  counted.group = &group;
  index.Add(hash, *identity, counted);
  return counted;
}

void Replay::CountUse(const Answered& answered, std::uint64_t count) {
  for (const policy::RuleId rule : answered.decides) {
    if (!rule.valid()) continue;
    RuleUse& use = result_.usage[setup_.classifier->policy()[rule].line];
    use.possible += count;
    if (answered.decides.size() == 1) use.certain += count;
  }
}

// Of records without a group.
void Replay::CountMore(const Access& access, const Answered& answered, std::uint64_t count) {
  const auto before = access.allows ? runtime::Action::Allow : runtime::Action::Deny;
  const Change change = ChangeOf(before, answered.classification->outcome);
  result_.more[support::IndexOf(change)] += count;
}

void Replay::TakeAccess(const Access& access, const Record& record) {
  ++result_.evidence.accesses;
  if (access.allows) ++result_.evidence.allowed;
  Active& active = ActiveOn(record.node);
  if (active.early != nullptr) NoticeRestart(record, active);
  const Counted counted = Count(access, active);
  // The use of an early group is counted when its policy is known.
  const bool is_early = active.early != nullptr && counted.group != nullptr;
  if (result_.subject.shows_usage && !is_early) CountUse(*counted.answered, 1);
  if (counted.group == nullptr) {
    CountMore(access, *counted.answered, 1);
    return;
  }
  Group& group = *counted.group;
  ++group.count;
  events_.AddAccess(record, group);
  if (!access.allows && access.enforcing == false) ++group.granted;
  if (record.stamp.milliseconds) group.time.Add(*record.stamp.milliseconds);
  if (!access.comm.empty()) group.comms.Add(access.comm.take_front(kLongestComm));
  if (!access.hook.empty()) group.hooks.Add(access.hook.take_front(kLongestHook));
  if (setup_.keeps_changes) changes_.insert(&group);
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
