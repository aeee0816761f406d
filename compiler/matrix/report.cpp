#include "compiler/matrix/report.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "compiler/pipeline/case_words.h"
#include "compiler/support/numbers.h"
#include "compiler/support/printable.h"
#include "compiler/support/wording.h"

namespace ipec::matrix {
namespace {

using diagnostics::Severity;
using policy::Operation;
using Kind = Place::Kind;

constexpr std::size_t kMostRows = 100;
constexpr std::size_t kMostShownExceptions = 20;

// The name of a volume, cut to fit into a table.
std::string ShortName(std::string_view name) {
  constexpr std::size_t kMost = 20;
  std::string text = support::Abbreviated(name);
  if (text.size() <= kMost) return text;
  std::size_t size = kMost - 1;
  while (size > 0 && (support::ToByte(text[size]) & 0xC0U) == 0x80U) --size;
  return text.substr(0, size) + "…";
}

std::string LabelOf(const Place& place, std::size_t more) {
  switch (place.kind) {
    case Kind::Initramfs:
      return "initramfs";
    case Kind::Volume: {
      const std::string others = more == 0 ? "" : fmt::format(" + {} more", more);
      return fmt::format("{}{} {}", ShortName(place.name), others,
                         place.is_signed ? "signed" : "unsigned");
    }
    case Kind::OtherSigned:
      return "other signed";
    case Kind::OtherUnsigned:
      return "other unsigned";
    case Kind::Plain:
      return "disk or tmpfs";
    case Kind::Overlay:
      return "overlay";
    case Kind::NoFile:
      break;
  }
  return "no file";
}

// The cells of rows that share one.
struct Group {
  const Place* first = nullptr;
  std::size_t places = 0;
  std::vector<const Cells*> cells;  // different ones
};

std::string CellText(const Group& group, Operation operation) {
  std::uint32_t least = UINT32_MAX;
  std::uint32_t most = 0;
  for (const Cells* const cells : group.cells) {
    const std::optional<Cell>& cell = (*cells)[operation];
    if (!cell) return "-";
    least = std::min(least, cell->answer.line);
    most = std::max(most, cell->answer.line);
  }
  const Cell& cell = *(*group.cells.front())[operation];
  std::string text(Name(cell.answer.action));
  if (most != 0) text += fmt::format(" {}", least);
  if (least != most) text += fmt::format("-{}", most);
  return text + (cell.has_exceptions() ? "*" : "");
}

// Rows with the same key look alike: the signature, and a digit for each cell.
std::string KeyOf(const Row& row, policy::OperationSet operations) {
  std::string key = row.place.is_signed ? "s" : "u";
  for (const Operation operation : operations) {
    const Cell& cell = *(*row.cells)[operation];
    const unsigned bits = (cell.answer.action == policy::Action::Allow ? 1U : 0U) |
                          (cell.answer.match == policy::Match::Rule ? 2U : 0U) |
                          (cell.has_exceptions() ? 4U : 0U);
    key += support::ToChar('0' + bits);
  }
  return key;
}

std::vector<Group> GroupsOf(const Matrix& matrix) {
  const auto volumes = std::count_if(matrix.rows.begin(), matrix.rows.end(),
                                     [](const Row& row) { return row.place.kind == Kind::Volume; });
  const bool merges = support::ToSize(volumes) > kMostVolumes;
  std::vector<Group> groups;
  groups.reserve(std::min(matrix.rows.size(), kMostRows));
  std::map<std::string, std::size_t> numbers;
  std::set<std::pair<std::size_t, const Cells*>> known;
  for (const Row& row : matrix.rows) {
    std::size_t at = groups.size();
    if (merges && row.place.kind == Kind::Volume) {
      at = numbers.try_emplace(KeyOf(row, matrix.operations), at).first->second;
    }
    if (at == groups.size()) groups.push_back({&row.place, 0, {}});
    ++groups[at].places;
    if (known.insert({at, row.cells.get()}).second) groups[at].cells.push_back(row.cells.get());
  }
  return groups;
}

}  // namespace

std::string_view Report::TextOf(const Answer& answer) const {
  if (answer.line == 0) return {};
  const llvm::StringRef text = source->text(answer.statement);
  return {text.data(), text.size()};
}

std::size_t Report::Count(Severity severity) const {
  return support::ToSize(
      std::count_if(findings.begin(), findings.end(),
                    [&](const Finding& finding) { return finding.kind->severity == severity; }));
}

std::string CountWords(const Report& report) {
  struct Words {
    Severity severity;
    std::string_view one;
    std::string_view many;
  };
  std::vector<std::string> counts;
  for (const Words& words :
       {Words{Severity::Error, "error", "errors"}, Words{Severity::Warning, "warning", "warnings"},
        Words{Severity::Information, "info", "infos"}}) {
    const std::size_t count = report.Count(words.severity);
    if (count != 0)
      counts.push_back(fmt::format("{} {}", count, count == 1 ? words.one : words.many));
  }
  return counts.empty() ? "no findings" : support::Listed(counts);
}

ShownTable TableOf(const Matrix& matrix) {
  ShownTable table;
  table.columns.reserve(matrix.operations.size());
  for (const Operation operation : matrix.operations) table.columns.emplace_back(Name(operation));
  std::size_t volume_rows = 0;
  const std::vector<Group> groups = GroupsOf(matrix);
  table.rows.reserve(std::min(groups.size(), 2 * kMostRows));
  for (const Group& group : groups) {
    if (group.first->kind == Kind::Volume && volume_rows++ >= kMostRows) {
      table.more_volumes += group.places;
      continue;
    }
    ShownRow row{LabelOf(*group.first, group.places - 1), {}};
    row.cells.reserve(matrix.operations.size());
    for (const Operation operation : matrix.operations) {
      row.cells.push_back(CellText(group, operation));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

ShownExceptions ExceptionsOf(const Report& report) {
  ShownExceptions shown;
  // By operation and rule.
  std::map<std::pair<Operation, policy::RuleId>, const Exception*> all;
  std::set<const Cells*> seen;
  std::size_t more = 0;
  for (const Row& row : report.matrix->rows) {
    if (!seen.insert(row.cells.get()).second) continue;
    for (const Operation operation : report.matrix->operations) {
      const std::optional<Cell>& cell = (*row.cells)[operation];
      if (!cell) continue;
      for (const Exception& exception : cell->exceptions) {
        all.try_emplace({operation, exception.answer.rule}, &exception);
      }
      more = std::max(more, cell->more_exceptions);
    }
  }
  shown.list.reserve(std::min(all.size(), kMostShownExceptions));
  for (const auto& [key, exception] : all) {
    if (shown.list.size() == kMostShownExceptions) break;
    const Answer& answer = exception->answer;
    shown.list.push_back({key.first, answer, std::string(report.TextOf(answer)),
                          pipeline::WordsFor(exception->witness, report.policy->semantics)});
  }
  shown.more = all.size() - shown.list.size() + more;
  return shown;
}

}  // namespace ipec::matrix
