#include "compiler/driver/diff_targets.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "compiler/analysis/coverage.h"
#include "compiler/support/streams.h"
#include "compiler/support/wording.h"
#include "compiler/targets/targets.h"

namespace ipec::driver {
namespace {

using command::NamedTargets;
using support::ErrorOf;

// Null: none is a table. The error: they are compiled for different kernels.
llvm::Expected<const targets::Target*> TargetOfTables(const DiffPair& pair) {
  const targets::Target* const after = pair.after.table_target;
  const targets::Target* const before = pair.before ? pair.before->table_target : nullptr;
  if (before != nullptr && after != nullptr && before != after) {
    return ErrorOf(
        fmt::format("the tables are compiled for {} and {}: compile the policies for one kernel",
                    Describe(*before), Describe(*after)));
  }
  return before != nullptr ? before : after;
}

llvm::Error CheckOnly(const NamedTargets& named, policy::OperationSet only) {
  for (const policy::Operation operation : only) {
    const bool is_known =
        std::any_of(named.targets.begin(), named.targets.end(), [&](const targets::Target* target) {
          return operation == policy::Operation::Unknown || target->Knows(operation);
        });
    if (is_known) continue;
    return ErrorOf(
        fmt::format("`--only`: {} {} the operation {}", support::Listed(named.names, "and"),
                    named.names.size() == 1 ? "does not have" : "do not have", Name(operation)));
  }
  return llvm::Error::success();
}

llvm::Error CheckTwo(const NamedTargets& named) {
  if (named.targets.size() != 2) {
    return ErrorOf(
        fmt::format("one policy is compared on two kernels, not on {}; `ipec diff OLD NEW` "
                    "compares two policies for any number of them",
                    named.targets.size()));
  }
  if (analysis::SameEvents(named.targets[0]->semantics(), named.targets[1]->semantics())) {
    return llvm::Error::success();
  }
  return ErrorOf(fmt::format(
      "{} and {} have different events, so their decisions cannot be compared; `ipec diff "
      "--target=T OLD NEW` compares two policies for one of them",
      named.names[0], named.names[1]));
}

}  // namespace

llvm::Expected<NamedTargets> DiffTargets::For(const DiffPair& pair, policy::OperationSet only) {
  llvm::Expected<const targets::Target*> table = TargetOfTables(pair);
  if (!table) return table.takeError();
  NamedTargets named;
  if (*table != nullptr && targets_.chosen().empty()) {
    named = {{*table}, {Describe(**table)}};
  } else {
    const bool each = on_two_kernels_ && targets_.chosen().has_several_kernels();
    llvm::Expected<NamedTargets> found =
        each ? targets_.ForEachKernel(pair.path) : targets_.For(pair.path);
    if (!found) return found.takeError();
    named = std::move(*found);
    if (*table != nullptr && named.targets != std::vector{*table}) {
      return ErrorOf(
          fmt::format("the table is compiled for {}; leave --target and --kernel out, or compile "
                      "it again",
                      Describe(**table)));
    }
  }
  if (llvm::Error error = CheckOnly(named, only)) return error;
  if (!on_two_kernels_) return named;
  if (llvm::Error error = CheckTwo(named)) return error;
  return named;
}

}  // namespace ipec::driver
