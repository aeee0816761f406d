#include "lint/suppressions.h"

#include <algorithm>

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::lint {
namespace {

using syntax::Line;
using syntax::LineKind;

bool Names(std::string_view written, const diagnostics::Descriptor& rule) {
  const llvm::StringRef word(written.data(), written.size());
  return word.equals_insensitive({rule.code.data(), rule.code.size()}) ||
         word.equals_insensitive({rule.name.data(), rule.name.size()}) || word == "all";
}

// `2026-12-31`
bool IsDate(llvm::StringRef text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  for (const std::size_t i : {0, 1, 2, 3, 5, 6, 8, 9}) {
    if (!llvm::isDigit(text[i])) return false;
  }
  const llvm::StringRef month = text.substr(5, 2);
  const llvm::StringRef day = text.substr(8, 2);
  return month >= "01" && month <= "12" && day >= "01" && day <= "31";
}

// Takes `until=…` out of the reason.
void ReadReason(llvm::StringRef text, std::string_view today, Suppression& made) {
  const std::size_t at = text.find("until=");
  if (at != llvm::StringRef::npos) {
    const llvm::StringRef date = text.substr(at + 6).take_until(llvm::isSpace);
    made.until = date.str();
    made.malformed_date = !IsDate(date);
    made.expired = made.malformed_date || made.until < today;
    made.reason = (text.take_front(at) + text.drop_front(at + 6 + date.size())).str();
  } else {
    made.reason = text.str();
  }
  made.reason = llvm::StringRef(made.reason).trim(" \t:-").str();
}

}  // namespace

Suppressions::Suppressions(const syntax::Document& document, std::string_view today) {
  for (std::size_t i = 0; i < document.lines.size(); ++i) {
    if (!document.lines[i].comment.empty()) Read(document, i, today);
  }
  for (const Range& open : open_) {
    ranges_.push_back({open.suppression, {open.lines.begin, UINT32_MAX}});
  }
}

void Suppressions::Read(const syntax::Document& document, std::size_t at, std::string_view today) {
  const Line& line = document.lines[at];
  const llvm::StringRef comment = document.Text(line.comment).rtrim(" \t\r");
  llvm::StringRef text = comment.drop_front().ltrim(" \t");
  if (!text.consume_front("ipec:")) return;
  text = text.ltrim(" \t");
  const llvm::StringRef verb = text.take_while([](char c) { return llvm::isAlpha(c) || c == '-'; });
  text = text.drop_front(verb.size()).ltrim(" \t");
  if (verb != "allow" && verb != "allow-file" && verb != "allow-begin" && verb != "allow-end")
    return;

  Suppression made;
  made.where = {line.comment.begin,
                line.comment.begin + static_cast<std::uint32_t>(comment.size())};
  made.line = line.span;
  made.alone = line.kind == LineKind::Blank;
  if (text.consume_front("(")) {
    const llvm::StringRef inside = text.take_until([](char c) { return c == ')'; });
    text = text.drop_front(std::min(text.size(), inside.size() + 1));
    llvm::StringRef rest = inside;
    while (!rest.empty()) {
      const auto [word, more] = rest.split(',');
      const llvm::StringRef name = word.trim(" \t");
      if (!name.empty()) {
        const auto begin = static_cast<std::uint32_t>(name.data() - document.text.data());
        made.names.push_back(name.str());
        made.name_spans.push_back({begin, begin + static_cast<std::uint32_t>(name.size())});
      }
      rest = more;
    }
  }
  ReadReason(text, today, made);

  if (verb == "allow-end") {
    const auto begin = std::find_if(open_.rbegin(), open_.rend(), [&](const Range& open) {
      return made.names.empty() || list_[open.suppression].names == made.names;
    });
    if (begin == open_.rend()) {
      made.unopened = true;
      list_.push_back(std::move(made));
      return;
    }
    ranges_.push_back({begin->suppression, {begin->lines.begin, line.span.end}});
    open_.erase(std::next(begin).base());
    return;
  }
  const std::size_t index = list_.size();
  if (verb == "allow-file") {
    ranges_.push_back({index, {0, UINT32_MAX}});
  } else if (verb == "allow-begin") {
    open_.push_back({index, {line.span.begin, UINT32_MAX}});
  } else {
    // The comment's own line and, if it stands alone, all up to the next statement.
    Span lines = line.span;
    for (std::size_t i = at + 1; made.alone && i < document.lines.size(); ++i) {
      lines.end = document.lines[i].span.end;
      if (document.lines[i].kind != LineKind::Blank) break;
    }
    ranges_.push_back({index, lines});
  }
  list_.push_back(std::move(made));
}

bool Suppressions::Silence(const diagnostics::Descriptor& rule, Span where) {
  bool silenced = false;
  for (const Range& range : ranges_) {
    Suppression& suppression = list_[range.suppression];
    if (suppression.expired || where.begin < range.lines.begin || where.begin >= range.lines.end) {
      continue;
    }
    if (std::none_of(suppression.names.begin(), suppression.names.end(),
                     [&](const std::string& name) { return Names(name, rule); })) {
      continue;
    }
    suppression.used = true;
    silenced = true;
  }
  return silenced;
}

}  // namespace ipec::lint
