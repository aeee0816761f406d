// Explains the structure of a rule or a DEFAULT: its operation, its action, and their order.
// explain_values.cpp explains the values.

#include <algorithm>
#include <span>

#include <fmt/format.h>

#include "compiler/check/explain.h"
#include "compiler/check/explain_values.h"
#include "compiler/check/placeholder.h"
#include "compiler/check/regroup.h"
#include "compiler/check/show.h"
#include "compiler/check/statement_roles.h"
#include "compiler/check/words.h"
#include "compiler/diagnostics/definitions.h"
#include "compiler/support/characters.h"
#include "compiler/support/numbers.h"
#include "compiler/support/suggest.h"

namespace ipec::check {
namespace {

using diagnostics::Diagnostic;
using diagnostics::TextEdit;
using support::Span;

class StatementExplainer {
 public:
  StatementExplainer(Checker& checker, const syntax::Line& line, const StatementExcerpt& excerpt)
      : checker_(checker),
        line_(line),
        kept_(excerpt),
        excerpt_(AsWritten(checker, line, excerpt)) {}

  void Explain() {
    if (ExplainForeignComment(checker_, line_) || ExplainAuditRecord(checker_, line_)) return;
    words_ = Regroup(checker_, line_, excerpt_.words);
    if (!words_.empty()) ExplainWords();
  }

 private:
  void ExplainWords() {
    FindRoles();
    if (roles_[0] == Role::Header) {
      ExplainHeaderAgain();
      return;
    }
    if (PartStatements()) return;
    if (is_default_) NoteBrokenDefault(checker_, words_);
    const bool goes_on = Begin();
    const bool known = goes_on && Count(Role::Template) == 0;
    // The placeholder may contain whatever is missing or misplaced.
    if (known) CheckOrder();
    if (!known) ExplainCut(checker_, line_, {});
    if (!goes_on) return;
    // If this target cannot express the statement, its other problems do not matter.
    for (std::size_t i = 0; i < words_.size(); ++i) {
      if (roles_[i] != Role::Operation || CheckOperation(words_[i])) continue;
      ExplainPlaceholders(checker_, words_);
      return;
    }
    for (std::size_t i = 0; i < words_.size(); ++i) CheckWord(i);
  }

  llvm::StringRef Text(Span span) const { return checker_.Text(span); }
  std::string Shown(std::size_t i) const { return Show(Text(words_[i].span())); }
  Statement AsStatement() const { return {line_, words_, is_default_}; }

  void FindRoles() {
    for (const Word& word : words_) {
      const llvm::StringRef key = Text(word.key);
      roles_.push_back(key == "op"                                       ? Role::Operation
                       : key == "action"                                 ? Role::Action
                       : ReadProperty(key).has_value()                   ? Role::Property
                       : key == "DEFAULT" && !word.has_equals            ? Role::Default
                       : key == "policy_name" || key == "policy_version" ? Role::Header
                       : !FindTemplate(key).empty()                      ? Role::Template
                                                    : MisspeltRole(checker_, word));
    }
    is_default_ = roles_[0] == Role::Default;
    if (roles_[0] == Role::Template) checker_.is_template = true;
  }

  // Explains several statements on one line one by one. False if there is only one.
  bool PartStatements() {
    std::vector<std::size_t> begins = FurtherStatements(roles_);
    if (begins.empty()) return false;
    Diagnostic& diagnostic =
        checker_.sink.Emit(words_[begins[0]].span(), diag::SeveralStatements, Shown(begins[0]));
    std::vector<TextEdit> edits;
    bool has_return = false;
    for (const std::size_t i : begins) {
      const Span blank{words_[i - 1].written.end, words_[i].key.begin};
      has_return = has_return || NoteReturn(checker_, diagnostic, blank);
      edits.push_back({blank, "\n"});
    }
    if (!has_return) diagnostic.AddNote("a statement ends at the end of its line");
    if (!RepeatDefaults(checker_, words_, roles_, begins))
      diagnostic.AddFix("insert a line break", std::move(edits));
    // The other repairs are offered once each statement has its own line.
    const std::size_t first = checker_.sink.list().size();
    begins.push_back(words_.size());
    std::size_t from = 0;
    for (const std::size_t to : begins) {
      StatementExcerpt excerpt;
      const auto own = std::span(words_).subspan(from, to - from);
      excerpt.words.assign(own.begin(), own.end());
      excerpt.is_whole = excerpt_.is_whole;
      syntax::Line part = line_;
      part.statement = {excerpt.words.front().key.begin, excerpt.words.back().written.end};
      part.span = part.statement;
      if (to != words_.size()) part.comment = {};
      StatementExplainer one(checker_, part, excerpt);
      one.words_ = excerpt.words;
      one.ExplainWords();
      from = to;
    }
    for (Diagnostic& finding : std::span(checker_.sink.list()).subspan(first)) {
      finding.fixes.clear();
    }
    return true;
  }

