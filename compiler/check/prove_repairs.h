#pragma once

// A repair proves itself: the checker reads the statement again as the repair would leave it.
//
// A repair is kept if the kernel then finds less to refuse there, and nothing of a kind that the
// statement does not have already. So applying repairs again and again ends, and surprises nobody.
// What the statement becomes in the end is remembered: a DEFAULT that will be read is not missing,
// and one that will be a second one is reported as that at once.

#include "compiler/check/checker.h"

namespace ipec::check {

void ProveRepairs(Checker& checker);

}  // namespace ipec::check
