#include "ipec/runtime/explain.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <string_view>

#include "runtime/numbers.h"
#include "runtime/writer.h"

namespace ipec::runtime {
namespace {

using table::Entry;
using table::Group;
using table::Index;

// A digest that rules name, as the table stores it: in two parts if it is long.
struct StoredDigest {
  std::string_view algorithm;
  const std::byte* first = nullptr;
  std::size_t first_size = 0;
  const std::byte* rest = nullptr;
  std::size_t rest_size = 0;
};

// The digest of an entry of the index at `offset`, if there is one with this number.
std::optional<StoredDigest> DigestAt(const Policy& policy, std::uint32_t offset,
                                     std::uint32_t number) {
  if (offset == 0) return std::nullopt;
  const Index index = Index::Read(policy.bytes() + offset);
  if (number >= index.entries.length) return std::nullopt;
  const std::byte* entry =
      policy.bytes() + index.entries.offset + std::size_t{number} * index.EntrySize();
  const Group group = Group::Read(policy.bytes() + index.groups.offset +
                                  std::size_t{Entry::Read(entry).group_or_row} * Group::kSize);
  const std::byte* key = entry + Index::kEntryHead;
  StoredDigest digest{policy.Text(group.algorithm), key, group.digest_length};
  if (group.digest_length > index.key_size) {
    digest.first_size = index.key_size - table::kTailSize;
    digest.rest = policy.bytes() + index.tails.offset + table::Read32(key + digest.first_size);
    digest.rest_size = group.digest_length - digest.first_size;
  }
  return digest;
}

bool IsSame(const void* a, const void* b, std::size_t size) {
  return size == 0 || std::memcmp(a, b, size) == 0;
}

bool IsEqual(const Policy& policy, const StoredDigest& stored, const Digest& digest) {
  if (digest.bytes.size() != stored.first_size + stored.rest_size) return false;
  if ((policy.features() & table::kBareDigests) == 0 && digest.algorithm != stored.algorithm) {
    return false;
  }
  const std::uint8_t* bytes = digest.bytes.data();
  return IsSame(stored.first, bytes, stored.first_size) &&
         IsSame(stored.rest, bytes + stored.first_size, stored.rest_size);
}

// A rule of the table: its place among the rules of the operation, and where it was found.
struct FoundRule {
  std::uint32_t rank = 0;
  std::uint32_t outcome = table::kNone;
  std::uint32_t roothash = table::kNone;  // numbers of entries
  std::uint32_t digest = table::kNone;
};

// The rules of an operation in ascending order of their ranks, some at a time. Cells are in the
// order of digests, so each batch is selected from all of them.
class Rules {
 public:
  Rules(const Policy& policy, Operation operation)
      : policy_(policy), entry_(policy.OperationAt(NumberOf(operation))) {}

  // The next rule; nullptr: that was the last one.
  const FoundRule* Next() {
    if (next_ == size_ && !Select()) return nullptr;
    return &rules_[next_++];
  }

 private:
  static constexpr std::size_t kBatch = 128;

  bool Select() {
    if (size_ != 0) first_ = std::uint64_t{rules_[size_ - 1].rank} + 1;
    size_ = 0;
    next_ = 0;
    end_ = table::kNone;
    OfferRow(entry_.base_row, {});
    OfferDigests(entry_.roothashes, &FoundRule::roothash);
    OfferDigests(entry_.digests, &FoundRule::digest);
    OfferPairs();
    Sort();
    return size_ != 0;
  }

  void OfferDigests(std::uint32_t offset, std::uint32_t FoundRule::*member) {
    if (offset == 0) return;
    const Index index = Index::Read(policy_.bytes() + offset);
    const std::byte* at = policy_.bytes() + index.entries.offset;
    for (std::uint32_t i = 0; i < index.entries.length; ++i, at += index.EntrySize()) {
      const Entry entry = Entry::Read(at);
      const std::byte* group =
          policy_.bytes() + index.groups.offset + std::size_t{entry.group_or_row} * Group::kSize;
      FoundRule from{entry.rank};
      from.*member = i;
      OfferRow(Group::Read(group).row, from);
    }
  }

