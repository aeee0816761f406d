#pragma once

// Logs on several threads.

#include <span>
#include <string>

#include "compiler/command/command.h"
#include "compiler/replay/replay.h"

namespace ipec::driver {

// Replays logs one after the other, `-` for standard input, with the result of one thread. It is an
// error in the call if a log has a form that destroys records.
command::ExitStatus ReplayLogs(std::span<const std::string> paths, unsigned threads,
                               replay::Replay& replay, command::Environment& env);

}  // namespace ipec::driver
