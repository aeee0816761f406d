#include "compiler/check/regroup.h"

#include <algorithm>

#include <fmt/format.h>

#include "compiler/check/explain.h"
#include "compiler/check/placeholder.h"
#include "compiler/check/quoted_words.h"
#include "compiler/check/show.h"
#include "compiler/diagnostics/definitions.h"
#include "compiler/support/characters.h"
#include "compiler/support/numbers.h"
#include "llvm/Support/ConvertUTF.h"

namespace ipec::check {
namespace {

using diagnostics::TextEdit;
using support::Span;

bool IsComplete(llvm::StringRef text) {
  return text == "op" || text == "action" || text == "policy_version" ||
         runtime::FindProperty({text.data(), text.size()}).has_value();
}

class Regrouper {
 public:
  Regrouper(Checker& checker, const syntax::Line& line, std::span<const Word> words)
      : checker_(checker),
        line_(line),
        text_(checker.document.text),
        knows_quotes_(checker.document.lexis == syntax::Lexis::Quoted),
        words_(words.begin(), words.end()) {}

  std::vector<Word> Run() {
    if (knows_quotes_) TakeOffQuotes();
    SplitAtOddWhitespace();
    JoinEquals();
    JoinQuotesAndPlaceholders();
    PartGlued();
    return std::move(words_);
  }

 private:
  llvm::StringRef Text(Span span) const { return checker_.Text(span); }

  Word Cut(Span span) const { return WordIn(checker_, span); }
  Span ValueOf(Span written) const { return ValueIn(checker_, written); }

  // `'op=EXECUTE'`: quotes around a word, or around all of them. (A name may be anything.)
  void TakeOffQuotes() {
    std::vector<Word> parted;
    std::vector<TextEdit> edits;
    Span first;
    const auto clauses = checker_.document.ClausesOf(line_);
    auto clause = clauses.begin();
    for (const Word& word : words_) {
      while (clause->span().end <= word.key.begin) ++clause;
      const char quote = QuoteAround(checker_, *clause, word);
      const std::size_t close = quote == 0 ? llvm::StringRef::npos : Text(word.span()).find(quote);
      if (close == llvm::StringRef::npos || Text(word.key) == "policy_name" ||
          parted.size() >= StatementExcerpt::kMost) {
        parted.push_back(word);
        continue;
      }
      const std::uint32_t end = support::ToU32(word.key.begin + close);
      if (edits.empty()) first = support::WholeCharacters(text_, clause->span());
      const std::uint32_t begin =
          support::ToU32(support::CharacterCeiling(text_, clause->key.begin));
      edits.push_back({{begin, word.key.begin}, ""});
      edits.push_back({{end, end + 1}, end + 1 == word.written.end ? "" : " "});
      SplitAtWhitespace({word.key.begin, end}, parted);
      SplitAtWhitespace({end + 1, word.written.end}, parted);
    }
    if (edits.empty()) return;
    words_ = std::move(parted);
    checker_.sink
        .Emit(first, diag::QuotedValue, fmt::format("`{}`", Show(Text(first))),
              checker_.target.name)
        .AddNote(
            "quotes go around values: `op='EXECUTE'`; the kernel keeps one at the end of a word")
        .AddFix("remove the quotes", std::move(edits));
  }

  void SplitAtWhitespace(Span span, std::vector<Word>& parted) const {
    constexpr llvm::StringLiteral kSpaces = "\t\n\v\f\r \xA0";
    std::uint32_t begin = span.begin;
    for (std::uint32_t at = begin; at < span.end && parted.size() < StatementExcerpt::kMost;) {
      const std::uint32_t length = support::CharacterLength(text_, at);
      const bool parts = length == 1 && kSpaces.contains(text_[at]);
      if (parts && at > begin) parted.push_back(Cut({begin, at}));
      at += length;
      if (parts) begin = at;
    }
    if (begin < span.end && parted.size() < StatementExcerpt::kMost)
      parted.push_back(Cut({begin, span.end}));
  }