  void OfferPairs() {
    if (entry_.pairs == 0) return;
    const Index index = Index::Read(policy_.bytes() + entry_.pairs);
    const std::byte* at = policy_.bytes() + index.entries.offset;
    for (std::uint32_t i = 0; i < index.entries.length; ++i, at += index.EntrySize()) {
      const Entry entry = Entry::Read(at);
      const std::byte* key = at + Index::kEntryHead;
      OfferRow(entry.group_or_row,
               {entry.rank, table::kNone, table::Read32(key), table::Read32(key + 4)});
    }
  }

  // The rules of a row, the ranks of which count from that of `from`.
  void OfferRow(std::uint32_t row, const FoundRule& from) {
    if (from.rank >= end_) return;
    std::uint32_t last = table::kNone;
    for (unsigned facts = 0; facts < kFactsCount; ++facts) {
      const table::Cell cell = policy_.CellAt(row, static_cast<Facts>(facts));
      if (cell.outcome == table::kNone || cell.rank == last) continue;
      last = cell.rank;
      FoundRule rule = from;
      rule.rank += cell.rank;
      rule.outcome = cell.outcome;
      if (policy_.OutcomeAt(rule.outcome).match == NumberOf(Match::Rule)) Offer(rule);
    }
  }

  void Offer(const FoundRule& rule) {
    if (rule.rank < first_ || rule.rank >= end_) return;
    rules_[size_++] = rule;
    if (size_ == 2 * kBatch) Sort();
  }

  // Leaves the first rules, each once. Those that follow them have to wait for another batch.
  void Sort() {
    std::sort(rules_, rules_ + size_,
              [](const FoundRule& a, const FoundRule& b) { return a.rank < b.rank; });
    const FoundRule* end =
        std::unique(rules_, rules_ + size_,
                    [](const FoundRule& a, const FoundRule& b) { return a.rank == b.rank; });
    size_ = static_cast<std::size_t>(end - rules_);
    if (size_ < kBatch) return;
    size_ = kBatch;
    end_ = rules_[kBatch - 1].rank;
  }

  const Policy& policy_;
  const table::OperationEntry entry_;
  std::uint64_t first_ = 0;  // the ranks to select: from here …
  std::uint32_t end_ = 0;    // … and below this
  std::size_t size_ = 0;
  std::size_t next_ = 0;
  FoundRule rules_[2 * kBatch];
};

// A text up to a byte, and the text after it; the whole text if the byte is not in it. Functions of
// std::string_view would need the C++ library.
struct Parts {
  std::string_view before;
  std::string_view after;
  bool is_found = false;
};

Parts SplitAt(char byte, std::string_view text) {
  std::size_t at = 0;
  while (at < text.size() && text[at] != byte) ++at;
  if (at == text.size()) return {text, {}, false};
  return {{text.data(), at}, {text.data() + at + 1, text.size() - at - 1}, true};
}

// The words of a rule's text that are its conditions, one by one.
class Conditions {
 public:
  explicit Conditions(std::string_view text) : rest_(SplitAt(' ', text).after) {}

  // Empty: that was the last one.
  std::string_view Next() {
    const Parts parts = SplitAt(' ', rest_);
    if (!parts.is_found) return {};  // the action
    rest_ = parts.after;
    return parts.before;
  }

