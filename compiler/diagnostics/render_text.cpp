// Text in the style of clang:
//
//   a.pol:3:4: error: unknown operation `EXECUT` [IPE0201 unknown-operation]
//       3 | op=EXECUT action=ALLOW
//         |    ^~~~~~
//   a.pol:3:4: fix: write `EXECUTE`
//       3 + op=EXECUTE action=ALLOW

#include <algorithm>

#include "compiler/diagnostics/edits.h"
#include "compiler/diagnostics/renderers.h"
#include "compiler/diagnostics/source_excerpt.h"
#include "compiler/support/errno.h"
#include "compiler/support/numbers.h"
#include "compiler/support/printable.h"
#include "llvm/Support/Format.h"

namespace ipec::diagnostics {
namespace {

using support::LineMap;
using support::Span;

// Previews of fixes are short; a fix that covers more lines or bytes is only described.
constexpr std::size_t kPreviewLines = 8;
constexpr std::uint32_t kPreviewBytes = 4096;

struct Style {
  const char* code;  // ANSI SGR code
};
constexpr Style kBold{"\033[1m"};
constexpr Style kError{"\033[1;31m"};
constexpr Style kWarning{"\033[1;35m"};
constexpr Style kNote{"\033[1;36m"};
constexpr Style kFix{"\033[1;32m"};
constexpr Style kCaret{"\033[32m"};

class TextRenderer final : public Renderer {
 public:
  TextRenderer(llvm::raw_ostream& out, const RenderOptions& options)
      : out_(out), color_(options.color), verdict_(options.verdict) {}

  void Render(const FileReport& report) override {
    const File file{support::Printable(report.source->name()), report.source->text(),
                    LineMap(report.source->text())};
    for (const Diagnostic& diagnostic : report.diagnostics) Print(file, diagnostic);
    if (report.more != 0) {
      out_ << file.name << ": " << report.more << " more findings are not shown\n";
    }
    if (verdict_) PrintVerdict(file, report);
  }

  void Finish() override {}

 private:
  struct File {
    std::string name;
    llvm::StringRef text;
    LineMap lines;
  };

  void Styled(Style style, llvm::StringRef words) {
    if (color_) out_ << style.code;
    out_ << words;
    if (color_) out_ << "\033[0m";
  }

  void PrintPlace(const File& file, Span where) {
    const support::Position at = file.lines.PositionOf(where.begin);
    if (color_) out_ << kBold.code;
    out_ << file.name << ':' << at.line << ':' << at.column << ':';
    if (color_) out_ << "\033[0m";
    out_ << ' ';
  }

  void Print(const File& file, const Diagnostic& diagnostic) {
    PrintPlace(file, diagnostic.where);
    Styled(diagnostic.severity == Severity::Error ? kError : kWarning,
           std::string(Name(diagnostic.severity)) + ": ");
    Styled(kBold, support::Printable(diagnostic.message));
    out_ << " [" << diagnostic.descriptor->code << ' ' << diagnostic.descriptor->name << "]\n";
    PrintExcerpt(file, diagnostic.where);
    for (const Note& note : diagnostic.notes) {
      if (note.has_place) {
        PrintPlace(file, note.where);
      } else {
        out_ << file.name << ": ";
      }
      Styled(kNote, "note: ");
      out_ << support::Printable(note.message) << '\n';
      if (note.has_place) PrintExcerpt(file, note.where);
    }
    for (const Fix& fix : diagnostic.fixes) Print(file, fix);
  }

  void PrintGutter(std::uint32_t line, char sign) {
    out_ << llvm::right_justify(std::to_string(line), 5) << ' ' << sign << ' ';
  }

  void PrintExcerpt(const File& file, Span where) {
    if (file.text.empty()) return;  // nothing to point at
    const std::uint32_t line = file.lines.PositionOf(where.begin).line;
    const Excerpt excerpt = ExcerptOf(file.text, file.lines.LineSpan(file.text, line), where);
    PrintGutter(line, '|');
    out_ << excerpt.text << '\n';
    out_.indent(std::max<unsigned>(6, support::ToU32(std::to_string(line).size()) + 1));
    out_ << "| ";
    out_.indent(support::ToU32(excerpt.column));
    Styled(kCaret, "^" + std::string(excerpt.width - 1, '~'));
    out_ << '\n';
  }