  // After the header, mainline reads another header as a rule; rfc-v7 one that begins with the
  // version.
  void ExplainHeaderAgain() {
    if (checker_.header == line_.statement) return;
    if (checker_.header) {
      ExplainSecondHeader(checker_, line_);
      const bool has_default = std::any_of(words_.begin(), words_.end(), [&](const Word& word) {
        return !word.has_equals && Text(word.key) == "DEFAULT";
      });
      if (has_default) NoteBrokenDefault(checker_, words_);
    } else {
      checker_.header = line_.statement;
      const MeantHeader meant = ExplainHeader(checker_, line_, kept_);
      if (meant.rest < kept_.words.size()) checker_.broken.any = true;
    }
  }

  // The kind of the statement. False if nothing more can be reported about it.
  bool Begin() {
    if (roles_[0] == Role::Default) return true;
    if (roles_[0] != Role::Unknown) return true;
    const Word& first = words_[0];
    const bool has_parts = Count(Role::Operation) + Count(Role::Action) > 0;
    if (IsNearlyDefault(Text(first.key))) {
      is_default_ = true;
      roles_[0] = Role::Default;
      NoteBrokenDefault(checker_, words_);
      Diagnostic& diagnostic =
          checker_.sink.Emit(first.span(), diag::UnknownStatement, Show(Text(first.span())));
      if (first.has_equals) {
        diagnostic.AddNote("a DEFAULT has the form `DEFAULT action=DENY`");
        const bool is_action = words_.size() == 1 && ReadAction(Text(first.value)).has_value();
        if (!is_action) return false;
        diagnostic.AddFix("replace with `DEFAULT action=`",
                          {{{first.key.begin, first.written.begin}, "DEFAULT action="}});
        return false;
      }
      diagnostic.AddNote(support::DidYouMean("DEFAULT"));
      if (has_parts) diagnostic.AddFix("replace with `DEFAULT`", {{first.key, "DEFAULT"}});
      return has_parts;
    }
    if (first.has_equals && has_parts) return true;  // an unknown property before the operation
    Diagnostic& diagnostic =
        checker_.sink.Emit(first.has_equals ? first.key : first.span(), diag::UnknownStatement,
                           Show(Text(first.has_equals ? first.key : first.span())));
    if (has_parts) {
      // Everything up to the first word that can begin a statement.
      std::size_t next = 1;
      while (roles_[next] == Role::Unknown && !words_[next].has_equals) ++next;
      diagnostic.AddFix("remove the unexpected part",
                        {{{first.key.begin, words_[next].key.begin}, ""}});
      words_.erase(words_.begin(), words_.begin() + support::ToOffset(next));
      roles_.erase(roles_.begin(), roles_.begin() + support::ToOffset(next));
    }
    return has_parts;
  }

  std::size_t Count(Role role) const {
    return support::ToSize(std::count(roles_.begin(), roles_.end(), role));
  }
  std::size_t First(Role role) const {
    return support::ToSize(std::find(roles_.begin(), roles_.end(), role) - roles_.begin());
  }

  void CheckOrder() {
    const std::size_t begin = is_default_ ? 1 : 0;
    const std::size_t operation = First(Role::Operation);
    const std::size_t action = First(Role::Action);
    const bool has_operation = operation < words_.size();
    const bool has_action = action < words_.size();
    const bool hidden = ExplainCut(checker_, line_, has_action ? "" : "action=");
    if (!has_action && !hidden) {
      const std::uint32_t end = words_.back().written.end;
      Diagnostic& diagnostic = checker_.sink.Emit(line_.statement, diag::MissingAction);
      for (const std::string_view word : {"action=DENY", "action=ALLOW"}) {
        diagnostic.AddGuess(fmt::format("insert `{}`", word),
                            {{{end, end}, fmt::format(" {}{}", word, BlankAfter(end))}});
      }
    }
    if (!has_operation && !is_default_) {
      checker_.sink.Emit(line_.statement, diag::MissingOperation)
          .AddNote("a rule has the form `op=OPERATION PROPERTY=VALUE… action=ACTION`");
    }
    if (has_operation && operation != begin) {
      AddOrder(checker_.sink.Emit(words_[operation].span(), diag::OperationNotFirst,
                                  Shown(operation), Shown(operation - 1)));
    } else if (has_action && Count(Role::Action) == 1 && action + 1 != words_.size()) {
      AddOrder(checker_.sink.Emit(words_[action].span(), diag::ActionNotLast, Shown(action),
                                  Shown(action + 1)));
    }
    if (Count(Role::Operation) > 1) ReportRepeatedOperation(operation);
    if (Count(Role::Action) > 1) ReportRepeatedAction(action);
  }

