#include "compiler/check/claim_lines.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "compiler/check/checker.h"
#include "compiler/check/explain.h"
#include "compiler/check/explain_values.h"
#include "compiler/check/placeholder.h"
#include "compiler/check/regroup.h"
#include "compiler/check/show.h"
#include "compiler/check/statement_roles.h"
#include "compiler/check/words.h"
#include "compiler/check/wrapped.h"
#include "compiler/diagnostics/definitions.h"
#include "compiler/support/characters.h"
#include "compiler/support/numbers.h"
#include "compiler/support/suggest.h"

namespace ipec::check {
namespace {

using diagnostics::Diagnostic;
using diagnostics::TextEdit;
using policy::ClaimKind;
using support::Span;

class LineReader {
 public:
  LineReader(const syntax::Document& document, const targets::Target& target,
             diagnostics::Sink& sink)
      : document_(document),
        sink_(sink),
        checker_{document, target, options_, sink, result_},
        derived_{DerivedText(document.text), {}} {}

  DerivedRules Read() {
    derived_.text.Insert(kDerivedHead);
    for (at_ = 0; at_ < document_.lines.size(); ++at_) {
      const syntax::Line& line = document_.lines[at_];
      if (line.clauses.empty()) {
        derived_.text.CopyTo(line.span.end);
      } else {
        ReadLine(line);
      }
    }
    return std::move(derived_);
  }

 private:
  using Clauses = std::span<const syntax::Clause>;

  llvm::StringRef Text(Span span) const { return document_.Text(span); }

  void ReadLine(const syntax::Line& line) {
    const Clauses clauses = document_.ClausesOf(line);
    const syntax::Clause& first = clauses[0];
    if (ForeignComment(Text(line.statement)) != 0 || !FindTemplate(Text(first.span())).empty()) {
      PassOn(line);
      return;
    }
    ClaimLine claim{line.number, line.statement, first.value.end, {}, {}};
    if (FindWord(first, claim)) {
      ReadClaim(line, clauses.subspan(claim.rest < first.value.end ? 0 : 1), std::move(claim));
      return;
    }
    const Role role = RoleOf(first);
    if (role == Role::Operation) {
      ReadRule(line, clauses, std::move(claim));
      return;
    }
    if (role == Role::Header || role == Role::Default) {
      ReportPolicyPart(line, first.span());
    } else {
      sink_.Emit(Whole(first.span()), diag::UnknownClaim, Show(Text(Whole(first.span()))))
          .AddNote(std::string(kClaimForm));
    }
    Omit(line);
  }

  Span Whole(Span span) const { return support::WholeCharacters(document_.text, span); }

  Role RoleOf(const syntax::Clause& clause) const {
    const llvm::StringRef key = Text(clause.key);
    if (key == "op") return Role::Operation;
    if (key == "action") return Role::Action;
    if (ReadProperty(key)) return Role::Property;
    if (key == "policy_name" || key == "policy_version" || IsNearlyHeader(key)) return Role::Header;
    if (!clause.has_equals && (key == "DEFAULT" || IsNearlyDefault(key))) return Role::Default;
    return MisspeltRole(checker_, {clause.key, clause.value, clause.value, clause.has_equals});
  }

  // Finds the word of the claim at the beginning of its first clause, and reports it if it is
  // misspelt. False: there is none.
  bool FindWord(const syntax::Clause& first, ClaimLine& claim) {
    const Span span = first.has_equals ? first.key : first.span();
    llvm::StringRef text = Text(span);
    std::uint32_t begin = span.begin;
    for (OddBlank blank = OddBlankAt(text); blank.length > 0; blank = OddBlankAt(text)) {
      begin += blank.length;
      text = text.drop_front(blank.length);
    }
    for (const ClaimKind kind : {ClaimKind::Never, ClaimKind::Always, ClaimKind::Only}) {
      const llvm::StringRef word = policy::Name(kind);
      if (!text.startswith(word)) continue;
      const llvm::StringRef rest = text.drop_front(word.size());
      const std::uint32_t end = begin + support::ToU32(word.size());
      const bool is_glued = first.has_equals && rest == "op";
      if (OddBlankAt(rest).length == 0 && !is_glued && (first.has_equals || !rest.empty()))
        continue;
      claim.word = word.str();
      claim.kind = kind;
      claim.rest = end;
      if (!is_glued) return true;
      sink_
          .Emit(Whole({end, first.value.end}), diag::GluedWords,
                Show(Text(Whole({end, first.value.end}))))
          .AddFix("insert a space", {{{end, end}, " "}});
      claim.kind.reset();
      return true;
    }
    return !first.has_equals && FindMisspeltWord({begin, span.end}, claim);
  }

