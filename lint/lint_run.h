#pragma once

// One call of `ipec lint`: operands to files, each file with the settings that count for it to
// findings, findings to outputs. A file that cannot be read, or whose configuration is wrong, is
// complained about, and the others are still linted.

#include "compiler/command/command.h"

namespace ipec::lint {

command::ExitStatus RunLint(const command::Arguments& arguments, command::Environment& env);

}  // namespace ipec::lint
