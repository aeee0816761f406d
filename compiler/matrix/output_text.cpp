// `ipec matrix --output=text`: a table that fits a terminal, and findings.

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "compiler/matrix/outputs.h"
#include "compiler/support/numbers.h"
#include "compiler/support/printable.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Unicode.h"

namespace ipec::matrix {

PrintReport PrintText;

namespace {

constexpr std::size_t kTerminal = 80;  // columns

std::size_t WidthOf(llvm::StringRef text) {
  return support::ToSize(std::max(llvm::sys::unicode::columnWidthUTF8(text), 0));
}

// The name of an operation in two lines: `KEXEC_IMAGE` as `KEXEC_` and `IMAGE`, `POLICY` as `` and
// `POLICY`.
std::pair<llvm::StringRef, llvm::StringRef> TwoLines(llvm::StringRef name) {
  const std::size_t at = name.find('_');
  if (at == llvm::StringRef::npos) return {"", name};
  return {name.take_front(at + 1), name.drop_front(at + 1)};
}

class TablePrinter {
 public:
  TablePrinter(const ShownTable& table, bool color, llvm::raw_ostream& out)
      : table_(table), color_(color), out_(out) {
    for (const ShownRow& row : table.rows) label_ = std::max(label_, WidthOf(row.label));
    widths_.resize(table.columns.size());
    for (std::size_t i = 0; i < widths_.size(); ++i) {
      const auto [above, below] = TwoLines(table.columns[i]);
      widths_[i] = std::max(above.size(), below.size());
      for (const ShownRow& row : table.rows) {
        widths_[i] = std::max(widths_[i], row.cells[i].size());
      }
    }
  }

  // Columns that do not fit follow in a table below.
  void Print() {
    gap_ = TotalWith(2) <= kTerminal ? 2 : 1;
    std::size_t first = 0;
    while (first < widths_.size()) {
      std::size_t end = first + 1;
      std::size_t width = label_ + gap_ + widths_[first];
      while (end < widths_.size() && width + gap_ + widths_[end] <= kTerminal) {
        width += gap_ + widths_[end++];
      }
      if (first != 0) out_ << '\n';
      PrintColumns(first, end);
      first = end;
    }
  }

 private:
  std::size_t TotalWith(std::size_t gap) const {
    std::size_t width = label_;
    for (const std::size_t column : widths_) width += gap + column;
    return width;
  }

  void PrintColumns(std::size_t first, std::size_t end) {
    const auto line = [&](llvm::StringRef label, const auto& cell_of, bool is_body) {
      std::string text;
      std::size_t gap = label_ - std::min(label_, WidthOf(label)) + gap_;
      text += label.str();
      for (std::size_t i = first; i < end; ++i) {
        const llvm::StringRef cell = cell_of(i);
        if (!cell.empty()) text.append(gap, ' ').append(is_body ? Colored(cell) : cell.str());
        gap = (cell.empty() ? gap : 0) + widths_[i] - cell.size() + gap_;
      }
      out_ << text << '\n';
    };
    const bool has_two =
        std::any_of(table_.columns.begin() + support::ToOffset(first),
                    table_.columns.begin() + support::ToOffset(end),
                    [](const std::string& name) { return !TwoLines(name).first.empty(); });
    if (has_two)
      line(
          "", [&](std::size_t i) { return TwoLines(table_.columns[i]).first; }, false);
    line(
        "", [&](std::size_t i) { return TwoLines(table_.columns[i]).second; }, false);
    for (const ShownRow& row : table_.rows) {
      line(
          row.label, [&](std::size_t i) { return llvm::StringRef(row.cells[i]); }, true);
    }
  }

  std::string Colored(llvm::StringRef cell) const {
    if (!color_ || cell == "-") return cell.str();
    return fmt::format("{}{}\x1b[0m", cell.startswith("ALLOW") ? "\x1b[32m" : "\x1b[31m",
                       std::string_view(cell.data(), cell.size()));
  }

  const ShownTable& table_;
  const bool color_;
  llvm::raw_ostream& out_;
  std::size_t label_ = 0;  // widths
  std::vector<std::size_t> widths_;
  std::size_t gap_ = 2;
};

void PrintExceptions(const Report& report, llvm::raw_ostream& out) {
  const ShownExceptions shown = ExceptionsOf(report);
  if (shown.list.empty()) return;
  out << "\n* other statements decide some of the files:\n";
  for (const ShownException& exception : shown.list) {
    out << fmt::format("  {} {} {}: {}; for example {}\n", Name(exception.operation),
                       Name(exception.answer.action), exception.answer.line,
                       support::Abbreviated(exception.statement), exception.example);
  }
  if (shown.more != 0) out << fmt::format("  and at least {} more\n", shown.more);
}

}  // namespace

void PrintTable(const Report& report, bool color, llvm::raw_ostream& out) {
  const ShownTable table = TableOf(*report.matrix);
  TablePrinter(table, color, out).Print();
  if (table.more_volumes != 0) {
    out << fmt::format("and {} more volumes; `--output=json` has all\n", table.more_volumes);
  }
  PrintExceptions(report, out);
}

void PrintText(const Report& report, bool color, llvm::raw_ostream& out) {
  const std::string file = support::Printable(report.file);
  out << fmt::format("{}: {}\n", file, Describe(*report.target));
  PrintTable(report, color, out);
  out << '\n';
  for (const std::string& assumption : report.assumptions) out << "assumed: " << assumption << '\n';
  for (const Finding& finding : report.findings) {
    out << fmt::format("{}: {}: {} [{}]\n", support::Printable(finding.file),
                       diagnostics::Name(finding.kind->severity), finding.message,
                       finding.kind->name);
  }
  out << fmt::format("{}: {}\n", file, CountWords(report));
}

}  // namespace ipec::matrix
