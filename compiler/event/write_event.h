#pragma once

// An event as JSON, in the form that event_reader.h reads.

#include <string>
#include <string_view>

#include "ipec/runtime/event.h"

namespace ipec::event {

// One line, without its end. Fields with the value that they have if absent are left out.
std::string WriteEvent(const runtime::Event& event);
// The same as a test that expects an action.
std::string WriteTest(const runtime::Event& event, runtime::Action expect);

// `rule`, `op-default` or `global-default`, as in all outputs.
std::string_view NameOf(runtime::Match match);

}  // namespace ipec::event
