#pragma once

// The result of `ipec matrix` as all outputs print it, and how people see the table.

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "compiler/matrix/findings.h"
#include "compiler/matrix/matrix.h"
#include "compiler/support/source.h"
#include "compiler/targets/targets.h"

namespace ipec::matrix {

struct Report {
  std::string file;  // of the policy
  std::optional<std::string> inventory_file;
  const targets::Target* target = nullptr;
  const policy::Policy* policy = nullptr;
  const support::SourceBuffer* source = nullptr;  // of the policy
  const Matrix* matrix = nullptr;
  std::vector<std::string> stages;  // the files of all policies, in their order; `file` is the last
  std::vector<Handover> handovers;
  std::vector<Finding> findings;
  std::vector<std::string> assumptions;

  // The text of the statement that decides; empty if none does.
  std::string_view TextOf(const Answer& answer) const;
  std::size_t Count(diagnostics::Severity severity) const;
};

// "2 errors, 1 warning".
std::string CountWords(const Report& report);

// A row of the shown table: a place, or many volumes that the policy decides alike.
struct ShownRow {
  std::string label;
  std::vector<std::string> cells;  // `ALLOW 10`, `DENY 7*`; in the order of the columns
};
struct ShownTable {
  std::vector<std::string> columns;  // names of operations
  std::vector<ShownRow> rows;
  std::size_t more_volumes = 0;  // without a row
};

// Above this number of volumes, those that are alike share a row: the same actions, decided by
// rules or by a DEFAULT. Its cell then has the first and the last of their lines, `ALLOW 4-10003`.
inline constexpr std::size_t kMostVolumes = 16;
ShownTable TableOf(const Matrix& matrix);

// The statements that a `*` stands for, in words. They are the same in many cells, so each is
// listed once.
struct ShownException {
  policy::Operation operation;
  Answer answer;
  std::string statement;
  std::string example;  // a file that it decides, in words
};
struct ShownExceptions {
  std::vector<ShownException> list;  // by operation and line
  std::size_t more = 0;              // at least
};
ShownExceptions ExceptionsOf(const Report& report);

}  // namespace ipec::matrix
