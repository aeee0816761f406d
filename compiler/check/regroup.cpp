#include "compiler/check/regroup.h"

#include <algorithm>

#include <fmt/format.h>

#include "compiler/check/explain.h"
#include "compiler/check/placeholder.h"
#include "compiler/check/show.h"
#include "llvm/Support/ConvertUTF.h"

namespace ipec::check {
namespace {

using diagnostics::TextEdit;
using support::Span;

bool IsQuote(char byte) {
  return byte == '\'' || byte == '"';
}

bool IsComplete(llvm::StringRef text) {
  return text == "op" || text == "action" || text == "policy_version" ||
         runtime::FindProperty({text.data(), text.size()}).has_value();
}

class Regrouper {
 public:
  Regrouper(Checker& checker, std::span<const Word> words)
      : checker_(checker), text_(checker.document.text), words_(words.begin(), words.end()) {}

  std::vector<Word> Run() {
    PartOddBlanks();
    JoinEquals();
    JoinQuotesAndPlaceholders();
    PartGlued();
    return std::move(words_);
  }

 private:
  llvm::StringRef Text(Span span) const { return checker_.Text(span); }

  // VT, FF, no-break spaces and their kin within a word.
  void PartOddBlanks() {
    std::vector<Word> parted;
    std::vector<TextEdit> edits;
    Span first;
    llvm::StringRef name;
    for (const Word& word : words_) {
      Span rest = word.span();
      for (std::uint32_t at = rest.begin; at < rest.end;) {
        const OddBlank blank = OddBlankAt(text_.slice(at, rest.end));
        if (blank.length == 0) {
          at += SequenceLength(at, rest.end);
          continue;
        }
        if (edits.empty()) {
          first = {at, at + blank.length};
          name = blank.name;
        }
        edits.push_back({{at, at + blank.length}, blank.is_wide ? " " : ""});
        if (blank.is_wide) {
          if (at > rest.begin) parted.push_back(CutWord(text_, {rest.begin, at}));
          rest.begin = at + blank.length;
        } else if (at == rest.begin) {
          rest.begin = at + blank.length;
        } else if (at + blank.length == rest.end) {
          rest.end = at;
        }
        at += blank.length;
        if (edits.size() >= FewWords::kMost) break;
      }
      // A word that was not touched keeps what the dialect made of its quotes.
      if (rest == word.span()) {
        parted.push_back(word);
      } else if (!rest.empty()) {
        parted.push_back(CutWord(text_, rest));
      }
    }
    if (edits.empty()) return;
    words_ = std::move(parted);
    if (first.begin == 0 && first.size() == 3) {
      checker_.sink.Emit(first, diag::ByteOrderMark).AddFix("remove it", {{first, ""}});
      edits.erase(edits.begin());
      if (edits.empty()) return;
      first = edits[0].where;
      name = OddBlankAt(text_.slice(first.begin, first.end)).name;
    }
    const char* title = edits[0].text.empty() ? "remove it" : "write spaces";
    checker_.sink.Emit(first, diag::BadSeparator, std::string_view(name))
        .AddFix(title, std::move(edits));
  }

  std::uint32_t SequenceLength(std::uint32_t at, std::uint32_t end) const {
    const auto byte = static_cast<unsigned char>(text_[at]);
    if (byte < 0x80) return 1;
    const unsigned length = llvm::getNumBytesForUTF8(byte);
    const auto* begin = reinterpret_cast<const llvm::UTF8*>(text_.data()) + at;
    if (length < 2 || at + length > end || !llvm::isLegalUTF8Sequence(begin, begin + length)) {
      return 1;
    }
    return length;
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
        const Span value =
            last == i + 1 && words_[last].has_equals ? words_[last].written : words_[last].key;
        ReportBlanks(word, value);
        word = {word.key, value, value, true};
        i = last;
      }
      joined.push_back(word);
    }
    words_ = std::move(joined);
  }

  void ReportBlanks(const Word& word, Span value) {
    const Span whole{word.key.begin, value.end};
    checker_.sink
        .Emit(whole, diag::BlanksAroundEquals,
              fmt::format("{}={}", Show(Text(word.key)), Show(Text(value))))
        .AddFix("remove the blanks", {{{word.key.end, value.begin}, "="}});
  }

