#include "compiler/support/github.h"

#include "compiler/support/printable.h"
#include "llvm/ADT/StringExtras.h"

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
      out += '%' + llvm::toHex(llvm::StringRef(&byte, 1));
    } else {
      out += byte;
    }
  }
  return out;
}

}  // namespace

std::string GithubLine(const GithubAnnotation& annotation) {
  const Position& begin = annotation.begin;
  const auto number = [](std::string_view name, std::uint32_t value) {
    return "," + std::string(name) + "=" + std::to_string(value);
  };
  std::string place = number("line", begin.line);
  if (!annotation.end) {
    place += number("col", begin.column);
  } else {
    const Position& end = *annotation.end;
    place += number("endLine", end.line);
    // Columns only for places within one line.
    if (begin.line == end.line) {
      place += number("col", begin.column) + number("endColumn", end.column);
    }
  }
  std::string message;
  for (const std::string& line : annotation.message) {
    if (!message.empty()) message += '\n';
    message += Printable(line);
  }
  std::string line = "::" + std::string(Name(annotation.level));
  if (!annotation.path.empty()) line += " file=" + Escape(annotation.path, true) + place;
  line +=
      (annotation.path.empty() ? " title=" : ",title=") + Escape(Printable(annotation.title), true);
  return line + "::" + Escape(message, false) + "\n";
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
