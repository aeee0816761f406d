#pragma once

// From an accepted policy to one of the output forms of `ipec compile`, in one call and without
// I/O: the optimizer, then the table or an emitter.

#include <cstdint>
#include <string>
#include <string_view>

#include "compiler/optimize/optimize.h"
#include "compiler/policy/policy.h"
#include "compiler/targets/targets.h"

namespace ipec::pipeline {

enum class Form : std::uint8_t { Table, Text, C, Json, Dump, Smt2 };

struct Compiled {
  std::string bytes;
  std::string map;  // Form::Text: the source lines of each line, as JSON
};

// Inputs of an output form in addition to the policy.
struct Naming {
  std::string_view source;  // Form::Text: the name of the policy's file, for the map
  std::string_view symbol;  // Form::C: the name of the array; empty: from the policy's name
};

Compiled CompilePolicy(policy::Policy policy, const targets::Target& target,
                       const optimize::Options& options, Form form, const Naming& naming);

}  // namespace ipec::pipeline
