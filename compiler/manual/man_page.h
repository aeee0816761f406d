#pragma once

// Man pages in mdoc (see mdoc(7)), from the help of commands.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/command/command.h"

namespace ipec::manual {

struct Release {
  std::string_view version;
  std::string_view date;  // `November 28, 2026`
};

// ipec-NAME(1)
std::string CommandPage(const command::Entry& entry, const Release& release);

// ipec(1). `after_commands` is the part of `ipec --help` behind the list of commands.
std::string ProgramPage(std::span<const command::Entry> commands, std::string_view summary,
                        std::string_view after_commands, const Release& release);

// A page that is about no command, from tables.
struct TopicEntry {
  std::string term;
  std::string text;  // sentences; names are in backquotes
};
struct TopicSection {
  std::string_view title;
  std::string prose;  // lines that are indented are kept
  std::vector<TopicEntry> entries;
};
struct Topic {
  std::string_view name;  // `ipec.toml`
  char section = '5';
  std::string summary;
  std::vector<TopicSection> sections;
  std::vector<std::string_view>
      commands;  // whose pages are named at the end, in the order of names
};

// NAME(SECTION)
std::string TopicPage(const Topic& topic, const Release& release);
// The same for a terminal, as lines of text.
std::string TopicText(const Topic& topic);

}  // namespace ipec::manual
