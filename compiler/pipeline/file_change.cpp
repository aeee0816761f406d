#include "compiler/pipeline/file_change.h"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "compiler/pipeline/change_words.h"
#include "compiler/sign/signed_message.h"
#include "compiler/support/wording.h"

namespace ipec::pipeline {
namespace {

constexpr Direction kLooserFirst[] = {Direction::Looser, Direction::Tighter, Direction::Records};

}  // namespace

FileChange::FileChange(std::vector<Change> changes, std::vector<std::string> target_names)
    : changes_(std::move(changes)), target_names_(std::move(target_names)) {
  if (changes_.size() == 1) {
    counted_ = first().differences().size();
    counts_ = first().counts();
    accepted_ = first().accepted();
    return;
  }
  for (const Direction direction : kLooserFirst) {
    Merge(direction);
    if (More(direction) != 0) ++counts_[direction];
  }
  counted_ = merged_.size();
}

// Differences are the same if their fingerprints and their words are: the same statements may
// decide more cases on one kernel than on another one.
void FileChange::Merge(Direction direction) {
  std::map<std::string, std::size_t, std::less<>> known;
  for (std::size_t target = 0; target < changes_.size(); ++target) {
    const Change& change = changes_[target];
    for (std::size_t number = 0; number < change.differences().size(); ++number) {
      if (change.DirectionOf(number) != direction) continue;
      MergedDifference one{&change, number, {target}};
      const ChangedCases cases = one.Cases();
      const auto [entry, is_new] =
          known.try_emplace(change.FingerprintOf(cases) + pipeline::MessageOf(cases, change) +
                                BeforeOf(cases, change),
                            merged_.size());
      if (!is_new) {
        merged_[entry->second].targets.push_back(target);
        continue;
      }
      merged_.push_back(std::move(one));
      ++counts_[direction];
      if (cases.acceptance != nullptr) ++accepted_[direction];
    }
  }
}

std::uint64_t FileChange::More(Direction direction) const {
  std::uint64_t most = 0;
  for (const Change& change : changes_) most = std::max(most, change.More(direction));
  return most;
}

bool FileChange::Fails(FailOn level) const {
  return std::any_of(changes_.begin(), changes_.end(),
                     [&](const Change& change) { return change.Fails(level); });
}

std::vector<std::string_view> FileChange::TargetsOf(const MergedDifference& difference) const {
  if (difference.targets.size() == changes_.size()) {
    return {target_names_.begin(), target_names_.end()};
  }
  std::vector<std::string_view> names;
  for (const std::size_t target : difference.targets) names.push_back(target_names_[target]);
  return names;
}

std::string FileChange::OnlyFor(const MergedDifference& difference) const {
  const bool is_for_all = difference.targets.size() == changes_.size();
  return is_for_all ? std::string() : support::Listed(TargetsOf(difference), "and");
}

std::string FileChange::MessageOf(const MergedDifference& difference) const {
  const std::string message = pipeline::MessageOf(difference.Cases(), *difference.change);
  const std::string only_for = OnlyFor(difference);
  return only_for.empty() ? message : message + "; only for " + only_for;
}

std::optional<std::string> FileChange::name_before() const {
  if (!first().before()) return std::nullopt;
  return first().before()->source->name();
}

std::string LifeCycleWords(const FileChange& file) {
  std::string words = LifeCycleWords(file.first());
  if (file.size_signed) {
    words += fmt::format("; {} of {} bytes once signed", *file.size_signed, sign::kLongestMessage);
  }
  return words;
}

std::string FileChange::CountWords() const {
  const auto words = [](std::size_t all, std::size_t accepted, std::string_view what) {
    const std::string more = accepted == 0 ? "" : fmt::format(" ({} accepted)", accepted);
    return fmt::format("{} {}{}", all, what, more);
  };
  return fmt::format("{}, {}, {}", words(counts_.looser, accepted_.looser, "looser"),
                     words(counts_.tighter, accepted_.tighter, "tighter"),
                     words(counts_.records, accepted_.records, "records only"));
}

}  // namespace ipec::pipeline
