#pragma once

// A policy written as text, with proof that the text is that policy.

#include "compiler/optimize/emit_text.h"
#include "compiler/policy/policy.h"
#include "compiler/targets/targets.h"

namespace ipec::pipeline {

// The text of `policy`, which `target` must accept. It has been parsed and checked again: the
// target accepts it too, and decides and records every event as before. Any difference is a bug in
// ipec and stops the program.
optimize::EmittedText EmitPolicy(const policy::Policy& policy, const targets::Target& target,
                                 optimize::Writing writing = optimize::Writing::Shortest);

}  // namespace ipec::pipeline
