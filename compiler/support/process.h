#pragma once

// Set-up of the process before it does anything else.

namespace ipec::support {

// Occupies closed standard descriptors, so that no opened file gets their numbers. Turns a closed
// pipe and a file size limit into write errors. If memory runs out, prints an error and exits with
// `status`, since the work cannot be completed.
void PrepareProcess(int status);

}  // namespace ipec::support
