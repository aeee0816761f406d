#pragma once

// Set-up of the process before it does anything else.

namespace ipec::support {

// Occupies closed standard descriptors, so that no opened file gets their numbers. Turns a closed
// pipe and a file size limit into write errors. Makes exit statuses of programs that are run known,
// even if our parent ignores those of its own. If memory runs out, prints an error and exits with
// `status`, since the work cannot be completed.
void PrepareProcess(int status);

// Whether the environment and the kind of stream ask for color on `descriptor`;
// compiler/command/README.md has the order in which NO_COLOR, FORCE_COLOR, CLICOLOR_FORCE, CLICOLOR
// and TERM decide.
bool TakesColor(int descriptor);

bool IsTerminal(int descriptor);

}  // namespace ipec::support
