// `ipec replay --output=markdown`: a comment for a review on GitHub or GitLab.

#include <string>
#include <vector>

#include <fmt/format.h>

#include "compiler/replay/outputs.h"
#include "compiler/support/markdown.h"

namespace ipec::replay {

PrintResult PrintMarkdown;

namespace {

using support::MarkdownBlock;
using support::MarkdownCell;
using support::MarkdownCode;
using support::MarkdownCut;

std::string RowOf(const Group& group) {
  std::string change = ChangeWords(group);
  if (group.change() == Change::NewlyDenied) change = "**" + change + "**";
  const std::string now = StatementWords(group);
  return fmt::format("| {} | {} | {} | {} | {} |\n", group.count, change,
                     MarkdownCell(MarkdownCut(group.key.operation)),
                     MarkdownCell(MarkdownCut(EventWords(group))),
                     now.empty() ? "" : MarkdownCell(MarkdownCut(now)));
}

std::string DetailsOf(const Group& group) {
  std::string text;
  for (const Part& part : group.classification->parts) {
    text += fmt::format("{} line {}: {}\n", runtime::Name(part.action), part.line,
                        MarkdownCut(part.cases));
  }
  const std::string tip = TipWords(group);
  if (!tip.empty()) text += MarkdownCut(tip) + "\n";
  const std::string proposal = ProposalWords(*group.classification);
  if (!proposal.empty()) text += proposal + "\n";
  return fmt::format("{}:\n\n{}\n", MarkdownCode(MarkdownCut(EventWords(group))),
                     MarkdownBlock(text));
}

std::string BlockOf(std::string_view summary, const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += MarkdownCut(line) + "\n";
  return fmt::format("\n<details><summary>{}</summary>\n\n{}\n</details>\n", summary,
                     MarkdownBlock(text));
}

}  // namespace

void PrintMarkdown(const Result& result, bool, llvm::raw_ostream& out) {
  support::MarkdownComment comment(
      support::MarkdownMarker("replay", result.subject.file) +
      fmt::format("{}: {}.\n", MarkdownCode(MarkdownCut(result.subject.file)), CountWords(result)));
  const std::vector<const Group*> groups = result.InOrder();
  const std::vector<std::string> cautions = Cautions(result);
  if (!cautions.empty()) comment.Add(BlockOf("The evidence is incomplete", cautions));
  std::vector<std::string> rows;
  rows.reserve(groups.size());
  for (const Group* const group : groups) rows.push_back(RowOf(*group));
  std::size_t left = comment.AddList(
      "\n| Records | Change | Operation | File | Statement |\n|---|---|---|---|---|\n", rows, "");
  if (left != 0) comment.AddLast(fmt::format("\nand {} more groups\n", left));
  std::vector<std::string> details;
  for (const Group* const group : groups) {
    const bool has_details = group->classification->outcome == Outcome::Depends ||
                             !ProposalWords(*group->classification).empty();
    if (has_details) details.push_back(DetailsOf(*group));
  }
  left = comment.AddList("\n<details><summary>Details</summary>\n\n", details, "\n</details>\n");
  if (left != 0) comment.AddLast(fmt::format("\nand details of {} more groups\n", left));
  if (!result.patch.empty()) {
    comment.Add(fmt::format("\n<details><summary>Proposed change</summary>\n\n{}\n</details>\n",
                            MarkdownBlock(result.patch)));
  }
  const std::vector<std::string> usage = UsageWords(result);
  if (!usage.empty()) comment.Add(BlockOf("Usage of rules", usage));
  out << comment.text();
}

}  // namespace ipec::replay
