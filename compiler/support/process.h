#pragma once

// Set-up of the process before it does anything else.

namespace ipec::support {

// Occupies closed standard descriptors, so that no opened file gets their numbers. Turns a closed
// pipe and a file size limit into write errors. If memory runs out, prints an error and exits with
// `status`, since the work cannot be completed.
void PrepareProcess(int status);

// Whether what is written to `descriptor` is to be coloured, unless the call says otherwise. The
// first of these that is true decides: NO_COLOR is set to anything: no; FORCE_COLOR is set to
// anything, or CLICOLOR_FORCE to anything but 0: yes; CLICOLOR is 0: no; TERM is `dumb`, empty or
// not set: no; a terminal: yes. Variables that are empty count as not set.
bool TakesColor(int descriptor);

}  // namespace ipec::support