  bool FindMisspeltWord(Span span, ClaimLine& claim) {
    const llvm::StringRef text = Text(span);
    const std::string_view meant =
        support::Nearest(std::string_view(text.take_front(64)), policy::kClaimWords);
    if (meant.empty()) return false;
    claim.word = meant;
    claim.rest = span.end;
    span = Whole(span);
    const bool is_case = text.equals_insensitive(llvm::StringRef(meant));
    Diagnostic& diagnostic = is_case ? sink_.Emit(span, diag::ClaimWordCase, Show(text), meant)
                                     : sink_.Emit(span, diag::UnknownClaim, Show(Text(span)));
    if (!is_case) diagnostic.AddNote(support::DidYouMean(meant));
    diagnostic.AddFix(fmt::format("replace with `{}`", meant), {{span, std::string(meant)}});
    return true;
  }

  // `clauses` begin with the one at `claim.rest`, or the one after it.
  void ReadClaim(const syntax::Line& line, Clauses clauses, ClaimLine claim) {
    const Span word{line.statement.begin, claim.rest};
    std::size_t from = 0;
    std::vector<Span> blanked;
    while (from < clauses.size() && IsPolicyPart(clauses[from])) {
      const Span part = Whole(clauses[from].span());
      Diagnostic& diagnostic = sink_.Emit(part, diag::PolicyPartInClaims, Show(Text(part)));
      if (clauses.size() > 1) {
        const bool is_last = from + 1 == clauses.size();
        const std::uint32_t end = is_last ? part.end : clauses[from + 1].key.begin;
        diagnostic.AddFix("remove it", {{Whole({part.begin, end}), ""}});
      } else {
        diagnostic.AddFix("remove the statement", {RemoveStatement(checker_, line)});
      }
      blanked.push_back(part);
      ++from;
      claim.kind.reset();
    }
    if (clauses.empty()) {
      if (!JoinContinued(line, false, blanked)) ReportNoOperation(word, claim.word);
      Omit(line);
      SkipContinued(false);
      return;
    }
    if (ReportSeveral(clauses)) {
      Omit(line);
      return;
    }
    if (RemoveActions(clauses.subspan(from), blanked)) claim.kind.reset();
    const bool has_operation = std::any_of(clauses.begin(), clauses.end(), [&](const auto& clause) {
      return RoleOf(clause) == Role::Operation;
    });
    const bool is_joined = JoinContinued(line, has_operation, blanked);
    if (is_joined) claim.kind.reset();
    if (from == clauses.size() || IsAll(clauses.subspan(from), blanked)) {
      if (from == 0 && !is_joined) ReportNoOperation(word, claim.word);
      Omit(line);
    } else {
      Derive(line, std::move(claim), blanked);
    }
    SkipContinued(has_operation);
  }

  bool IsPolicyPart(const syntax::Clause& clause) const {
    const Role role = RoleOf(clause);
    return role == Role::Header || role == Role::Default;
  }

  // Both are in file order.
  static bool IsAll(Clauses clauses, const std::vector<Span>& blanked) {
    auto span = blanked.begin();
    return std::all_of(clauses.begin(), clauses.end(), [&](const syntax::Clause& clause) {
      while (span != blanked.end() && span->end < clause.value.end) ++span;
      return span != blanked.end() && span->begin <= clause.key.begin;
    });
  }

  void ReportNoOperation(Span where, std::string_view word) {
    sink_.Emit(Whole(where), diag::ClaimWithoutOperation, word).AddNote(std::string(kClaimForm));
  }

  void ReportPolicyPart(const syntax::Line& line, Span first) {
    first = Whole(first);
    Diagnostic& diagnostic = sink_.Emit(first, diag::PolicyPartInClaims, Show(Text(first)));
    diagnostic.AddNote("the header and the DEFAULTs are in the policy about which claims are made");
    if (FindTemplate(Text(line.statement)).empty()) {
      diagnostic.AddFix("remove the statement", {RemoveStatement(checker_, line)});
    }
  }

