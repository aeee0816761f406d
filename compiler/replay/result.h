#pragma once

// The result of a replay: groups of equal records with the answers for them. It can be written as
// JSON lines and read back, and two results for the same question merge to that of both logs:
// merging is associative and commutative.

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "compiler/records/record.h"
#include "compiler/replay/classification.h"
#include "compiler/support/keyed_hash.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::replay {

// The word of JSON output: "none", "named", "too-long", "unknown".
std::string_view NameOf(records::File file);
std::optional<records::File> FindFile(std::string_view name);

// The fields that equal records have in common.
struct GroupKey {
  std::string operation;  // as recorded
  records::File file = records::File::Unknown;
  std::string path;
  bool is_deleted = false;
  std::string device;
  std::string comm;  // of an event without a file; else empty
  std::string rule;
  runtime::Action before = runtime::Action::Deny;
  std::string policy;  // thumbprint of the policy that was active; empty: one policy for all

  friend bool operator==(const GroupKey&, const GroupKey&) = default;
};

// Of a set of words, the first ones in their order.
class WordSample {
 public:
  static constexpr std::size_t kMost = 8;

  void Add(llvm::StringRef word);
  void Merge(const WordSample& other);
  const std::vector<std::string>& list() const { return words_; }
  bool has_more() const { return has_more_; }
  void SetMore() { has_more_ = true; }

 private:
  std::vector<std::string> words_;
  bool has_more_ = false;
};

// Milliseconds since 1970.
struct TimeSpan {
  std::optional<std::int64_t> first;
  std::optional<std::int64_t> last;

  void Add(std::int64_t time);
  void Merge(const TimeSpan& other);
};

struct Group {
  GroupKey key;
  std::shared_ptr<const Classification> classification;

  std::uint64_t count = 0;
  std::uint64_t granted = 0;  // of them: denied, but permissive mode granted access
  TimeSpan time;
  WordSample comms;
  WordSample hooks;
  // Of the records of the audit subsystem with the same serial number.
  WordSample executables;
  WordSample titles;

  Change change() const { return ChangeOf(key.before, classification->outcome); }
  // Adds the records of another group with the same key.
  void Merge(const Group& other);
};

// How often a rule of the new policy decides records.
struct RuleUse {
  std::string text;
  std::uint64_t certain = 0;
  std::uint64_t possible = 0;  // certain ones included
};

// The question; only results for one question merge.
struct Subject {
  std::string file;  // of the new policy
  std::string name;
  std::string version;
  std::string target;
  std::string digest;  // of everything that answers depend on
  bool shows_usage = false;
  bool shows_why = false;

  friend bool operator==(const Subject&, const Subject&) = default;
};

// Evidence, and what is missing of it.
struct Evidence {
  std::uint64_t lines = 0;
  std::uint64_t accesses = 0;
  std::uint64_t allowed = 0;  // of them: ALLOW records, which need success auditing
  std::uint64_t activations = 0;
  std::uint64_t ignored = 0;  // lines that are not records of IPE
  std::uint64_t suppressed = 0;
  std::uint64_t lost = 0;
  std::map<std::string, std::uint64_t> troubles;  // by the names of records::Trouble
  TimeSpan time;

  void Merge(const Evidence& other);
  bool is_complete() const { return suppressed == 0 && lost == 0 && troubles.empty(); }
};

// By the identity of a group.
using Groups = std::unordered_map<std::string, Group, support::KeyedTextHash, std::equal_to<>>;

struct Result {
  Subject subject;
  Evidence evidence;
  Groups groups;
  // Records without a group of their own: there were too many groups.
  std::array<std::uint64_t, kChanges> more{};
  std::map<std::uint32_t, RuleUse> usage;  // by line; every rule of the new policy

  // The new policy with all proposals, as a patch; empty: none, or the result of a merge.
  std::string patch;

  // Both must have the same subject.
  void Merge(const Result& other);
  std::array<std::uint64_t, kChanges> Counts() const;  // of records
  // In the order of reports: by change, then those with most records first.
  std::vector<const Group*> InOrder() const;
};

// Appends what names a group: two keys have the same only if they are equal.
void AppendIdentity(const GroupKey& key, std::string& identity);

}  // namespace ipec::replay
