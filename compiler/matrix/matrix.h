#pragma once

// How a policy decides the operations of files of each place of a machine.
//
//   in   Coverage    a policy, as the kernel of its target reads it
//        Inventory   the volumes of the machine, perhaps
//   out  Matrix      for each place and operation, the statements that decide its cases
//
// Exact: a cell is about all cases of its operation at its place that a kernel can produce, and no
// others. Linear in the policy; volumes whose root hash no rule names share their cells.

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "compiler/analysis/coverage.h"
#include "compiler/analysis/witness.h"
#include "compiler/inventory/inventory.h"
#include "compiler/matrix/places.h"
#include "compiler/policy/policy.h"

namespace ipec::matrix {

// The statement that decides cases.
struct Answer {
  policy::Action action = policy::Action::Allow;
  policy::Match match = policy::Match::GlobalDefault;
  policy::RuleId rule;     // invalid: a DEFAULT decides
  std::uint32_t line = 0;  // 0: no statement decides
  support::Span statement;
};

// Another statement that decides some cases of a cell.
struct Exception {
  Answer answer;
  analysis::Witness witness;  // without the root hash of its place, if no rule names that
};

struct Cell {
  static constexpr std::size_t kMostExceptions = 16;

  // Of files without fs-verity. On another volume than those of the inventory, also: of files on a
  // volume with a root hash that no rule names.
  Answer answer;
  // The other statements, by line; DEFAULT last. Further ones are counted.
  std::vector<Exception> exceptions;
  std::size_t more_exceptions = 0;
  // Whether any case is allowed, and denied: of all statements.
  bool allows = false;
  bool denies = false;

  bool has_exceptions() const { return !exceptions.empty(); }
};

// Nothing: a kernel does not ask.
using Cells = policy::OperationMap<std::optional<Cell>>;

struct Row {
  Place place;
  std::shared_ptr<const Cells> cells;  // shared by places that the policy does not distinguish
};

struct Matrix {
  policy::OperationSet operations;  // the columns
  std::vector<Row> rows;

  const Row& Of(Place::Kind kind) const;  // of a kind that exists once
};

Matrix MatrixOf(const analysis::Coverage& coverage, const inventory::Inventory* inventory);

// An event of an exception at a place.
runtime::Event EventOf(const Place& place, const Exception& exception);

}  // namespace ipec::matrix
