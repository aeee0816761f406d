#include "compiler/support/github.h"

#include <fmt/format.h>

#include "compiler/support/numbers.h"
#include "compiler/support/printable.h"

namespace ipec::support {
namespace {

using Level = GithubAnnotation::Level;

// Milder annotations wait until all errors are printed.
constexpr std::size_t kMostHeld = 1000;

std::string_view Name(Level level) {
  switch (level) {
    case Level::Error:
      return "error";
    case Level::Warning:
      return "warning";
    case Level::Notice:
      break;
  }
  return "notice";
}

std::string Escape(std::string_view text, bool property) {
  std::string out;
  for (const char byte : text) {
    const bool special =
        byte == '%' || byte == '\n' || byte == '\r' || (property && (byte == ':' || byte == ','));
    if (special) {
      out += fmt::format("%{:02X}", ToByte(byte));
    } else {
      out += byte;
    }
  }
  return out;
}

}  // namespace

std::string GithubLine(const GithubAnnotation& annotation) {
  const Position& begin = annotation.begin;
  const Position& end = annotation.end;
  // Columns only for places within one line.
  std::string columns;
  if (begin.line == end.line) {
    columns = fmt::format(",col={},endColumn={}", begin.column, end.column);
  }
  std::string message;
  for (const std::string& line : annotation.message) {
    if (!message.empty()) message += '\n';
    message += Printable(line);
  }
  return fmt::format("::{} file={},line={},endLine={}{},title={}::{}\n", Name(annotation.level),
                     Escape(annotation.path, true), begin.line, end.line, columns,
                     Escape(Printable(annotation.title), true), Escape(message, false));
}

void GithubAnnotations::Add(const GithubAnnotation& annotation) {
  if (annotation.level == Level::Error) {
    out_ << GithubLine(annotation);
    return;
  }
  Held& held = annotation.level == Level::Warning ? warnings_ : notices_;
  if (held.lines.size() < kMostHeld) {
    held.lines.push_back(GithubLine(annotation));
  } else {
    ++held.more;
  }
}

void GithubAnnotations::Finish(std::string_view what) {
  for (const Held* held : {&warnings_, &notices_}) {
    for (const std::string& line : held->lines) out_ << line;
    if (held->more != 0) out_ << held->more << " more " << what << " are not annotated\n";
  }
}

}  // namespace ipec::support