  void AddOrder(Diagnostic& diagnostic) const {
    if (!excerpt_.is_whole) return;
    // The place of a word after the action that is not a part of a statement is unknown.
    const auto after = std::span(roles_).subspan(First(Role::Action));
    const bool has_other = std::any_of(after.begin(), after.end(), [](Role role) {
      return role == Role::Unknown || role == Role::Header;
    });
    if (has_other && First(Role::Operation) < First(Role::Action)) return;
    diagnostic.AddFix("reorder the statement",
                      {{line_.statement, InOrder() + BlankAfter(line_.statement.end)}});
  }

  // The text needed after new text that ends at `end`, or at the words before it.
  std::string BlankAfter(std::uint32_t end) const {
    return end == line_.statement.end ? BlankBeforeComment(checker_, line_).str() : "";
  }

  // The statement with the first operation first and the first action last, otherwise unchanged.
  std::string InOrder() const {
    const std::size_t operation = First(Role::Operation);
    const std::size_t action = First(Role::Action);
    std::vector<std::size_t> order;
    if (is_default_) order.push_back(0);
    if (operation < words_.size()) order.push_back(operation);
    for (std::size_t i = is_default_ ? 1 : 0; i < words_.size(); ++i) {
      if (i != operation && i != action) order.push_back(i);
    }
    if (action < words_.size()) order.push_back(action);
    std::string text;
    for (const std::size_t i : order) {
      if (!text.empty()) text += ' ';
      text += Text(words_[i].span());
    }
    return text;
  }

  void ReportRepeatedOperation(std::size_t first) {
    std::size_t second = first + 1;
    while (roles_[second] != Role::Operation) ++second;
    Diagnostic& diagnostic =
        checker_.sink.Emit(words_[second].span(), diag::RepeatedOperation, Shown(second));
    diagnostic.AddNote("the first one is here", words_[first].span());
    // The distinct operations. Aliases are explained first.
    std::vector<llvm::StringRef> operations;
    std::vector<TextEdit> others;
    for (std::size_t i = 0; i < words_.size(); ++i) {
      if (roles_[i] != Role::Operation) continue;
      const llvm::StringRef word = Text(words_[i].span());
      if (i != first) others.push_back(RemoveBackwards(i));
      if (std::find(operations.begin(), operations.end(), word) == operations.end()) {
        operations.push_back(word);
      }
    }
    if (!excerpt_.is_whole || operations.size() > 16 || !AreOperationsKnown()) return;
    if (operations.size() == 1) {
      diagnostic.AddFix("remove the repetition", std::move(others));
      return;
    }
    std::string text;
    for (const llvm::StringRef operation : operations) {
      text += fmt::format("{}{}{}", text.empty() ? "" : "\n", is_default_ ? "DEFAULT " : "",
                          std::string_view(operation));
      for (std::size_t i = is_default_ ? 1 : 0; i < words_.size(); ++i) {
        if (roles_[i] != Role::Operation)
          text += fmt::format(" {}", std::string_view(Text(words_[i].span())));
      }
    }
    diagnostic.AddFix("split into one statement per operation",
                      {{line_.statement, text + BlankAfter(line_.statement.end)}});
  }

  // Whether each can have a statement of its own: a DEFAULT for an operation comes once.
  bool AreOperationsKnown() const {
    std::vector<llvm::StringRef> words;
    policy::OperationSet seen;
    for (std::size_t i = 0; i < words_.size(); ++i) {
      if (roles_[i] != Role::Operation) continue;
      const llvm::StringRef name = Text(words_[i].value);
      const auto operation = ReadOperation(checker_.target, name);
      const targets::Alias* alias = ReadAlias(checker_.target, name);
      if (Text(words_[i].key) != "op" || (!operation && alias == nullptr)) return false;
      const llvm::StringRef word = Text(words_[i].span());
      if (!is_default_ || std::find(words.begin(), words.end(), word) != words.end()) continue;
      words.push_back(word);
      policy::OperationSet named;
      if (operation) named.Add(*operation);
      if (alias != nullptr) named |= SetOf(*alias);
      if (!(seen & named).empty()) return false;
      seen |= named;
    }
    return true;
  }

  void ReportRepeatedAction(std::size_t first) {
    std::size_t second = first + 1;
    while (roles_[second] != Role::Action) ++second;
    Diagnostic& diagnostic =
        checker_.sink.Emit(words_[second].span(), diag::RepeatedAction, Shown(second));
    diagnostic.AddNote("the first one is here", words_[first].span());
    std::vector<TextEdit> others;
    for (std::size_t i = 0; i + 1 < words_.size(); ++i) {
      if (roles_[i] != Role::Action) continue;
      if (Text(words_[i].span()) != Text(words_[second].span())) return;
      others.push_back(RemoveForwards(i));
    }
    if (excerpt_.is_whole && roles_.back() == Role::Action &&
        Text(words_.back().span()) == Text(words_[second].span())) {
      diagnostic.AddFix("remove all but the last one", std::move(others));
    }
  }

