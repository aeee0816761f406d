#include "compiler/driver/diff_report.h"

#include <algorithm>

#include <fmt/format.h>

namespace ipec::driver {
namespace {

constexpr DiffFormat kFormats[] = {
#define IPEC_DIFF_OUTPUT(name, write) {name, write},
#include "compiler/driver/diff_outputs.def"
};

}  // namespace

std::span<const DiffFormat> DiffFormats() {
  return kFormats;
}

bool DiffReport::Fails(pipeline::FailOn level) const {
  return (level == pipeline::FailOn::Any && !deleted.empty()) ||
         std::any_of(files.begin(), files.end(),
                     [&](const FileChange& change) { return change.Fails(level); });
}

std::string WordsFor(const DeletedPolicy& deleted) {
  if (deleted.is_submodule) return "the submodule was removed, with its policies";
  const pipeline::Identity& identity = deleted.identity;
  if (!identity.name) return "the policy was deleted";
  return fmt::format("the policy {}{} was deleted", *identity.name,
                     identity.version ? " " + *identity.version : "");
}

}  // namespace ipec::driver