  // A rule, whose author has to choose the claim.
  void ReadRule(const syntax::Line& line, Clauses clauses, ClaimLine claim) {
    const std::uint32_t begin = line.statement.begin;
    const Span first = Whole(clauses[0].span());
    Diagnostic& diagnostic = sink_.Emit(first, diag::RuleInClaims, Show(Text(first)));
    std::vector<Span> blanked;
    std::vector<TextEdit> edits;
    bool allows = true;
    bool denies = true;
    FindActions(clauses, [&](std::size_t i, std::size_t end) {
      const Span action = Whole({clauses[i].key.begin, clauses[end - 1].value.end});
      blanked.push_back(action);
      if (i > 0) edits.push_back({Whole({clauses[i - 1].value.end, action.end}), ""});
      allows = Text(action).endswith("ALLOW");
      denies = Text(action).endswith("DENY");
    });
    for (const auto& [kind, fits] :
         {std::pair(ClaimKind::Never, denies), std::pair(ClaimKind::Always, allows),
          std::pair(ClaimKind::Only, allows)}) {
      if (!fits) continue;
      std::vector<TextEdit> all{{{begin, begin}, std::string(policy::Name(kind)) + " "}};
      all.insert(all.end(), edits.begin(), edits.end());
      diagnostic.AddGuess(fmt::format("turn it into a claim with `{}`", policy::Name(kind)),
                          std::move(all));
    }
    claim.word = policy::Name(ClaimKind::Never);
    claim.rest = begin;
    JoinContinued(line, /*has_operation=*/true, blanked);
    if (IsAll(clauses, blanked)) {
      Omit(line);
    } else {
      Derive(line, std::move(claim), blanked);
    }
    SkipContinued(/*has_operation=*/true);
  }

  // Calls `each` with the first clause of every action, and the one after its last.
  template <typename Each>
  void FindActions(Clauses clauses, const Each& each) const {
    const auto is_action = [&](std::size_t i) {
      return i < StatementExcerpt::kMost ? RoleOf(clauses[i]) == Role::Action
                                         : Text(clauses[i].key) == "action";
    };
    for (std::size_t i = 0; i < clauses.size(); ++i) {
      if (!is_action(i)) continue;
      // With whitespace around `=`, it is several clauses.
      std::size_t end = i + 1;
      const auto is_next = [&](bool has_equals) {
        return end < clauses.size() && clauses[end].has_equals == has_equals;
      };
      bool has_value = !clauses[i].value.empty();
      bool has_equals = clauses[i].has_equals;
      if (!has_equals && is_next(true) && clauses[end].key.empty()) {
        has_equals = true;
        has_value = !clauses[end++].value.empty();
      }
      if (has_equals && !has_value && is_next(false) && is_action(end)) ++end;
      each(i, end);
      i = end - 1;
    }
  }

  // Reports the actions of a claim and adds them to `blanked`. False: it has none.
  bool RemoveActions(Clauses clauses, std::vector<Span>& blanked) {
    bool found = false;
    FindActions(clauses, [&](std::size_t i, std::size_t end) {
      found = true;
      const Span action = Whole({clauses[i].key.begin, clauses[end - 1].value.end});
      blanked.push_back(action);
      Diagnostic& diagnostic =
          sink_.Emit(Whole(action), diag::ClaimWithAction, Show(Text(Whole(action))));
      const bool is_last = end == clauses.size();
      const Span removed = i > 0
                               ? Span{clauses[i - 1].value.end, action.end}
                               : Span{action.begin, is_last ? action.end : clauses[end].key.begin};
      diagnostic.AddFix("remove the action", {{Whole(removed), ""}});
    });
    return found;
  }

  // Reports that another claim begins within the line.
  bool ReportSeveral(Clauses clauses) {
    std::vector<TextEdit> edits;
    Span second;
    for (std::size_t i = 1; i + 1 < clauses.size(); ++i) {
      const bool is_word =
          !clauses[i].has_equals &&
          std::find(policy::kClaimWords.begin(), policy::kClaimWords.end(),
                    std::string_view(Text(clauses[i].key))) != policy::kClaimWords.end();
      if (!is_word || Text(clauses[i + 1].key) != "op") continue;
      if (edits.empty()) second = clauses[i].key;
      edits.push_back({Whole({clauses[i - 1].value.end, clauses[i].key.begin}), "\n"});
    }
    if (edits.empty()) return false;
    sink_.Emit(second, diag::SeveralStatements, Show(Text(second)))
        .AddNote("a claim ends at the end of its line")
        .AddFix("insert a line break", std::move(edits));
    return true;
  }

  // The line that continues the one at `i`, perhaps behind lines that are empty or comments; `i` if
  // none does.
  std::size_t ContinuationOf(std::size_t i, bool has_operation) const {
    const std::size_t end = std::min(i + kMostWrappedLines, document_.lines.size());
    std::size_t next = i + 1;
    while (next < end && document_.lines[next].clauses.empty()) ++next;
    if (next >= end) return i;
    const syntax::Clause& first = document_.ClausesOf(document_.lines[next])[0];
    const Role role = RoleOf(first);
    const bool continues = (role == Role::Property && first.has_equals) ||
                           (role == Role::Operation && first.has_equals && !has_operation);
    return continues ? next : i;
  }

