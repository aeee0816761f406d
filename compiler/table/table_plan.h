#pragma once

// A whole table before its parts have offsets: build.cpp creates it, write.cpp lays it out.

#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include "compiler/policy/policy.h"
#include "compiler/table/index_plan.h"
#include "ipec/runtime/table.h"
#include "ipec/runtime/vocabulary.h"

namespace ipec::table {

struct PlannedOperation {
  std::uint32_t known = 0;
  std::uint32_t base_row = 0;
  std::uint32_t event_name = 0;  // number of a text
  std::uint32_t record_name = 0;
  // Numbers of index plans; kNone if there is none.
  std::uint32_t roothashes = runtime::table::kNone;
  std::uint32_t digests = runtime::table::kNone;
  std::uint32_t pairs = runtime::table::kNone;
};

struct PlannedOutcome {
  runtime::Action action = runtime::Action::Deny;
  runtime::Match match = runtime::Match::GlobalDefault;
  bool rank_is_line = false;
  std::uint32_t line = 0;
  std::uint32_t text = 0;  // number of a text
  friend bool operator<(const PlannedOutcome& a, const PlannedOutcome& b) {
    return std::tie(a.action, a.match, a.rank_is_line, a.line, a.text) <
           std::tie(b.action, b.match, b.rank_is_line, b.line, b.text);
  }
};

// References are numbers: the positions of texts, outcomes, rows and indexes in these lists.
struct TablePlan {
  std::string name;
  std::string target;
  policy::Version version;
  runtime::table::Features features = 0;
  std::uint32_t hooks = 0;
  std::uint32_t missing = 0;  // bits of properties that the kernel was built without
  std::uint32_t fallback = 0;
  policy::OperationMap<PlannedOperation> operations;
  std::vector<PlannedOutcome> outcomes;
  std::vector<std::string> rows;  // the bytes of each
  std::vector<std::string> texts;
  std::vector<IndexPlan> indexes;
};

// The bytes, with size and checksum set.
std::string Write(const TablePlan& plan);

}  // namespace ipec::table
