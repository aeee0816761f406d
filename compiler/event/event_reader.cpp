#include "compiler/event/event_reader.h"

#include <array>

#include "compiler/event/line_read.h"

namespace ipec::event {

Dialect DialectOf(const targets::Target& target) {
  Dialect dialect;
  dialect.name = target.name;
  for (std::size_t i = 0; i < runtime::kOperationCount; ++i) {
    if (!target.Knows(static_cast<runtime::Operation>(i))) continue;
    dialect.operations = static_cast<std::uint16_t>(dialect.operations | 1U << i);
  }
  for (std::size_t i = 0; i < runtime::kHookCount; ++i) {
    if (!target.Knows(static_cast<runtime::Hook>(i))) continue;
    dialect.hooks = static_cast<std::uint16_t>(dialect.hooks | 1U << i);
  }
  const policy::Semantics semantics = target.semantics();
  dialect.bare_digests = semantics.bare_digests;
  dialect.boot_verified_excludes_dmverity = semantics.boot_verified_excludes_dmverity;
  return dialect;
}

bool EventReader::Read(std::string_view line) {
  event_ = {};
  stamp_ = {};
  digests_.clear();
  digests_.reserve(line.size() / 2);
  JsonCursor cursor(line, strings_);
  LineRead read{dialect_, cursor, event_, stamp_, digests_};
  if (read.Whole()) return true;
  problem_ = cursor.words();
  column_ = cursor.failure_offset() + 1;
  return false;
}

}  // namespace ipec::event
