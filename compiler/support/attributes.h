#pragma once

namespace ipec::support {

// Gives the open file `to` what `from` has besides its bytes: owner, group, mode, access control
// lists, extended attributes, flags (chattr) and project. False where the system does not allow
// that: then the one must not take the place of the other.
bool KeepAttributes(int from, int to);

}  // namespace ipec::support
