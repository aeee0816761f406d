#include "compiler/replay/result.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "compiler/support/numbers.h"

namespace ipec::replay {

namespace {

constexpr std::array<std::string_view, 4> kFileNames = {"none", "named", "too-long", "unknown"};

}  // namespace

std::string_view NameOf(records::File file) {
  return kFileNames[support::IndexOf(file)];
}

std::optional<records::File> FindFile(std::string_view name) {
  for (std::size_t i = 0; i < kFileNames.size(); ++i) {
    if (kFileNames[i] == name) return static_cast<records::File>(i);
  }
  return std::nullopt;
}

void WordSample::Add(llvm::StringRef word) {
  const auto less = [](const std::string& a, llvm::StringRef b) { return llvm::StringRef(a) < b; };
  const auto place = std::lower_bound(words_.begin(), words_.end(), word, less);
  if (place != words_.end() && word == *place) return;
  if (words_.size() == kMost) {
    has_more_ = true;
    if (place == words_.end()) return;
    words_.insert(place, word.str());
    words_.pop_back();
    return;
  }
  words_.insert(place, word.str());
}

void WordSample::Merge(const WordSample& other) {
  has_more_ |= other.has_more_;
  for (const std::string& word : other.words_) Add(word);
}

void TimeSpan::Add(std::int64_t time) {
  if (!first || time < *first) first = time;
  if (!last || time > *last) last = time;
}

void TimeSpan::Merge(const TimeSpan& other) {
  if (other.first) Add(*other.first);
  if (other.last) Add(*other.last);
}

void Group::Merge(const Group& other) {
  count += other.count;
  granted += other.granted;
  time.Merge(other.time);
  comms.Merge(other.comms);
  hooks.Merge(other.hooks);
  executables.Merge(other.executables);
  titles.Merge(other.titles);
}

void Evidence::Merge(const Evidence& other) {
  lines += other.lines;
  accesses += other.accesses;
  allowed += other.allowed;
  activations += other.activations;
  ignored += other.ignored;
  suppressed += other.suppressed;
  lost += other.lost;
  for (const auto& [name, count] : other.troubles) troubles[name] += count;
  time.Merge(other.time);
}

void Result::Merge(const Result& other) {
  evidence.Merge(other.evidence);
  patch.clear();
  for (const auto& [identity, group] : other.groups) {
    const auto [place, is_new] = groups.try_emplace(identity, group);
    if (!is_new) place->second.Merge(group);
  }
  for (std::size_t i = 0; i < more.size(); ++i) more[i] += other.more[i];
  for (const auto& [line, use] : other.usage) {
    RuleUse& own = usage[line];
    own.text = use.text;
    own.certain += use.certain;
    own.possible += use.possible;
  }
}

std::array<std::uint64_t, kChanges> Result::Counts() const {
  std::array<std::uint64_t, kChanges> counts = more;
  for (const auto& [identity, group] : groups) {
    counts[support::IndexOf(group.change())] += group.count;
  }
  return counts;
}

std::vector<const Group*> Result::InOrder() const {
  std::vector<const Group*> list;
  list.reserve(groups.size());
  for (const auto& [identity, group] : groups) list.push_back(&group);
  const auto order = [](const Group& group) {
    using Text = const std::string&;
    const GroupKey& key = group.key;
    return std::tuple<Change, std::uint64_t, Text, Text, Text, Text, Text, Text, records::File,
                      bool>(group.change(), UINT64_MAX - group.count, key.operation, key.path,
                            key.device, key.rule, key.comm, key.policy, key.file, key.is_deleted);
  };
  std::sort(list.begin(), list.end(),
            [&](const Group* a, const Group* b) { return order(*a) < order(*b); });
  return list;
}

void AppendIdentity(const GroupKey& key, std::string& identity) {
  const auto add = [&](llvm::StringRef word) {
    identity += std::to_string(word.size());
    identity += ':';
    identity += word;
  };
  add(key.operation);
  add(key.path);
  add(key.device);
  add(key.comm);
  add(key.rule);
  add(key.policy);
  identity += support::ToChar(support::IndexOf(key.file));
  identity += key.is_deleted ? '1' : '0';
}

}  // namespace ipec::replay
