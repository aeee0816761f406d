#pragma once

#include "compiler/command/command.h"

namespace ipec::lint {

extern const command::Command kLintCommand;

}  // namespace ipec::lint
