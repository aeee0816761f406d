#pragma once

#include "compiler/command/command.h"

namespace ipec::lsp {

extern const command::Command kLspCommand;

}  // namespace ipec::lsp
