#include "compiler/event/event_reader.h"

#include <array>

#include "compiler/event/line_read.h"
#include "llvm/Support/raw_ostream.h"

namespace ipec::event {

char MalformedEvent::ID = 0;

void MalformedEvent::log(llvm::raw_ostream& out) const {
  out << "column " << column_ << ": " << words_;
}

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

llvm::Error EventReader::Read(std::string_view line) {
  event_ = {};
  stamp_ = {};
  expectation_ = {};
  digests_.clear();
  digests_.reserve(line.size() / 2);
  JsonCursor cursor(line, strings_);
  LineRead read{dialect_, cursor, event_, stamp_, expectation_, digests_};
  if (read.Whole()) return llvm::Error::success();
  return llvm::make_error<MalformedEvent>(cursor.failure()->offset + 1, cursor.failure()->words);
}

}  // namespace ipec::event