  // The continuation mark of a shell at the end of a line, with the whitespace before it; empty if
  // there is none.
  Span MarkOf(const syntax::Line& line) const {
    const Span statement = Whole(line.statement);
    const llvm::StringRef text = Text(statement);
    if (!text.endswith("\\")) return {statement.end, statement.end};
    const std::size_t before = text.drop_back().rtrim(" \t").size();
    return {statement.begin + support::ToU32(before), statement.end};
  }

  // Reports that the lines below continue `line`, if they do, and adds its mark to `blanked`.
  bool JoinContinued(const syntax::Line& line, bool has_operation, std::vector<Span>& blanked) {
    const std::size_t second = ContinuationOf(at_, has_operation);
    if (second == at_) return false;
    if (const Span mark = MarkOf(line); !mark.empty()) blanked.push_back(mark);
    Diagnostic& diagnostic = sink_.Emit(Whole(line.statement), diag::WrappedStatement);
    diagnostic.AddNote("it continues here", Whole(document_.lines[second].statement));
    std::vector<TextEdit> edits;
    // Comments between the parts go above the claim.
    std::string comments;
    bool holds_words = false;
    std::size_t last = at_;
    for (std::size_t next = second; next != last; next = ContinuationOf(last, has_operation)) {
      const syntax::Line& part = document_.lines[next];
      edits.push_back({Whole({MarkOf(document_.lines[last]).begin, part.statement.begin}), " "});
      for (; last != next; ++last) {
        const llvm::StringRef comment = Text(document_.lines[last].comment);
        if (comment.empty()) continue;
        comments += comment.str() + "\n";
        holds_words = holds_words || HoldsPartOfStatement(comment);
      }
      has_operation = has_operation || part.kind == syntax::LineKind::Rule;
    }
    if (const Span mark = MarkOf(document_.lines[last]); !mark.empty()) edits.push_back({mark, ""});
    if (!comments.empty()) {
      edits.insert(edits.begin(), {{line.span.begin, line.span.begin}, std::move(comments)});
    }
    diagnostic.AddFix("join the lines", std::move(edits));
    diagnostic.fixes.back().is_guess = holds_words;
    return true;
  }

  // Leaves out the lines that JoinContinued has reported.
  void SkipContinued(bool has_operation) {
    for (std::size_t next = ContinuationOf(at_, has_operation); next != at_;
         next = ContinuationOf(at_, has_operation)) {
      while (++at_ != next) derived_.text.CopyTo(document_.lines[at_].span.end);
      has_operation = has_operation || document_.lines[at_].kind == syntax::LineKind::Rule;
      Omit(document_.lines[at_]);
    }
  }

  void PassOn(const syntax::Line& line) {
    derived_.lines.push_back({line.number, line.statement, line.statement.begin, {}, {}});
    derived_.text.CopyTo(line.span.end);
  }

  void Omit(const syntax::Line& line) {
    derived_.text.CopyTo(line.statement.begin);
    derived_.text.BlankTo(line.statement.end);
    derived_.text.CopyTo(line.span.end);
  }

  void Derive(const syntax::Line& line, ClaimLine claim, const std::vector<Span>& blanked) {
    // Odd whitespace before the word is reported as in a policy.
    derived_.text.CopyTo(claim.rest == line.statement.begin
                             ? claim.rest
                             : claim.rest - support::ToU32(WrittenWord(line, claim).size()));
    derived_.text.BlankTo(claim.rest);
    for (const Span span : blanked) {
      derived_.text.CopyTo(span.begin);
      derived_.text.BlankTo(span.end);
    }
    const std::uint32_t end = Whole(line.statement).end;
    derived_.text.CopyTo(end);
    const bool touches = !line.comment.empty() && line.comment.begin == end;
    derived_.text.Insert(kDerivedAction.str() + (touches ? " " : ""));
    derived_.text.CopyTo(line.span.end);
    derived_.lines.push_back(std::move(claim));
  }

  // The first word of the line, without the odd whitespace before it.
  llvm::StringRef WrittenWord(const syntax::Line& line, const ClaimLine& claim) const {
    llvm::StringRef text = Text({line.statement.begin, claim.rest});
    for (OddBlank blank = OddBlankAt(text); blank.length > 0; blank = OddBlankAt(text)) {
      text = text.drop_front(blank.length);
    }
    return text;
  }

  const syntax::Document& document_;
  diagnostics::Sink& sink_;
  const Options options_;
  Result result_;
  Checker checker_;
  DerivedRules derived_;
  std::size_t at_ = 0;  // the number of the line
};

}  // namespace

DerivedRules DeriveRules(const syntax::Document& document, const targets::Target& target,
                         diagnostics::Sink& sink) {
  return LineReader(document, target, sink).Read();
}

}  // namespace ipec::check
