#include "compiler/event/event_reader.h"

#include <array>

#include "compiler/event/line_read.h"

namespace ipec::event {

Dialect DialectOf(const targets::Target& target) {
  Dialect dialect;
  dialect.name = target.name;
  for (const runtime::Operation operation : runtime::kOperations) {
    if (target.Knows(operation)) dialect.operations.Add(operation);
  }
  for (const runtime::Hook hook : runtime::kHooks) {
    if (target.Knows(hook)) dialect.hooks.Add(hook);
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
