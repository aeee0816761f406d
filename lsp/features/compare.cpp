#include "lsp/features/compare.h"

#include <utility>
#include <vector>

#include <fmt/format.h>

#include "compiler/pipeline/file_change.h"
#include "compiler/support/errno.h"
#include "compiler/support/streams.h"
#include "lsp/features/place.h"

namespace ipec::lsp {
namespace {

// The error with which a target rejects the text; success if all accept it.
llvm::Error RejectionOf(const pipeline::Reading& reading) {
  for (const pipeline::TargetReading& one : reading.by_target()) {
    if (one.accepted()) continue;
    return support::ErrorOf(fmt::format("{} rejects {} with {}", one.target().name,
                                        reading.source().name(), support::Name(*one.error())));
  }
  return llvm::Error::success();
}

}  // namespace

llvm::Expected<std::string> CompareWith(const Snapshot& snapshot,
                                        std::optional<support::SourceBuffer> before) {
  if (snapshot.claims) return RejectionOf(snapshot);
  const std::string name = snapshot.source.name().substr(snapshot.source.name().rfind('/') + 1);
  const pipeline::Reading after(support::SourceBuffer(name, snapshot.source.text().str()),
                                snapshot.reading.targets());
  std::optional<pipeline::Reading> old;
  if (before) old.emplace(std::move(*before), snapshot.reading.targets());
  if (old) {
    if (llvm::Error error = RejectionOf(*old)) return error;
  }
  if (llvm::Error error = RejectionOf(after)) return error;
  std::vector<pipeline::Change> changes;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < after.by_target().size(); ++i) {
    std::optional<pipeline::ChangeSide> base;
    if (old) base = {&old->by_target()[i], &old->source()};
    changes.emplace_back(base, pipeline::ChangeSide{&after.by_target()[i], &after.source()});
    names.push_back(snapshot.configured->NameOf(i));
  }
  return ChangeText(pipeline::FileChange(std::move(changes), std::move(names)));
}

}  // namespace ipec::lsp
