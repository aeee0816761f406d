// `ipec replay --output=text`: a line for each group, and what needs explanation below it.

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "compiler/replay/outputs.h"
#include "compiler/support/numbers.h"
#include "compiler/support/printable.h"
#include "compiler/support/wording.h"

namespace ipec::replay {

PrintResult PrintText;
PrintChanges PrintTextChanges;

namespace {

using support::Printable;

std::string_view ColorOf(Change change) {
  switch (change) {
    case Change::NewlyDenied:
      return "\x1b[31m";
    case Change::NewlyAllowed:
    case Change::Depends:
      return "\x1b[33m";
    default:
      return "";
  }
}

class TextPrinter {
 public:
  TextPrinter(bool shows_context, bool color, llvm::raw_ostream& out)
      : shows_context_(shows_context), color_(color), out_(out) {}

  void PrintGroups(std::span<const Group* const> groups) {
    for (const Group* const group : groups) {
      width_ = std::max(width_, std::to_string(group->count).size());
    }
    indent_ = std::string(width_ + 4, ' ');
    for (const Group* const group : groups) {
      out_ << fmt::format("{:>{}}× ", group->count, width_);
      PrintGroup(*group);
    }
  }

  void Print(const Result& result) {
    PrintGroups(result.InOrder());
    out_ << fmt::format("{}: {}\n", Printable(result.subject.file), CountWords(result));
    if (!result.patch.empty()) PrintLines(result.patch);
    for (const std::string& words : UsageWords(result)) {
      out_ << fmt::format("usage: {}\n", Printable(words));
    }
    for (const std::string& words : Cautions(result)) {
      out_ << fmt::format("note: {}\n", Printable(words));
    }
  }

  void PrintGroup(const Group& group) {
    constexpr std::size_t kChangeWidth = 14;  // of "DENY → depends"
    const Classification& classification = *group.classification;
    const std::string change = ChangeWords(group);
    const std::size_t bytes = change.size() - (change.find("→") == std::string::npos ? 0 : 2);
    const std::string_view color = color_ ? ColorOf(group.change()) : "";
    std::string line = fmt::format("{}{}{}", color, change, color.empty() ? "" : "\x1b[0m");
    line.append(kChangeWidth + 2 - std::min(bytes, kChangeWidth), ' ');
    line += fmt::format("{} {}", Printable(group.key.operation), Printable(EventWords(group)));
    const std::string statements = StatementWords(group);
    if (!statements.empty()) line += ", " + statements;
    if (group.granted != 0) {
      line += fmt::format(", permissive mode granted {}", group.granted);
    }
    out_ << line << '\n';
    Below(group, classification);
  }

 private:
  void PrintLines(llvm::StringRef text) {
    while (!text.empty()) {
      const auto [line, rest] = text.split('\n');
      out_ << Printable(line) << '\n';
      text = rest;
    }
  }

  void Below(const Group& group, const Classification& classification) {
    if (classification.outcome == Outcome::Depends) {
      for (const Part& part : classification.parts) {
        out_ << fmt::format("{}{}{}: {}\n", indent_, runtime::Name(part.action),
                            part.line == 0 ? "" : fmt::format(" line {}", part.line),
                            Printable(part.cases));
      }
      if (classification.more_parts != 0) {
        out_ << fmt::format("{}and {} more cases\n", indent_, classification.more_parts);
      }
    }
    const std::string tip = TipWords(group);
    if (!tip.empty()) out_ << fmt::format("{}{}\n", indent_, Printable(tip));
    for (const Tried& tried : classification.tried) {
      out_ << fmt::format("{}line {}: {}\n", indent_, tried.line, Printable(tried.words));
    }
    if (classification.more_tried != 0) {
      out_ << fmt::format("{}and {} more rules\n", indent_, classification.more_tried);
    }
    const std::string proposal = ProposalWords(classification);
    if (!proposal.empty()) out_ << fmt::format("{}{}\n", indent_, Printable(proposal));
    if (classification.reason == Reason::NotInPolicy ||
        classification.reason == Reason::Statement) {
      out_ << fmt::format("{}{}\n", indent_, support::Abbreviated(group.key.rule));
    }
    if (shows_context_) {
      for (const std::string& words : ContextWords(group)) {
        out_ << fmt::format("{}{}\n", indent_, Printable(words));
      }
    }
  }

  const bool shows_context_;
  const bool color_;
  llvm::raw_ostream& out_;
  std::size_t width_ = 1;
  std::string indent_ = "  ";
};

}  // namespace

void PrintText(const Result& result, bool color, llvm::raw_ostream& out) {
  TextPrinter(result.subject.shows_why, color, out).Print(result);
}

void PrintRecordText(const Group& group, bool color, llvm::raw_ostream& out) {
  TextPrinter(/*shows_context=*/false, color, out).PrintGroup(group);
}

void PrintTextChanges(const Result& result, std::span<const Group* const> groups, bool color,
                      llvm::raw_ostream& out) {
  TextPrinter(result.subject.shows_why, color, out).PrintGroups(groups);
}

}  // namespace ipec::replay
