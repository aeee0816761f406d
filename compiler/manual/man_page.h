#pragma once

// Man pages in mdoc (see mdoc(7)), from the help of commands.

#include <span>
#include <string>
#include <string_view>

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

}  // namespace ipec::manual