 private:
  std::string_view rest_;
};

bool IsDigest(const Policy& policy, std::uint32_t offset, std::uint32_t number,
              const std::optional<Digest>& digest) {
  const std::optional<StoredDigest> stored = DigestAt(policy, offset, number);
  return stored && digest && IsEqual(policy, *stored, *digest);
}

bool IsSet(const Event& event, Facts fact) {
  return (FactsOf(event) & fact) != 0;
}

// Whether a condition of a rule matches. A word that is not a condition, in a table that `ipec` has
// not written, never does.
bool Matches(const Policy& policy, const Event& event, const FoundRule& rule,
             std::string_view condition) {
  const Parts parts = SplitAt('=', condition);
  const std::optional<Property> property = FindProperty(parts.before);
  if (!property || !policy.Knows(*property)) return false;
  const auto operation = policy.OperationAt(NumberOf(event.operation));
  const bool expected = parts.after == "TRUE";
  switch (*property) {
    case Property::BootVerified:
      return event.boot_verified == expected;
    case Property::DmveritySignature:
      return IsSet(event, kDmveritySigned) == expected;
    case Property::FsveritySignature:
      // Dialects with bare digests look for fs-verity first.
      if ((policy.features() & table::kBareDigests) != 0 && !event.fsverity) return false;
      return IsSet(event, kFsveritySigned) == expected;
    case Property::DmverityRoothash:
      return event.dmverity &&
             IsDigest(policy, operation.roothashes, rule.roothash, event.dmverity->roothash);
    case Property::FsverityDigest:
      return event.fsverity &&
             IsDigest(policy, operation.digests, rule.digest, event.fsverity->digest);
  }
  return false;
}

// The index of the first condition that does not match, kNone if all do.
std::uint32_t FirstUnmatched(const Policy& policy, const Event& event, const FoundRule& rule) {
  Conditions conditions(policy.Text(policy.OutcomeAt(rule.outcome).text));
  std::uint32_t index = 0;
  for (std::string_view word = conditions.Next(); !word.empty(); word = conditions.Next()) {
    if (!Matches(policy, event, rule, word)) return index;
    ++index;
  }
  return table::kNone;
}

void PutStored(const Policy& policy, std::uint32_t offset, std::uint32_t number, Writer& writer) {
  const std::optional<StoredDigest> digest = DigestAt(policy, offset, number);
  if (!digest) return writer.Put('?');
  if ((policy.features() & table::kBareDigests) == 0) {
    writer.PutUntrusted(digest->algorithm);
    writer.Put(':');
  }
  writer.PutHex(digest->first, digest->first_size);
  writer.PutHex(digest->rest, digest->rest_size);
}

// A part of the text of a rule, with its digests in place of the marks.
void PutPart(const Policy& policy, const TriedRule& rule, std::string_view part, Writer& writer) {
  if (part.empty()) return;  // perhaps of a rule of another policy
  const auto operation = policy.OperationAt(NumberOf(rule.operation));
  for (const char byte : part) {
    if (byte == table::kRoothashMark) {
      PutStored(policy, operation.roothashes, rule.roothash, writer);
    } else if (byte == table::kDigestMark) {
      PutStored(policy, operation.digests, rule.digest, writer);
    } else if (byte == table::kOperationMark) {
      writer.Put(RecordName(policy, rule.operation));
    } else {
      writer.Put(byte);
    }
  }
}

// Empty for a rule of another policy.
std::string_view TemplateOf(const Policy& policy, const TriedRule& rule) {
  if (rule.outcome >= policy.outcomes().length ||
      NumberOf(rule.operation) >= policy.operations().length) {
    return {};
  }
  return policy.Text(policy.OutcomeAt(rule.outcome).text);
}

}  // namespace

Decision Explain(const Policy& policy, const Event& event, RuleVisitor visit,
                 void* context) noexcept {
  const Decision decision = Evaluate(policy, event);
  if (NumberOf(event.operation) >= policy.operations().length) return decision;
  Rules rules(policy, event.operation);
  for (const FoundRule* rule = rules.Next(); rule != nullptr; rule = rules.Next()) {
    const std::uint32_t unmatched = FirstUnmatched(policy, event, *rule);
    if (unmatched == table::kNone) break;  // this one decides
    const auto outcome = policy.OutcomeAt(rule->outcome);
    const TriedRule tried{event.operation,
                          static_cast<Action>(outcome.action),
                          outcome.rank_is_line != 0 ? rule->rank : outcome.line,
                          unmatched,
                          rule->outcome,
                          rule->roothash,
                          rule->digest};
    if (!visit(context, tried)) break;
  }
  return decision;
}

std::size_t TriedRuleText(const Policy& policy, const TriedRule& rule,
                          std::span<char> room) noexcept {
  Writer writer(room);
  PutPart(policy, rule, TemplateOf(policy, rule), writer);
  return writer.Finish();
}

std::size_t ConditionText(const Policy& policy, const TriedRule& rule,
                          std::span<char> room) noexcept {
  Writer writer(room);
  Conditions conditions(TemplateOf(policy, rule));
  std::string_view word = conditions.Next();
  for (std::uint32_t i = 0; i < rule.condition && !word.empty(); ++i) word = conditions.Next();
  PutPart(policy, rule, word, writer);
  return writer.Finish();
}

}  // namespace ipec::runtime
