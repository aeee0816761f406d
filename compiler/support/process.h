#pragma once

// What a program settles with the operating system before it does anything.

namespace ipec::support {

// Standard descriptors that are closed are occupied, so that no file of ours gets their place.
// A closed pipe and a limit on file sizes become errors of writing. Where memory runs out, the
// program says so and ends with `status`: whatever it was doing cannot be done.
void PrepareProcess(int status);

}  // namespace ipec::support
