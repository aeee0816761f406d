#pragma once

// The page about the C interface of the runtime library, from its header.

#include <string_view>

#include "compiler/manual/man_page.h"

namespace ipec::driver {

// ipec/runtime/runtime.h
extern const std::string_view kRuntimeHeader;

manual::Topic RuntimeTopic();

}  // namespace ipec::driver