  // VT, FF, no-break spaces and similar within a word.
  void SplitAtOddWhitespace() {
    std::vector<Word> parted;
    std::vector<TextEdit> edits;
    Span first;
    llvm::StringRef name;
    for (const Word& word : words_) {
      Span rest = word.span();
      // In a name they are ordinary characters, except before the version.
      const bool is_name =
          Text(word.key) == "policy_name" && !Text(word.written).contains("policy_version=");
      if (is_name) {
        parted.push_back(word);
        continue;
      }
      for (std::uint32_t at = rest.begin; at < rest.end;) {
        OddBlank blank = OddBlankAt(text_.slice(at, rest.end));
        if (blank.length > 0 && at > rest.begin) {
          // Anything before a key separates it from the previous text.
          const Word next = Cut({at + blank.length, rest.end});
          blank.is_wide |= next.has_equals && IsComplete(Text(next.key));
        }
        if (blank.length == 0) {
          at += support::CharacterLength(text_, at);
          continue;
        }
        if (edits.empty()) {
          first = {at, at + blank.length};
          name = blank.name;
        }
        edits.push_back({{at, at + blank.length}, blank.is_wide ? " " : ""});
        if (blank.is_wide) {
          if (at > rest.begin) parted.push_back(Cut({rest.begin, at}));
          rest.begin = at + blank.length;
        } else if (at == rest.begin) {
          rest.begin = at + blank.length;
        } else if (at + blank.length == rest.end) {
          rest.end = at;
        }
        at += blank.length;
        if (edits.size() >= StatementExcerpt::kMost) break;
      }
      // An unchanged word keeps the dialect's reading of its quotes.
      if (rest == word.span()) {
        parted.push_back(word);
      } else if (!rest.empty()) {
        parted.push_back(Cut(rest));
      }
    }
    if (edits.empty()) return;
    words_ = std::move(parted);
    if (first.begin == 0 && first.size() == 3) {
      checker_.sink.Emit(first, diag::ByteOrderMark)
          .AddFix("remove the byte order mark", {{first, ""}});
      edits.erase(edits.begin());
      if (edits.empty()) return;
      first = edits[0].where;
      name = OddBlankAt(text_.slice(first.begin, first.end)).name;
    }
    const char* title = edits[0].text.empty() ? "remove it" : "replace with a space";
    checker_.sink.Emit(first, diag::BadSeparator, std::string_view(name))
        .AddFix(title, std::move(edits));
  }

  // `op = EXECUTE`, `op =EXECUTE`, `op= EXECUTE`.
  void JoinEquals() {
    std::vector<Word> joined;
    for (std::size_t i = 0; i < words_.size(); ++i) {
      Word word = words_[i];
      std::size_t last = i;
      if (!word.has_equals && Text(word.key) != "DEFAULT" && i + 1 < words_.size() &&
          words_[i + 1].has_equals && words_[i + 1].key.empty()) {
        last = i + 1;
      }
      const Word& end = words_[last];
      if (end.has_equals && !end.has_value() && (last > i || IsComplete(Text(word.key))) &&
          last + 1 < words_.size() && !words_[last + 1].has_equals &&
          Text(words_[last + 1].key) != "DEFAULT" && !IsComplete(Text(words_[last + 1].key))) {
        ++last;
      }
      if (last > i) {
        const Span written =
            last == i + 1 && words_[last].has_equals ? words_[last].written : words_[last].key;
        ReportWhitespace(word, written);
        word = {word.key, written, ValueOf(written), true};
        i = last;
      }
      joined.push_back(word);
    }
    words_ = std::move(joined);
  }

  void ReportWhitespace(const Word& word, Span value) {
    const Span whole{word.key.begin, value.end};
    checker_.sink
        .Emit(whole, diag::WhitespaceAroundEquals,
              fmt::format("{}={}", Show(Text(word.key)), Show(Text(value))))
        .AddFix("remove the whitespace", {{{word.key.end, value.begin}, "="}});
  }

