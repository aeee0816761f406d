// `ipec matrix --output=markdown`: a comment for a review on GitHub or GitLab.

#include <string>
#include <vector>

#include <fmt/format.h>

#include "compiler/matrix/outputs.h"
#include "compiler/support/markdown.h"
#include "compiler/support/wording.h"

namespace ipec::matrix {

PrintReport PrintMarkdown;

namespace {

using diagnostics::Severity;
using support::MarkdownBlock;
using support::MarkdownCell;
using support::MarkdownCode;
using support::MarkdownCut;

std::string Verdict(const Report& report) {
  const std::string name = MarkdownCode(MarkdownCut(report.file));
  const std::size_t errors = report.Count(Severity::Error);
  if (errors == 0 && report.Count(Severity::Warning) == 0) {
    return fmt::format("With {}, IPE does not prevent the machine from starting: {}.\n", name,
                       CountWords(report));
  }
  return fmt::format("With {}, the machine **{}**: {}.\n", name,
                     errors == 0 ? "may lack something" : "does not work", CountWords(report));
}

// `ALLOW 10`; denials are bold.
std::string CellOf(const std::string& cell) {
  std::string text = cell;
  const bool has_star = !text.empty() && text.back() == '*';
  if (has_star) text.pop_back();
  if (text.starts_with("DENY")) text = "**" + text + "**";
  return " " + text + (has_star ? "\\*" : "") + " |";
}

void AddTable(const ShownTable& table, support::MarkdownComment& comment) {
  std::string head = "\n| |";
  std::string line = "|---|";
  for (const std::string& column : table.columns) {
    head += " " + column + " |";
    line += "---|";
  }
  std::vector<std::string> rows;
  rows.reserve(table.rows.size());
  for (const ShownRow& row : table.rows) {
    std::string& made = rows.emplace_back("| " + MarkdownCell(row.label) + " |");
    for (const std::string& cell : row.cells) made += CellOf(cell);
    made += '\n';
  }
  const std::size_t left = comment.AddList(head + "\n" + line + "\n", rows, "");
  if (left != 0) comment.AddLast(fmt::format("\nand {} more rows\n", left));
  if (table.more_volumes != 0) {
    comment.AddLast(fmt::format("\nand {} more volumes\n", table.more_volumes));
  }
}

std::string Details(std::string_view summary) {
  return fmt::format("\n<details><summary>{}</summary>\n\n", summary);
}
constexpr std::string_view kDetailsEnd = "\n</details>\n";

void AddExceptions(const Report& report, support::MarkdownComment& comment) {
  const ShownExceptions shown = ExceptionsOf(report);
  std::vector<std::string> items;
  items.reserve(shown.list.size());
  for (const ShownException& exception : shown.list) {
    items.push_back(fmt::format("{} {}, line {}, for example {}:\n\n{}\n",
                                Name(exception.operation), Name(exception.answer.action),
                                exception.answer.line, MarkdownCode(exception.example),
                                MarkdownBlock(MarkdownCut(exception.statement))));
  }
  const std::size_t left =
      shown.more +
      comment.AddList(Details("* Other statements decide some of the files"), items, kDetailsEnd);
  if (left != 0) comment.AddLast(fmt::format("\nand at least {} more statements\n", left));
}

}  // namespace

void PrintMarkdown(const Report& report, bool, llvm::raw_ostream& out) {
  support::MarkdownComment comment(support::MarkdownMarker("matrix", report.file) +
                                   Verdict(report));
  std::vector<std::string> items;
  items.reserve(report.findings.size());
  for (const Finding& finding : report.findings) {
    items.push_back(fmt::format(
        "| {} | {} | {} | {} |\n", diagnostics::Name(finding.kind->severity), finding.kind->name,
        MarkdownCell(finding.message), MarkdownCell(MarkdownCut(finding.file))));
  }
  const std::size_t left =
      comment.AddList("\n| Level | Finding | | Policy |\n|---|---|---|---|\n", items, "");
  if (left != 0) comment.AddLast(fmt::format("\nand {} more findings\n", left));
  AddTable(TableOf(*report.matrix), comment);
  AddExceptions(report, comment);
  std::string assumptions;
  for (const std::string& assumption : report.assumptions) assumptions += assumption + "\n";
  comment.Add(Details("Assumptions") + MarkdownBlock(assumptions) + std::string(kDetailsEnd));
  out << comment.text();
}

}  // namespace ipec::matrix
