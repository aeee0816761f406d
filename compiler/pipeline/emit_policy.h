#pragma once

// A policy written as text, and proof that the text is that policy.

#include "compiler/optimize/emit_text.h"
#include "compiler/policy/policy.h"
#include "compiler/targets/targets.h"

namespace ipec::pipeline {

// The text of `policy`, which `target` accepts. It has been read back: the target accepts
// it, too, and decides and records every event as before. Anything else is a mistake of ours and
// stops the program.
optimize::EmittedText EmitPolicy(const policy::Policy& policy, const targets::Target& target,
                                 optimize::Writing writing = optimize::Writing::Shortest);

}  // namespace ipec::pipeline
