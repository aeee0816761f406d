#pragma once

// Pages of `ipec help` that are about no command, made from the tables.

#include <span>
#include <string_view>

#include "compiler/manual/man_page.h"

namespace ipec::driver {

struct TopicRow {
  std::string_view name;
  manual::Topic (*make)();
};

std::span<const TopicRow> Topics();
// The topic with this name, or null.
const TopicRow* FindTopic(std::string_view name);

}  // namespace ipec::driver
