#include "tests/unit/document_oracle.h"

#include <vector>

namespace ipec::tests {
namespace {

using llvm::StringRef;
using syntax::Clause;
using syntax::Document;
using syntax::Lexis;
using syntax::Line;
using syntax::LineKind;

constexpr StringRef kIsSpace("\t\n\v\f\r \xA0", 7);

// A kernel's reading of one line.
struct Reading {
  std::vector<StringRef> clauses;
  StringRef comment;
  bool open_quote = false;
};

Reading ReadPlain(StringRef line) {
  const StringRef statement = line.substr(0, line.find('#'));
  Reading reading;
  reading.comment = line.drop_front(statement.size());
  StringRef rest = statement.rtrim(kIsSpace);
  while (!(rest = rest.ltrim(" \t")).empty()) {
    reading.clauses.push_back(rest.substr(0, rest.find_first_of(" \t")));
    rest = rest.drop_front(reading.clauses.back().size());
  }
  return reading;
}

Reading ReadQuoted(StringRef line) {
  Reading reading;
  std::size_t begin = StringRef::npos;
  char quote = 0;
  const auto end_clause = [&](std::size_t end) {
    if (begin != StringRef::npos) reading.clauses.push_back(line.slice(begin, end));
    begin = StringRef::npos;
  };
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char byte = line[i];
    if (quote != 0) {
      if (byte == quote) quote = 0;
    } else if (byte == '#') {
      end_clause(i);
      reading.comment = line.drop_front(i);
      return reading;
    } else if (kIsSpace.contains(byte)) {
      end_clause(i);
    } else {
      if (begin == StringRef::npos) begin = i;
      if (byte == '"' || byte == '\'') quote = byte;
    }
  }
  end_clause(line.size());
  reading.open_quote = quote != 0;
  return reading;
}

LineKind KindOf(const Reading& reading) {
  if (reading.clauses.empty()) return LineKind::Blank;
  const StringRef key = reading.clauses[0].substr(0, reading.clauses[0].find('='));
  if (key == "op") return LineKind::Rule;
  if (key == "DEFAULT") return LineKind::Default;
  if (key == "policy_name" || key == "policy_version") return LineKind::Header;
  return LineKind::Other;
}

bool Same(StringRef a, StringRef b) {
  return a.data() == b.data() && a.size() == b.size();
}

std::optional<std::string> WrongClause(const Document& document, const Clause& clause,
                                       StringRef text) {
  const std::size_t equals = text.find('=');
  if (!Same(document.Text(clause.span()), text)) return "a clause is elsewhere";
  if (!Same(document.Text(clause.key), text.substr(0, equals))) return "a key is elsewhere";
  if (clause.has_equals != (equals != StringRef::npos)) return "has_equals is wrong";
  const StringRef value = text.drop_front(clause.has_equals ? equals + 1 : text.size());
  if (!Same(document.Text(clause.value), value)) return "a value is elsewhere";
  return std::nullopt;
}

std::optional<std::string> WrongLine(const Document& document, const Line& line, StringRef text) {
  const bool plain = document.lexis == Lexis::Plain;
  const Reading reading = plain ? ReadPlain(text) : ReadQuoted(text);
  if (line.kind != KindOf(reading)) return "a line is of another kind";
  if (line.open_quote != reading.open_quote) return "open_quote is wrong";
  if (reading.comment.empty() ? !line.comment.empty()
                              : !Same(document.Text(line.comment), reading.comment)) {
    return "a comment is elsewhere";
  }
  if (line.clauses.count != reading.clauses.size()) return "a line has more or fewer clauses";
  for (std::size_t i = 0; i < reading.clauses.size(); ++i) {
    auto wrong = WrongClause(document, document.ClausesOf(line)[i], reading.clauses[i]);
    if (wrong) return wrong;
  }
  if (reading.clauses.empty()) {
    if (!line.statement.empty()) return "a statement of nothing";
    return std::nullopt;
  }
  const char* const begin = reading.clauses.front().begin();
  const StringRef statement(begin, static_cast<std::size_t>(reading.clauses.back().end() - begin));
  if (!Same(document.Text(line.statement), statement)) return "a statement is elsewhere";
  return std::nullopt;
}

}  // namespace

std::optional<std::string> FindProblem(const Document& document) {
  const StringRef read = document.text.substr(0, document.text.find('\0'));
  const StringRef unread = document.text.drop_front(read.size());
  if (!Same(document.Text(document.hidden), unread)) return "the hidden bytes are elsewhere";

  const bool plain = document.lexis == Lexis::Plain;
  const support::LineMap lines(document.text);
  std::uint32_t at = 0;
  std::uint32_t clauses = 0;
  for (const Line& line : document.lines) {
    if (line.span.begin != at || line.span.empty()) return "the lines do not tile the text";
    const std::size_t text_end = read.find_first_of(plain ? "\n\r" : "\n", at);
    const StringRef text = read.slice(at, text_end);
    std::size_t end = at + text.size();
    if (plain && read.drop_front(end).startswith("\r\n")) {
      end += 2;
    } else if (end < read.size()) {
      end += 1;
    }
    if (line.span.end != end) return "a line ends elsewhere";
    if (line.number != lines.PositionOf(at).line) return "a line has another number";
    if (line.clauses.first != clauses) return "the lines do not tile the clauses";
    if (auto wrong = WrongLine(document, line, text)) return wrong;
    at = line.span.end;
    clauses += line.clauses.count;
  }
  if (at != read.size()) return "the lines do not reach the end of the text";
  if (clauses != document.clauses.size()) return "there are clauses of no line";
  return std::nullopt;
}

}  // namespace ipec::tests
