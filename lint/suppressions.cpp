#include "lint/suppressions.h"

#include <algorithm>
#include <iterator>

#include "compiler/support/date.h"
#include "compiler/syntax/directive.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::lint {
namespace {

using syntax::DirectiveVerb;
using syntax::Line;
using syntax::LineKind;

// Names of rules for their codes, in order.
std::vector<std::string> Canonical(std::vector<std::string> names) {
  for (std::string& name : names) {
    if (const Rule* rule = FindRule(name)) name = rule->descriptor.name;
  }
  std::sort(names.begin(), names.end());
  return names;
}

// Removes `until=…` from the reason.
void ReadReason(llvm::StringRef text, std::string_view today, Suppression& made) {
  const std::size_t at = text.find("until=");
  if (at != llvm::StringRef::npos) {
    const llvm::StringRef date = text.substr(at + 6).take_until(llvm::isSpace);
    made.until = date.str();
    made.malformed_date = !support::IsDate({date.data(), date.size()});
    made.expired = made.malformed_date || made.until < today;
    made.reason = (text.take_front(at) + text.drop_front(at + 6 + date.size())).str();
  } else {
    made.reason = text.str();
  }
  made.reason = llvm::StringRef(made.reason).trim(" \t:-").str();
}

// Whether words after `ipec:` look like a suppression: `allows(x)`, `Allow (x)`, `allow-fiel`.
bool LooksLikeVerb(llvm::StringRef verb, llvm::StringRef behind) {
  return !verb.empty() && (behind.startswith("(") || verb.startswith_insensitive("allow"));
}

// The rules that the comment names, each once; invalid: `all`.
std::vector<LintRuleId> RulesOf(const Suppression& suppression) {
  std::vector<LintRuleId> rules;
  for (const std::string& name : suppression.names) {
    if (name == "all") {
      rules.emplace_back();
    } else if (const Rule* rule = FindRule(name)) {
      rules.push_back(rule->id);
    }
  }
  std::sort(rules.begin(), rules.end());
  rules.erase(std::unique(rules.begin(), rules.end()), rules.end());
  return rules;
}

// A heap with the range that ends first on top.
constexpr auto kEndsLater = [](const auto& a, const auto& b) { return a.lines.end > b.lines.end; };

}  // namespace

Suppressions::Suppressions(const syntax::Document& document, std::string_view today) {
  for (std::size_t i = 0; i < document.lines.size(); ++i) {
    if (!document.lines[i].comment.empty()) Read(document, i, today);
  }
  for (std::size_t i = 0; i < open_.size(); ++i) {
    if (closed_[i]) continue;
    list_[open_[i].suppression].unended = true;
    ranges_.push_back(open_[i]);
  }
  std::stable_sort(ranges_.begin(), ranges_.end(),
                   [](const Range& a, const Range& b) { return a.lines.begin < b.lines.begin; });
}

void Suppressions::Read(const syntax::Document& document, std::size_t at, std::string_view today) {
  const Line& line = document.lines[at];
  const llvm::StringRef comment = document.Text(line.comment).rtrim(" \t\r");
  const std::optional<syntax::Directive> directive = syntax::ReadDirective(comment);
  if (!directive) return;
  llvm::StringRef text = directive->rest;
  const std::optional<DirectiveVerb> verb = directive->Verb();
  Suppression made;
  made.where = support::SpanIn(document.text, comment);
  made.line = line.span;
  made.alone = line.kind == LineKind::Blank;
  if (!verb) {
    if (!LooksLikeVerb(directive->verb, text)) return;
    const llvm::StringRef wrong = directive->IsMarked() ? directive->verb : directive->mark;
    made.unknown_verb = support::SpanIn(document.text, wrong);
    list_.push_back(std::move(made));
    return;
  }
  if (text.consume_front("(")) {
    const llvm::StringRef inside = text.take_until([](char c) { return c == ')'; });
    text = text.drop_front(std::min(text.size(), inside.size() + 1));
    llvm::StringRef rest = inside;
    while (!rest.empty()) {
      const auto [word, more] = rest.split(',');
      const llvm::StringRef name = word.trim(" \t");
      if (!name.empty()) {
        made.names.push_back(name.str());
        made.name_spans.push_back(support::SpanIn(document.text, name));
      }
      rest = more;
    }
  }
  ReadReason(text, today, made);

  if (*verb == DirectiveVerb::AllowEnd) {
    made.unopened = !Close(made.names, line.span.end);
    if (made.unopened) list_.push_back(std::move(made));
    return;
  }
  const std::size_t index = list_.size();
  if (*verb == DirectiveVerb::AllowFile) {
    ranges_.push_back({index, {0, UINT32_MAX}});
  } else if (*verb == DirectiveVerb::AllowBegin) {
    open_by_names_[Canonical(made.names)].push_back(open_.size());
    open_.push_back({index, {line.span.begin, UINT32_MAX}});
    closed_.push_back(false);
  } else {
    // The comment's own line and, if it is alone on it, everything up to the next statement.
    Span lines = line.span;
    if (made.alone) lines.end = EndOfNextStatement(document, at);
    ranges_.push_back({index, lines});
  }
  list_.push_back(std::move(made));
}

