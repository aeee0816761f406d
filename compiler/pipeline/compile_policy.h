#pragma once

// From a policy that its kernel accepts to one of the forms `ipec compile` writes, in one call and
// without I/O: the optimizer, then the table or an emitter.

#include <cstdint>
#include <string>
#include <string_view>

#include "compiler/optimize/optimize.h"
#include "compiler/policy/policy.h"
#include "compiler/targets/targets.h"

namespace ipec::pipeline {

enum class Form : std::uint8_t { Table, Text, C, Json, Dump };

struct Compiled {
  std::string bytes;
  std::string map;  // Form::Text: which lines of the source each line stands for, as JSON
};

// `source` is the name of the policy's file, for the map.
Compiled CompilePolicy(policy::Policy policy, const targets::Target& target,
                       const optimize::Options& options, Form form, std::string_view source);

}  // namespace ipec::pipeline