  // Joins a quoted value or a placeholder that the whitespace in it has split.
  void JoinQuotesAndPlaceholders() {
    std::vector<Word> joined;
    for (std::size_t i = 0; i < words_.size(); ++i) {
      Word word = words_[i];
      const llvm::StringRef close = ClosingText(word);
      if (!close.empty()) {
        std::size_t last = i + 1;
        while (last < words_.size() && !Text(words_[last].span()).contains(close)) ++last;
        if (last < words_.size()) {
          const std::uint32_t end = words_[last].written.end;
          if (word.has_equals) {
            word.written.end = end;
            word.value = ValueOf(word.written);
          } else {
            word = {{word.key.begin, end}, {end, end}, {end, end}, false};
          }
          i = last;
        }
      }
      joined.push_back(word);
    }
    words_ = std::move(joined);
  }

  // The text that closes the quotes or the placeholder that `word` opens, or nothing.
  llvm::StringRef ClosingText(const Word& word) const {
    if (!word.has_equals) return OpenTemplate(Text(word.key));
    const llvm::StringRef written = Text(word.written);
    if (!written.empty() && IsQuote(written[0]) &&
        (written.size() == 1 || written.back() != written[0])) {
      return written.take_front(1);
    }
    return OpenPlaceholder(written);
  }

  // `op=EXECUTEaction=ALLOW`, `op=EXECUTE,action=ALLOW`, `DEFAULTaction=DENY`.
  void PartGlued() {
    std::vector<Word> parted;
    for (Word word : words_) {
      for (;;) {
        const std::uint32_t cut = GluedAt(word);
        if (cut == 0 || parted.size() >= StatementExcerpt::kMost) break;
        Span left{word.key.begin, cut};
        while (left.size() > 1 && llvm::StringRef(",;|&+/").contains(text_[left.end - 1]))
          --left.end;
        const Word right = Cut({cut, word.written.end});
        checker_.sink.Emit(right.span(), diag::GluedWords, Show(Text(right.span())))
            .AddFix("insert a space", {{{left.end, cut}, " "}});
        parted.push_back(Cut(left));
        word = right;
      }
      parted.push_back(word);
    }
    words_ = std::move(parted);
  }

  // The start of a second `key=` within `word`, or 0.
  std::uint32_t GluedAt(const Word& word) const {
    if (word.has_equals && Text(word.key).startswith("DEFAULT") && word.key.size() > 7 &&
        IsComplete(Text(word.key).drop_front(7))) {
      return word.key.begin + 7;
    }
    const llvm::StringRef key = Text(word.key);
    if (!word.has_equals || key == "policy_name") return 0;
    const llvm::StringRef written = Text(word.written);
    // Text in quotes is one value, whatever it looks like.
    if (written.size() > 1 && IsQuote(written[0]) && written.back() == written[0]) return 0;
    std::string value = written.take_front(4096).str();
    if (knows_quotes_) BlankQuotes(value);
    std::size_t best = llvm::StringRef::npos;
    const auto look_for = [&](std::string_view name) {
      for (std::size_t at = value.find(name); at != std::string::npos;
           at = value.find(name, at + 1)) {
        if (at > 0 && value.compare(at + name.size(), 1, "=") == 0) {
          best = std::min(best, at);
          break;
        }
      }
    };
    look_for("op");
    look_for("action");
    look_for("policy_version");
    for (const std::string_view property : runtime::kPropertyNames) look_for(property);
    if (key == "policy_version") {
      const std::size_t at = value.find("DEFAULT");
      if (at != 0) best = std::min(best, at);
    }
    return best == llvm::StringRef::npos ? 0 : word.written.begin + support::ToU32(best);
  }

  // No word is searched within quotes.
  static void BlankQuotes(std::string& value) {
    char quote = 0;
    for (char& byte : value) {
      const bool turns = quote != 0 ? byte == quote : IsQuote(byte);
      if (turns) {
        quote = quote != 0 ? '\0' : byte;
      } else if (quote != 0) {
        byte = ' ';
      }
    }
  }

  Checker& checker_;
  const syntax::Line& line_;
  llvm::StringRef text_;
  const bool knows_quotes_;
  std::vector<Word> words_;
};

}  // namespace

std::vector<Word> Regroup(Checker& checker, const syntax::Line& line, std::span<const Word> words) {
  return Regrouper(checker, line, words).Run();
}

}  // namespace ipec::check