bool Suppressions::Close(const std::vector<std::string>& names, std::uint32_t end) {
  if (open_.empty()) return false;
  std::size_t begin = open_.size() - 1;  // never ended, see below
  if (names.empty()) {
    open_by_names_[Canonical(list_[open_[begin].suppression].names)].pop_back();
  } else {
    const auto found = open_by_names_.find(Canonical(names));
    if (found == open_by_names_.end() || found->second.empty()) return false;
    begin = found->second.back();
    found->second.pop_back();
  }
  closed_[begin] = true;
  ranges_.push_back({open_[begin].suppression, {open_[begin].lines.begin, end}});
  // Ended ranges at the end are not visited again.
  while (!closed_.empty() && closed_.back()) {
    closed_.pop_back();
    open_.pop_back();
  }
  return true;
}

std::uint32_t Suppressions::EndOfNextStatement(const syntax::Document& document, std::size_t at) {
  if (ends_.empty()) {
    ends_.resize(document.lines.size());
    std::uint32_t end = document.lines.back().span.end;
    for (std::size_t i = document.lines.size(); i-- != 0;) {
      ends_[i] = end;
      if (document.lines[i].kind != LineKind::Blank) end = document.lines[i].span.end;
    }
  }
  return ends_[at];
}

void Suppressions::AdvanceTo(std::uint32_t offset) {
  for (; next_ < ranges_.size() && ranges_[next_].lines.begin <= offset; ++next_) {
    const Range& range = ranges_[next_];
    const Suppression& comment = list_[range.suppression];
    if (comment.expired || !comment.has_reason() || range.lines.end <= offset) continue;
    for (const LintRuleId rule : RulesOf(comment)) {
      Active& active = ActiveOf(rule);
      active.comments.insert(range.suppression);
      active.fresh.push_back(range);
    }
    reached_.push_back(range);
    std::push_heap(reached_.begin(), reached_.end(), kEndsLater);
  }
  while (!reached_.empty() && reached_.front().lines.end <= offset) {
    for (const LintRuleId rule : RulesOf(list_[reached_.front().suppression])) {
      std::multiset<std::size_t>& comments = ActiveOf(rule).comments;
      comments.erase(comments.find(reached_.front().suppression));
    }
    std::pop_heap(reached_.begin(), reached_.end(), kEndsLater);
    reached_.pop_back();
  }
}

std::optional<std::size_t> Suppressions::Suppress(LintRuleId rule, Span where) {
  AdvanceTo(where.begin);
  std::optional<std::size_t> first;
  for (const LintRuleId name : {rule, LintRuleId()}) {
    Active& active = ActiveOf(name);
    if (!active.comments.empty() && (!first || *active.comments.begin() < *first)) {
      first = *active.comments.begin();
    }
    for (const Range& range : active.fresh) {
      if (range.lines.end <= where.begin) continue;
      std::vector<LintRuleId>& used_for = list_[range.suppression].used_for;
      if (std::find(used_for.begin(), used_for.end(), name) == used_for.end()) {
        used_for.push_back(name);
      }
    }
    active.fresh.clear();
  }
  return first;
}

}  // namespace ipec::lint