  // A word with the whitespace before or after it; edits of neighboring words do not overlap.
  TextEdit RemoveBackwards(std::size_t i) const {
    const std::uint32_t end = words_[i].written.end;
    return {{words_[i - 1].written.end, end}, BlankAfter(end)};
  }
  TextEdit RemoveForwards(std::size_t i) const {
    return {{words_[i].key.begin, words_[i + 1].key.begin}, ""};
  }

  void CheckWord(std::size_t i) {
    const Word& word = words_[i];
    switch (roles_[i]) {
      case Role::Operation:
        break;  // already checked
      case Role::Action:
        if (CheckKey(word, "action")) ExplainAction(checker_, word);
        break;
      case Role::Property:
        if (is_default_) {
          ReportDefaultWithProperty(i);
        } else {
          ExplainProperty(checker_, AsStatement(), word);
        }
        break;
      case Role::Default:
        if (i != 0) ExplainProperty(checker_, AsStatement(), word);
        break;
      case Role::Template:
        ExplainTemplate(checker_, word.key);
        break;
      case Role::Header:
      case Role::Unknown:
        ExplainProperty(checker_, AsStatement(), word);
        break;
    }
  }

  bool CheckOperation(const Word& word) {
    return !CheckKey(word, "op") || ExplainOperation(checker_, AsStatement(), word);
  }

  // Reports a misspelt or missing key. False: the key is missing, and the value is correct.
  bool CheckKey(const Word& word, std::string_view right) {
    const llvm::StringRef key = Text(word.key);
    if (std::string_view(key) == right) return true;
    if (word.has_equals) {
      checker_.sink.Emit(word.key, diag::MisspeltKey, Show(key), right)
          .AddFix(fmt::format("replace with `{}`", right), {{word.key, std::string(right)}});
    } else {
      checker_.sink.Emit(word.key, diag::KeyLeftOut, Show(key), right)
          .AddFix(fmt::format("insert `{}=`", right),
                  {{{word.key.begin, word.key.begin}, fmt::format("{}=", right)}});
    }
    return word.has_equals;
  }

  void ReportDefaultWithProperty(std::size_t i) {
    if (reported_property_) return;
    reported_property_ = true;
    std::vector<TextEdit> edits;
    for (std::size_t k = i; k < words_.size(); ++k) {
      if (roles_[k] == Role::Property) edits.push_back(RemoveBackwards(k));
    }
    Diagnostic& diagnostic =
        checker_.sink.Emit(words_[i].span(), diag::DefaultWithProperty, Shown(i));
    diagnostic.AddNote("a DEFAULT decides every event of its operations that no rule matches");
    if (Count(Role::Action) == 1 && roles_.back() == Role::Action) {
      if (Count(Role::Operation) == 1 && AreConditions()) {
        diagnostic.AddFix("turn it into a rule",
                          {{{words_[0].key.begin, words_[1].key.begin}, ""}});
      }
      // The DEFAULT would decide more events than it describes.
      const bool allows = Text(words_.back().value) == "ALLOW";
      diagnostic.AddGuess(allows ? "remove the properties; it allows, so this loosens the policy"
                                 : "remove the properties",
                          std::move(edits));
    }
  }

  // Whether all properties could be in a rule unchanged.
  bool AreConditions() const {
    for (std::size_t i = 0; i < words_.size(); ++i) {
      if (roles_[i] == Role::Property && !IsCondition(checker_, words_[i])) return false;
    }
    return true;
  }

  Checker& checker_;
  const syntax::Line& line_;
  const StatementExcerpt& kept_;    // the kernel's words
  const StatementExcerpt excerpt_;  // the author's words
  std::vector<Word> words_;
  std::vector<Role> roles_;  // of `words_`
  bool is_default_ = false;
  bool reported_property_ = false;
};

}  // namespace

void ExplainStatement(Checker& checker, const syntax::Line& line, const StatementExcerpt& excerpt) {
  if (checker.sink.full()) {
    if (checker.Text(excerpt.words[0].key) == "DEFAULT") NoteBrokenDefault(checker, excerpt.words);
    checker.sink.Skip();
    return;
  }
  const std::size_t before = checker.sink.list().size() + checker.sink.more();
  const std::size_t first = checker.sink.list().size();
  StatementExplainer(checker, line, excerpt).Explain();
  KeepFirstRepair(checker, line, first);
  if (checker.sink.list().size() + checker.sink.more() == before) {
    const Span word =
        support::WholeCharacters(checker.document.text, excerpt.words[excerpt.at].span());
    checker.sink.Emit(word, diag::UnknownProperty, Show(checker.Text(word)), checker.target.name);
  }
}

}  // namespace ipec::check
