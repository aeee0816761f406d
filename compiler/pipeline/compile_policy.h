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

enum class Form : std::uint8_t { Table, Text, C, Json, Dump };

struct Compiled {
  std::string bytes;
  std::string map;  // Form::Text: the source lines of each line, as JSON
};

// `source` is the file name of the policy, for the map.
Compiled CompilePolicy(policy::Policy policy, const targets::Target& target,
                       const optimize::Options& options, Form form, std::string_view source);

}  // namespace ipec::pipeline