  // A quoted value or a placeholder that the blanks in it have parted.
  void JoinQuotesAndPlaceholders() {
    std::vector<Word> joined;
    for (std::size_t i = 0; i < words_.size(); ++i) {
      Word word = words_[i];
      const llvm::StringRef written = Text(word.written);
      llvm::StringRef close;
      if (!written.empty() && IsQuote(written[0]) &&
          (written.size() == 1 || written.back() != written[0])) {
        close = written.take_front(1);
      } else {
        close = OpenPlaceholder(written);
      }
      if (!close.empty()) {
        std::size_t last = i + 1;
        while (last < words_.size() && !Text(words_[last].span()).contains(close)) ++last;
        if (last < words_.size()) {
          word.written.end = words_[last].written.end;
          word.value = word.written;
          i = last;
        }
      }
      joined.push_back(word);
    }
    words_ = std::move(joined);
  }

  // `op=EXECUTEaction=ALLOW`, `op=EXECUTE,action=ALLOW`, `DEFAULTaction=DENY`.
  void PartGlued() {
    std::vector<Word> parted;
    for (Word word : words_) {
      for (;;) {
        const std::uint32_t cut = GluedAt(word);
        if (cut == 0 || parted.size() >= FewWords::kMost) break;
        Span left{word.key.begin, cut};
        while (left.size() > 1 && llvm::StringRef(",;|&+/").contains(text_[left.end - 1]))
          --left.end;
        const Word right = CutWord(text_, {cut, word.written.end});
        checker_.sink.Emit(right.span(), diag::GluedWords, Show(Text(right.span())))
            .AddFix("part the words", {{{left.end, cut}, " "}});
        parted.push_back(CutWord(text_, left));
        word = right;
      }
      parted.push_back(word);
    }
    words_ = std::move(parted);
  }

  // Where a second `key=` begins within `word`, or 0.
  std::uint32_t GluedAt(const Word& word) const {
    if (word.has_equals && Text(word.key).startswith("DEFAULT") && word.key.size() > 7 &&
        IsComplete(Text(word.key).drop_front(7))) {
      return word.key.begin + 7;
    }
    const llvm::StringRef key = Text(word.key);
    if (!word.has_equals || key == "policy_name") return 0;
    const llvm::StringRef written = Text(word.written);
    // What stands in quotes is one value, whatever it looks like.
    if (written.size() > 1 && IsQuote(written[0]) && written.back() == written[0]) return 0;
    const llvm::StringRef value = written.take_front(4096);
    std::size_t best = llvm::StringRef::npos;
    const auto look_for = [&](llvm::StringRef name) {
      for (std::size_t at = value.find(name); at != llvm::StringRef::npos;
           at = value.find(name, at + 1)) {
        if (at > 0 && value.drop_front(at + name.size()).startswith("=")) {
          best = std::min(best, at);
          break;
        }
      }
    };
    look_for("op");
    look_for("action");
    look_for("policy_version");
    for (const std::string_view property : runtime::kPropertyNames) {
      look_for({property.data(), property.size()});
    }
    return best == llvm::StringRef::npos ? 0
                                         : word.written.begin + static_cast<std::uint32_t>(best);
  }

  Checker& checker_;
  llvm::StringRef text_;
  std::vector<Word> words_;
};

}  // namespace

Word CutWord(llvm::StringRef text, Span span) {
  const std::size_t equals = text.slice(span.begin, span.end).find('=');
  Word word;
  word.has_equals = equals != llvm::StringRef::npos;
  word.key = {span.begin,
              word.has_equals ? static_cast<std::uint32_t>(span.begin + equals) : span.end};
  word.written = {word.has_equals ? word.key.end + 1 : span.end, span.end};
  word.value = word.written;
  return word;
}

std::vector<Word> Regroup(Checker& checker, std::span<const Word> words) {
  return Regrouper(checker, words).Run();
}

}  // namespace ipec::check
