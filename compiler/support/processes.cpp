#include "compiler/support/processes.h"

#include <sys/types.h>

#include <cerrno>
#include <csignal>
#include <limits>

#include "compiler/support/numbers.h"

namespace ipec::support {

bool ProcessExists(std::int64_t number) {
  if (number <= 0 || number > std::numeric_limits<pid_t>::max()) return false;
  // EPERM: it exists but belongs to another user.
  return ::kill(ToInt(number), 0) == 0 || errno == EPERM;
}

}  // namespace ipec::support
