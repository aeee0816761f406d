#include "compiler/render/map_findings.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "compiler/support/printable.h"
#include "compiler/support/wording.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::render {
namespace {

using diagnostics::Diagnostic;
using diagnostics::Fix;
using support::LineMap;
using support::Span;

class Mapper {
 public:
  explicit Mapper(const Rendered& rendered)
      : rendered_(rendered), maps_(rendered.sources.size()), by_source_(rendered.sources.size()) {}

  void Add(const Diagnostic& finding) {
    const SourcePlace place = rendered_.map.Find(finding.where);
    const auto [known, is_new] =
        known_.try_emplace(Key{place.source, place.where.begin, place.where.end, finding.descriptor,
                               finding.about, finding.message},
                           by_source_[place.source].size());
    if (!is_new) {
      ++more_[{place.source, known->second}];
      return;
    }
    Diagnostic mapped = finding;
    mapped.where = place.where;
    mapped.message = WithLines(finding.message, place.source);
    for (diagnostics::Note& note : mapped.notes) Map(note, place.source);
    for (Fix& fix : mapped.fixes) Map(fix, place.source);
    std::erase_if(mapped.fixes, [](const Fix& fix) { return fix.edits.empty(); });
    if (!rendered_.hides_text && rendered_.map.IsMade(LineOf(finding.where.begin))) {
      mapped.AddNote("rendered: " + support::Abbreviated(TextOf(LineOf(finding.where.begin))));
    }
    by_source_[place.source].push_back(std::move(mapped));
  }

  std::vector<std::vector<Diagnostic>> Take() && {
    for (const auto& [which, count] : more_) {
      by_source_[which.first][which.second].AddNote(fmt::format(
          "the same for {} other {} of the pattern", count, count == 1 ? "value" : "values"));
    }
    for (std::vector<Diagnostic>& list : by_source_) {
      std::stable_sort(list.begin(), list.end(), [](const Diagnostic& a, const Diagnostic& b) {
        return a.where.begin < b.where.begin;
      });
    }
    return std::move(by_source_);
  }

 private:
  using Key =
      std::tuple<std::uint32_t, std::uint32_t, std::uint32_t, const diagnostics::Descriptor*,
                 std::optional<runtime::Operation>, std::string>;

  llvm::StringRef TextOf(Span span) const {
    return llvm::StringRef(rendered_.text).slice(span.begin, span.end);
  }

  // The rendered line that holds `at`.
  Span LineOf(std::uint32_t at) const {
    const llvm::StringRef text = rendered_.text;
    const std::size_t before = text.take_front(at).find_last_of("\r\n");
    const std::size_t begin = before == llvm::StringRef::npos ? 0 : before + 1;
    const std::size_t end = std::max(std::min(text.find_first_of("\r\n", at), text.size()), begin);
    return support::SpanAt(begin, end - begin);
  }

  // A message about other lines names those of the text: `line 7`, but not within a quoted word.
  std::string WithLines(llvm::StringRef message, std::uint32_t source) {
    constexpr llvm::StringLiteral kLine = "line ";
    std::string made;
    while (true) {
      const std::size_t at = message.find(kLine);
      const std::size_t quote = message.find('`');
      if (quote < at) {
        const std::size_t end = std::min(message.find('`', quote + 1), message.size() - 1) + 1;
        made += message.take_front(end);
        message = message.drop_front(end);
        continue;
      }
      if (at == llvm::StringRef::npos) return made + message.str();
      made += message.take_front(at + kLine.size());
      message = message.drop_front(at + kLine.size());
      std::uint32_t number = 0;
      if (message.consumeInteger(10, number)) continue;
      made += NameOfLine(number, source);
    }
  }

  // "3", or "2 of more.pol" if the line of the text is from another file.
  std::string NameOfLine(std::uint32_t number, std::uint32_t source) {
    if (!text_lines_) text_lines_.emplace(rendered_.text);
    const Span line = text_lines_->LineSpan(rendered_.text, number);
    const SourcePlace place = rendered_.map.Find({line.begin, line.begin});
    std::string shown = std::to_string(LinesOf(place.source).PositionOf(place.where.begin).line);
    if (place.source == source) return shown;
    return fmt::format("{} of {}", shown, rendered_.sources[place.source].buffer.name());
  }

  const LineMap& LinesOf(std::uint32_t source) {
    std::optional<LineMap>& lines = maps_[source];
    if (!lines) lines.emplace(rendered_.sources[source].buffer.text());
    return *lines;
  }

  void Map(diagnostics::Note& note, std::uint32_t source) {
    note.message = WithLines(note.message, source);
    if (!note.has_place) return;
    const SourcePlace place = rendered_.map.Find(note.where);
    note.where = place.where;
    if (place.source == source) return;
    // A note has no other file than its finding.
    note.has_place = false;
    const support::Position at = LinesOf(place.source).PositionOf(place.where.begin);
    note.message = fmt::format("{}:{}:{}: {}", rendered_.sources[place.source].buffer.name(),
                               at.line, at.column, note.message);
  }

  void Map(Fix& fix, std::uint32_t source) const {
    std::uint32_t next = 0;
    for (diagnostics::TextEdit& edit : fix.edits) {
      const SourcePlace place = rendered_.map.Find(edit.where);
      if (!rendered_.map.IsEditable(edit.where) || place.source != source ||
          place.where.begin < next) {
        fix.edits.clear();
        return;
      }
      edit.where = place.where;
      next = place.where.end;
    }
  }

  const Rendered& rendered_;
  std::vector<std::optional<LineMap>> maps_;
  std::optional<LineMap> text_lines_;
  std::vector<std::vector<Diagnostic>> by_source_;
  std::map<Key, std::size_t> known_;
  std::map<std::pair<std::uint32_t, std::size_t>, std::size_t> more_;
};

}  // namespace

std::vector<std::vector<Diagnostic>> MapFindings(const Rendered& rendered,
                                                 std::span<const Diagnostic> findings) {
  Mapper mapper(rendered);
  for (const Diagnostic& finding : findings) mapper.Add(finding);
  return std::move(mapper).Take();
}

}  // namespace ipec::render
