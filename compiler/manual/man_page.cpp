#include "compiler/manual/man_page.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "compiler/command/parser.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/ConvertUTF.h"

namespace ipec::manual {
namespace {

using command::Entry;
using command::Option;

llvm::StringRef RefOf(std::string_view text) {
  return {text.data(), text.size()};
}

// Takes the first character of `text`, which is UTF-8.
llvm::UTF32 TakeCharacter(std::string_view& text) {
  const auto* const begin = reinterpret_cast<const llvm::UTF8*>(text.data());
  const auto* at = begin;
  llvm::UTF32 code = 0xFFFD;
  if (llvm::convertUTF8Sequence(&at, begin + text.size(), &code, llvm::lenientConversion) !=
      llvm::conversionOK) {
    at = begin + 1;
  }
  text.remove_prefix(static_cast<std::size_t>(at - begin));
  return code;
}

enum class Backquotes : std::uint8_t { Bold, Kept };

// A line of text: characters that roff would read as its own, or that are not ASCII, are escaped.
std::string Escaped(std::string_view words, Backquotes backquotes) {
  std::string made;
  if (words.starts_with('.') || words.starts_with('\'')) made += "\\&";
  bool is_code = backquotes == Backquotes::Kept;
  while (!words.empty()) {
    const llvm::UTF32 code = TakeCharacter(words);
    if (code == '`' && backquotes == Backquotes::Bold) {
      is_code = !is_code;
      made += is_code ? "\\fB" : "\\fP";
    } else if (code == '`') {
      made += "\\(ga";
    } else if (code == '\\') {
      made += "\\e";
    } else if (code == '-' && is_code) {
      made += "\\-";
    } else if (code >= 0x80) {
      made += fmt::format("\\[u{:04X}]", code);
    } else {
      made += static_cast<char>(code);
    }
  }
  return made;
}

class Page {
 public:
  Page(std::string_view title, const Release& release, char section = '1') {
    Macro(fmt::format("Dd {}", release.date));
    Macro(fmt::format("Dt {} {}", RefOf(title).upper(), section));
    Macro(fmt::format("Os ipec {}", release.version));
  }

  void Macro(std::string_view words) { text_ += fmt::format(".{}\n", words); }
  void Section(std::string_view name) { Macro(fmt::format("Sh {}", name)); }

  // Prose, in lines that are as long as mdoc(7) wants them.
  void Line(std::string_view words) {
    constexpr std::size_t kLongest = 78;
    const std::string escaped = Escaped(words, Backquotes::Bold);
    llvm::StringRef rest(escaped);
    while (rest.size() > kLongest) {
      const std::size_t end = std::min(rest.rfind(' ', kLongest), rest.find(' ', kLongest));
      if (end == llvm::StringRef::npos) break;
      text_ += rest.take_front(end).str() + "\n";
      rest = rest.drop_front(end + 1);
      if (rest.startswith(".") || rest.startswith("'")) text_ += "\\&";
    }
    text_ += rest.str() + "\n";
  }

  // Paragraphs. Lines that are indented are kept.
  void Prose(std::string_view words) {
    std::string paragraph;
    bool is_first = true;
    const auto finish = [&] {
      if (paragraph.empty()) return;
      if (!is_first) Macro("Pp");
      Sentences(paragraph);
      paragraph.clear();
      is_first = false;
    };
    llvm::StringRef rest = RefOf(words);
    while (!rest.empty()) {
      if (rest.startswith(" ")) {
        finish();
        Literal(rest);
        is_first = false;
        continue;
      }
      const auto [line, more] = rest.split('\n');
      rest = more;
      if (line.trim().empty()) {
        finish();
      } else {
        paragraph += (paragraph.empty() ? "" : " ") + line.str();
      }
    }
    finish();
  }

  // Takes the indented lines at the begin of `text`, which are kept as they are.
  void Literal(llvm::StringRef& text) {
    Macro("Bd -literal -offset indent");
    while (text.startswith(" ")) {
      llvm::StringRef line;
      std::tie(line, text) = text.split('\n');
      line.consume_front("  ");
      text_ += Escaped({line.data(), line.size()}, Backquotes::Kept) + "\n";
    }
    Macro("Ed");
  }

  std::string Take() { return std::move(text_); }

 private:
  // mdoc(7) wants a line for each.
  void Sentences(std::string_view words) {
    std::size_t begin = 0;
    for (std::size_t i = 1; i + 2 < words.size(); ++i) {
      const bool ends = (words[i] == '.' || words[i] == '?') && words[i + 1] == ' ' &&
                        (words[i + 2] < 'a' || words[i + 2] > 'z');
      if (!ends) continue;
      Line(words.substr(begin, i + 1 - begin));
      begin = i + 2;
    }
    Line(words.substr(begin));
  }

