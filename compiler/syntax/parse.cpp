#include "compiler/syntax/parse.h"

#include <array>
#include <cstdlib>
#include <exception>

#include "IpePolicyParser.h"
#include "compiler/support/assert.h"
#include "compiler/support/numbers.h"
#include "compiler/syntax/scanner.h"

// The only source that includes the generated parser. Builder derives from that parser and builds
// lines and clauses from the rules it enters and the tokens it consumes. The scanner provides a few
// tokens at a time, so that memory besides the Document does not depend on the text.

namespace ipec::syntax {
namespace {

using grammar::IpePolicyParser;

static_assert(int{IpePolicyParser::NEWLINE} == int(TokenKind::Newline));
static_assert(int{IpePolicyParser::BLANK} == int(TokenKind::Blank));
static_assert(int{IpePolicyParser::ODD_BLANK} == int(TokenKind::OddBlank));
static_assert(int{IpePolicyParser::EQUALS} == int(TokenKind::Equals));
static_assert(int{IpePolicyParser::COMMENT} == int(TokenKind::Comment));
static_assert(int{IpePolicyParser::UNREAD} == int(TokenKind::Unread));
static_assert(int{IpePolicyParser::WORD} == int(TokenKind::Word));
static_assert(int{IpePolicyParser::QUOTED} == int(TokenKind::Quoted));
static_assert(int{IpePolicyParser::OPEN_QUOTE} == int(TokenKind::OpenQuote));

constexpr bool IsOddBlank(char byte) {
  return byte == '\v' || byte == '\f' || byte == '\xA0';
}

LineKind KindOf(llvm::StringRef first_key) {
  if (first_key == "op") return LineKind::Rule;
  if (first_key == "DEFAULT") return LineKind::Default;
  if (first_key == "policy_name" || first_key == "policy_version") return LineKind::Header;
  return LineKind::Other;
}

class Builder final : private IpePolicyParser {
 public:
  explicit Builder(Document& document)
      : IpePolicyParser(nullptr), document_(document), scanner_(document.text, document.lexis) {
    // Reserves for lines and clauses of the usual size; unused memory is never touched.
    document_.lines.reserve(document.text.size() / 100 + 1);
    document_.clauses.reserve(document.text.size() / 36 + 1);
  }

  void Build() {
    Refill();
    policy();
    FinishLine();
  }

 private:
  void EnterRule(std::size_t rule) override {
    if (rule == RuleClause) StartClause();
  }

  void TakeToken() override {
    Take(tokens_[next_]);
    if (++next_ == count_) {
      Refill();
    } else {
      set_lookahead(support::IndexOf(tokens_[next_].kind));
    }
  }

  void Reject() override {
    IPEC_CHECK(false, "the grammar does not accept every text");
    std::abort();
  }

  void Refill() {
    next_ = 0;
    count_ = scanner_.Fill(tokens_);
    set_lookahead(count_ == 0 ? EOF : support::IndexOf(tokens_[0].kind));
  }

  void Take(Token token) {
    switch (token.kind) {
      case TokenKind::Newline:
        at_ = token.end;
        FinishLine();
        return;
      case TokenKind::Comment:
        line_.comment = {at_, token.end};
        break;
      case TokenKind::Unread:
        FinishLine();
        document_.hidden = {at_, token.end};
        line_.span.begin = token.end;
        break;
      case TokenKind::Blank:
        break;
      case TokenKind::Equals:
        TakeEquals(at_);
        document_.clauses.back().value.end = token.end;
        break;
      case TokenKind::Quoted:
      case TokenKind::OpenQuote: {
        line_.open_quote |= token.kind == TokenKind::OpenQuote;
        const std::size_t equals = document_.text.slice(at_, token.end).find('=');
        if (equals != llvm::StringRef::npos) TakeEquals(support::ToU32(at_ + equals));
        Extend(token.end);
        break;
      }
      case TokenKind::Word:
      case TokenKind::OddBlank:
        Extend(token.end);
        break;
    }
    at_ = token.end;
  }

  void StartClause() { document_.clauses.push_back({{at_, at_}, {at_, at_}, false}); }

  void Extend(std::uint32_t end) {
    Clause& clause = document_.clauses.back();
    clause.value.end = end;
    if (!clause.has_equals) clause.key.end = clause.value.begin = end;
  }

  void TakeEquals(std::uint32_t at) {
    Clause& clause = document_.clauses.back();
    if (clause.has_equals) return;
    clause.has_equals = true;
    clause.key.end = at;
    clause.value.begin = at + 1;
  }

  void FinishLine() {
    line_.span.end = at_;
    if (!line_.span.empty()) {
      if (document_.lexis == Lexis::Plain) Trim();
      const std::size_t first = line_.clauses.first;
      line_.clauses.count = support::ToU32(document_.clauses.size() - first);
      if (!line_.clauses.empty()) {
        const Clause& clause = document_.clauses[first];
        line_.kind = KindOf(document_.Text(clause.key));
        line_.statement = {clause.key.begin, document_.clauses.back().value.end};
      }
      document_.lines.push_back(line_);
    }
    StartLine();
  }

  void StartLine() {
    const std::uint32_t number = line_.number + CountEditorLines(line_.span);
    line_ = {};
    line_.number = number;
    line_.span = {at_, at_};
    line_.clauses.first = support::ToU32(document_.clauses.size());
  }

  // Removes odd whitespace from the end of the statement, and clauses that consist only of it.
  void Trim() {
    std::vector<Clause>& clauses = document_.clauses;
    while (clauses.size() > line_.clauses.first) {
      Clause& last = clauses.back();
      std::uint32_t end = last.value.end;
      while (end > last.key.begin && IsOddBlank(document_.text[end - 1])) --end;
      if (end > last.key.begin) {
        last.value.end = end;
        if (!last.has_equals) last.key.end = last.value.begin = end;
        return;
      }
      clauses.pop_back();
    }
  }

  // The number of lines that end within `span`, counted as support::LineMap does.
  std::uint32_t CountEditorLines(support::Span span) const {
    if (span.empty()) return 0;
    const llvm::StringRef text = document_.text;
    const char last = text[span.end - 1];
    if (document_.lexis == Lexis::Plain) return last == '\n' || last == '\r' ? 1 : 0;
    std::uint32_t count = last == '\n' ? 1 : 0;
    for (std::size_t i = text.slice(0, span.end).find('\r', span.begin); i != llvm::StringRef::npos;
         i = text.slice(0, span.end).find('\r', i + 1)) {
      if (i + 1 == text.size() || text[i + 1] != '\n') ++count;
    }
    return count;
  }

  Document& document_;
  Scanner scanner_;
  std::array<Token, 512> tokens_;  // the last tokens scanned
  std::size_t next_ = 0;           // the current token
  std::size_t count_ = 0;
  std::uint32_t at_ = 0;  // where the current token begins
  Line line_;
};

}  // namespace

Document Parse(std::string_view view, Lexis lexis) {
  const llvm::StringRef text = view;
  IPEC_CHECK(text.size() < UINT32_MAX, "a policy text of 4 GiB or more");
  Document document;
  document.text = text;
  document.lexis = lexis;
  try {
    Builder(document).Build();
  } catch (const std::exception& error) {
    IPEC_CHECK(false, error.what());
  }
  if (document.hidden.empty()) {
    const std::uint32_t end = support::ToU32(text.size());
    document.hidden = {end, end};
  }
  return document;
}

}  // namespace ipec::syntax
