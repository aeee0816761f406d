#pragma once

// The scripts with which a shell asks `ipec completion words` for completions.

#include <span>
#include <string_view>

namespace ipec::manual {

struct Shell {
  std::string_view name;
  std::string_view script;
  std::string_view file;  // where a user puts it, below the home directory
};

std::span<const Shell> Shells();
// Null: there is no such shell.
const Shell* FindShell(std::string_view name);

}  // namespace ipec::manual