  void Print(const File& file, const Fix& fix) {
    if (fix.edits.empty()) return;
    PrintPlace(file, fix.edits.front().where);
    Styled(kFix, "fix: ");
    out_ << support::Printable(fix.title) << '\n';
    PrintPreview(file, fix);
  }

  // The lines that a fix touches, after the fix; or the removed text, if nothing is left of them.
  void PrintPreview(const File& file, const Fix& fix) {
    const std::uint32_t first = file.lines.PositionOf(fix.edits.front().where.begin).line;
    const std::uint32_t last = file.lines.PositionOf(fix.edits.back().where.end).line;
    const Span region{file.lines.LineSpan(file.text, first).begin,
                      file.lines.LineSpan(file.text, last).end};
    if (region.size() > kPreviewBytes || last - first > kPreviewLines) return;

    PrintLines(file.text.slice(region.begin, region.end), Apply(file.text, region, fix.edits),
               first);
  }

  // Lines of `after` that are not in `before`, with `+`; if there are none, the lost ones with `-`.
  void PrintLines(llvm::StringRef before, llvm::StringRef after, std::uint32_t line) {
    const auto old_lines = Split(before);
    const auto new_lines = Split(after);
    std::size_t same = 0;
    while (same < old_lines.size() && same < new_lines.size() &&
           old_lines[same] == new_lines[same]) {
      ++same;
    }
    std::size_t tail = 0;
    while (tail < old_lines.size() - same && tail < new_lines.size() - same &&
           old_lines[old_lines.size() - 1 - tail] == new_lines[new_lines.size() - 1 - tail]) {
      ++tail;
    }
    // Lines that only a carriage return separates look the same when they are split.
    if (same == new_lines.size() && same == old_lines.size() && HasLoneReturn(before)) same = 0;
    const bool added = new_lines.size() > same + tail;
    const auto& shown = added ? new_lines : old_lines;
    for (std::size_t i = same; i + tail < shown.size() && i < same + kPreviewLines; ++i) {
      PrintGutter(line + support::ToU32(i), added ? '+' : '-');
      const Span whole{0, support::ToU32(shown[i].size())};
      out_ << ExcerptOf(shown[i], whole, {0, 0}).text << '\n';
    }
  }

  static bool HasLoneReturn(llvm::StringRef text) {
    const std::size_t at = text.find('\r');
    return at != llvm::StringRef::npos && !text.drop_front(at + 1).startswith("\n");
  }

  static std::vector<llvm::StringRef> Split(llvm::StringRef text) {
    std::vector<llvm::StringRef> lines;
    if (text.empty()) return lines;
    const LineMap map(text);
    for (std::uint32_t i = 1; i <= map.line_count(); ++i) {
      const Span line = map.LineSpan(text, i);
      if (i == map.line_count() && line.empty() && i > 1) break;
      lines.push_back(text.slice(line.begin, line.end));
    }
    return lines;
  }

  void PrintVerdict(const File& file, const FileReport& report) {
    out_ << file.name << ": ";
    if (report.claims) {
      PrintClaims(*report.claims, report);
      return;
    }
    if (!report.error) {
      out_ << report.target << " accepts this policy\n";
      return;
    }
    for (const support::ErrnoRow& row : support::kErrnos) {
      if (row.value != *report.error) continue;
      out_ << report.target << " rejects this policy with " << row.name << " (" << row.meaning
           << ")\n";
    }
  }

  void PrintClaims(std::size_t count, const FileReport& report) {
    const bool well_formed = report.cannot_fail == report.diagnostics.size() && report.more == 0;
    if (well_formed) {
      out_ << count << (count == 1 ? " claim, " : " claims, ");
    } else {
      out_ << "not ";
    }
    out_ << "well-formed for " << report.target;
    if (well_formed && report.cannot_fail != 0) {
      out_ << "; " << report.cannot_fail << " cannot fail";
    }
    out_ << '\n';
  }

  llvm::raw_ostream& out_;
  bool color_;
  bool verdict_;
};

}  // namespace

std::unique_ptr<Renderer> MakeTextRenderer(llvm::raw_ostream& out, const RenderOptions& options) {
  return std::make_unique<TextRenderer>(out, options);
}

}  // namespace ipec::diagnostics
