#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "compiler/support/numbers.h"
#include "compiler/support/wording.h"
#include "compiler/table/emit.h"
#include "compiler/table/entries.h"
#include "ipec/runtime/table.h"
#include "llvm/ADT/StringExtras.h"

namespace ipec::table {
namespace {

namespace format = runtime::table;

std::string Visible(std::string_view bytes) {
  std::string made;
  for (const char byte : bytes) {
    if (byte >= 0x20 && byte <= 0x7E && byte != '\\') {
      made += byte;
      continue;
    }
    made += fmt::format("\\x{:02X}", support::ToByte(byte));
  }
  return made;
}

// A text of the table, with names in place of its marks.
std::string RuleText(std::string_view text) {
  std::string made;
  for (const char byte : text) {
    switch (byte) {
      case format::kRoothashMark:
        made += "<root hash>";
        break;
      case format::kDigestMark:
        made += "<file digest>";
        break;
      case format::kOperationMark:
        made += "<op>";
        break;
      default:
        made += Visible({&byte, 1});
    }
  }
  return support::Quoted(made);
}

std::string Number(std::uint32_t number) {
  return std::to_string(number);
}

std::string Hexadecimal(std::uint64_t number) {
  return fmt::format("{:016X}", number);
}

// The facts of a cell as letters: boot_verified, dmverity_signature, fsverity_signature, fs-verity
// on.
std::string Letters(unsigned facts) {
  std::string made = "----";
  for (unsigned bit = 0; bit < 4; ++bit) {
    if ((facts >> bit & 1U) != 0) made[bit] = "bdfv"[bit];
  }
  return made;
}

class Dumper {
 public:
  explicit Dumper(const runtime::Policy& table) : table_(table) {}

  std::string Dump() {
    DumpHeader();
    DumpOutcomes();
    DumpRows();
    for (std::uint32_t i = 0; i < table_.operations().length; ++i) DumpOperation(i);
    return std::move(text_);
  }

 private:
  template <typename... Parts>
  void Line(const Parts&... parts) {
    ((text_ += parts), ...);
    text_ += '\n';
  }

  void DumpHeader();
  void DumpOutcomes();
  void DumpRows();
  void DumpOperation(std::uint32_t number);
  void DumpIndex(std::string_view what, std::uint32_t offset, bool pairs);
  bool HasBareDigests() const { return (table_.features() & format::kBareDigests) != 0; }

  const runtime::Policy& table_;
  std::string text_;
};

void Dumper::DumpHeader() {
  const auto version = table_.version();
  Line("table: format ", Number(format::kFormat), ", ", Number(table_.size()), " bytes, checksum ",
       Hexadecimal(format::Read64(table_.bytes() + format::Header::kChecksumAt)));
  Line("policy: ", Visible(table_.name()), " ", Number(version.major), ".", Number(version.minor),
       ".", Number(version.revision));
  Line("target: ", Visible(table_.target()));
  std::string features;
  for (const format::FeatureRow& row : format::kFeatureRows) {
    if ((table_.features() & row.bit) == 0) continue;
    features += ' ';
    features += row.spelling;
  }
  Line("features:", features.empty() ? " none" : features);
  std::string hooks;
  for (const runtime::Hook hook : runtime::kHooks) {
    if (!table_.Knows(hook)) continue;
    hooks += ' ';
    hooks += runtime::Name(hook);
  }
  Line("hooks:", hooks);
  std::string missing;
  for (const runtime::Property property : runtime::kProperties) {
    if (table_.Knows(property)) continue;
    missing += ' ';
    missing += runtime::Name(property);
  }
  if (!missing.empty()) Line("built without:", missing);
}

void Dumper::DumpOutcomes() {
  constexpr std::array<std::string_view, 3> kMatches = {"rule", "op-default", "global-default"};
  Line("outcomes:");
  for (std::uint32_t i = 0; i < table_.outcomes().length; ++i) {
    const auto outcome = table_.OutcomeAt(i);
    const auto action = support::FromIndex<runtime::Action>(outcome.action);
    Line("  #", Number(i), " ", runtime::Name(action), " ", kMatches[outcome.match], " line ",
         outcome.rank_is_line != 0 ? "= rank" : Number(outcome.line), " ",
         RuleText(table_.Text(outcome.text)), i == table_.fallback() ? " (fallback)" : "");
  }
}

void Dumper::DumpRows() {
  Line("rows: b boot_verified, d dmverity_signature, f fsverity_signature, v fs-verity on");
  for (std::uint32_t row = 0; row < table_.rows().length; ++row) {
    Line("  #", Number(row));
    std::array<bool, runtime::kFactsCount> shown{};
    for (runtime::Facts facts = 0; facts < runtime::kFactsCount; ++facts) {
      const auto cell = table_.CellAt(row, facts);
      if (shown[facts] || cell.outcome == format::kNone) continue;
      std::string where;
      unsigned count = 0;
      for (runtime::Facts other = facts; other < runtime::kFactsCount; ++other) {
        const auto same = table_.CellAt(row, other);
        if (same.outcome != cell.outcome || same.rank != cell.rank) continue;
        shown[other] = true;
        ++count;
        where += " " + Letters(other);
      }
      Line("    outcome #", Number(cell.outcome), " rank ",
           cell.rank == format::kNone ? "last" : Number(cell.rank), ":",
           count == runtime::kFactsCount ? " always" : where);
    }
  }
}

void Dumper::DumpOperation(std::uint32_t number) {
  const auto operation = table_.OperationAt(number);
  if (operation.known == 0) return;
  const auto event_name = table_.Text(operation.event_name);
  const auto record_name = table_.Text(operation.record_name);
  Line("operation ", Number(number), " ", Visible(event_name),
       event_name == record_name ? "" : ", recorded as " + Visible(record_name), ": base row #",
       Number(operation.base_row));
  DumpIndex("root hashes", operation.roothashes, /*pairs=*/false);
  DumpIndex("file digests", operation.digests, /*pairs=*/false);
  DumpIndex("pairs", operation.pairs, /*pairs=*/true);
}

void Dumper::DumpIndex(std::string_view what, std::uint32_t offset, bool pairs) {
  if (offset == 0) return;
  const auto index = format::Index::Read(table_.bytes() + offset);
  Line("  ", what, ": index at ", Number(offset), ", first seed ",
       Hexadecimal(format::Read64(table_.bytes() + offset + format::Index::kSeedsAt)), ", ",
       Number(index.multipliers.length), " multipliers, ", Number(index.entries.length),
       " entries");
  if (pairs) {
    for (const PairEntry& pair : PairsOf(table_, offset)) {
      Line("    root hash #", Number(pair.roothash), ", file digest #", Number(pair.digest),
           ": row #", Number(pair.row), " rank ", Number(pair.rank));
    }
    return;
  }
  for (const DigestEntry& entry : DigestsOf(table_, offset)) {
    std::string words;
    if (!HasBareDigests()) words = Visible(entry.algorithm) + ":";
    words += llvm::toHex(entry.digest, /*LowerCase=*/true);
    Line("    #", Number(entry.number), " ", words, ": row #", Number(entry.row), " rank ",
         Number(entry.rank));
  }
}

}  // namespace

std::string Dump(const runtime::Policy& table) {
  return Dumper(table).Dump();
}

}  // namespace ipec::table