  std::string text_;
};

void AddOption(const Option& option, Page& page) {
  const std::string name = Escaped(RefOf(option.name).drop_front().str(), Backquotes::Kept);
  const std::string value = Escaped(option.metavar, Backquotes::Bold);
  if (option.metavar.empty()) {
    page.Macro(fmt::format("It Fl {}", name));
  } else if (option.value_is_optional) {
    page.Macro(fmt::format("It Fl {} Ns Op = Ns Ar {}", name, value));
  } else if (option.name.size() > 2) {
    page.Macro(fmt::format("It Fl {} Ns = Ns Ar {}", name, value));
  } else {
    page.Macro(fmt::format("It Fl {} Ar {}", name, value));
  }
  page.Line(fmt::format("{}{}.", option.help, option.repeatable ? " (repeatable)" : ""));
}

}  // namespace

std::string CommandPage(const Entry& entry, const Release& release) {
  const command::Command& command = *entry.command;
  Page page(fmt::format("ipec-{}", entry.name), release);
  page.Section("NAME");
  page.Macro(fmt::format("Nm ipec-{}", entry.name));
  page.Macro(fmt::format("Nd {}", Escaped(entry.summary, Backquotes::Bold)));
  page.Section("SYNOPSIS");
  page.Macro(fmt::format("Nm ipec {}", entry.name));
  page.Macro("Op Ar OPTION\\[u2026]");
  if (!command.operands.empty()) page.Line(command.operands);
  page.Section("DESCRIPTION");
  page.Prose(command.description);
  page.Section("OPTIONS");
  page.Macro("Bl -tag -width Ds");
  for (const auto& rows : {command.runner.options, command::CommonRows()}) {
    for (const Option& option : rows) AddOption(option, page);
  }
  page.Macro("El");
  page.Section("EXAMPLES");
  page.Prose(command.example);
  page.Section("SEE ALSO");
  page.Macro("Xr ipec 1");
  return page.Take();
}

std::string ProgramPage(std::span<const Entry> commands, std::string_view summary,
                        std::string_view after_commands, const Release& release) {
  Page page("ipec", release);
  page.Section("NAME");
  page.Macro("Nm ipec");
  page.Macro(fmt::format("Nd {}", Escaped(summary, Backquotes::Bold)));
  page.Section("SYNOPSIS");
  page.Macro("Nm");
  page.Macro("Ar COMMAND");
  page.Macro("Op Ar OPTION\\[u2026]");
  page.Macro("Op Ar OPERAND\\[u2026]");
  page.Section("DESCRIPTION");
  page.Line("The commands, each with a page of its own:");
  page.Macro("Bl -tag -width thumbprint");
  for (const Entry& entry : commands) {
    page.Macro(fmt::format("It Xr ipec-{} 1", entry.name));
    page.Line(fmt::format("{}.", entry.summary));
  }
  page.Macro("El");
  page.Macro("Pp");
  page.Prose(after_commands);
  page.Section("SEE ALSO");
  std::vector<std::string_view> names;
  names.reserve(commands.size());
  for (const Entry& entry : commands) names.push_back(entry.name);
  std::sort(names.begin(), names.end());
  for (const std::string_view name : names) {
    page.Macro(fmt::format("Xr ipec-{} 1{}", name, name == names.back() ? "" : " ,"));
  }
  return page.Take();
}

std::string TopicPage(const Topic& topic, const Release& release) {
  Page page(topic.name, release, topic.section);
  page.Section("NAME");
  page.Macro(fmt::format("Nm {}", topic.name));
  page.Macro(fmt::format("Nd {}", Escaped(topic.summary, Backquotes::Bold)));
  for (const TopicSection& section : topic.sections) {
    page.Section(RefOf(section.title).upper());
    page.Prose(section.prose);
    if (section.entries.empty()) continue;
    page.Macro("Bl -tag -width Ds");
    for (const TopicEntry& entry : section.entries) {
      page.Macro(fmt::format("It Sy {}", Escaped(entry.term, Backquotes::Kept)));
      page.Prose(entry.text);
    }
    page.Macro("El");
  }
  page.Section("SEE ALSO");
  for (const std::string_view name : topic.commands) {
    page.Macro(fmt::format("Xr {} 1{}", name, name == topic.commands.back() ? "" : " ,"));
  }
  return page.Take();
}

namespace {

// Words in lines for a terminal. Lines that are indented are kept.
void AddWrapped(llvm::StringRef words, std::size_t indent, std::string& text) {
  constexpr std::size_t kColumns = 80;
  std::size_t column = 0;
  const auto end_line = [&] {
    if (column != 0) text += '\n';
    column = 0;
  };
  while (!words.empty()) {
    const auto [line, rest] = words.split('\n');
    words = rest;
    if (line.startswith(" ")) {
      end_line();
      text += std::string(indent, ' ') + line.str() + "\n";
      continue;
    }
    if (line.empty()) {
      end_line();
      text += '\n';
    }
    for (llvm::StringRef left = line; !left.empty();) {
      const auto [word, more] = left.split(' ');
      left = more;
      if (column != 0 && column + 1 + word.size() > kColumns) end_line();
      text += column == 0 ? std::string(indent, ' ') : " ";
      column = (column == 0 ? indent : column + 1) + word.size();
      text += word.str();
    }
  }
  end_line();
}

}  // namespace

std::string TopicText(const Topic& topic) {
  std::string text = fmt::format("{} – {}\n", topic.name, topic.summary);
  for (const TopicSection& section : topic.sections) {
    text += fmt::format("\n{}\n", section.title);
    AddWrapped(RefOf(section.prose), 2, text);
    for (const TopicEntry& entry : section.entries) {
      text += fmt::format("\n  {}\n", entry.term);
      AddWrapped(RefOf(entry.text), 6, text);
    }
  }
  return text;
}

}  // namespace ipec::manual
