#pragma once

// `ipec replay --follow`: a log as it grows.

#include <functional>
#include <string>

#include "compiler/command/command.h"
#include "compiler/replay/replay.h"

namespace ipec::driver {

// Replays a log until SIGINT or SIGTERM; a pipe, until it ends. Other files that take the name of
// the log belong to it, and so do lines that are written after it was cut. Calls `show` when groups
// have changed and all that is written was read, or after a second.
command::ExitStatus FollowLog(const std::string& path, replay::Replay& replay,
                              const std::function<void()>& show, command::Environment& env);

}  // namespace ipec::driver
