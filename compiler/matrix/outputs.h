#pragma once

// A report in the formats of outputs.def.

#include <span>
#include <string_view>

#include "compiler/matrix/report.h"
#include "llvm/Support/raw_ostream.h"

namespace ipec::matrix {

// `color`: for a terminal; only text has colors.
using PrintReport = void(const Report& report, bool color, llvm::raw_ostream& out);

struct Format {
  std::string_view name;
  PrintReport* print;
};
std::span<const Format> Formats();  // the rows of outputs.def

PrintReport PrintText;

// A part of the text: the table, with the statements that a `*` stands for.
void PrintTable(const Report& report, bool color, llvm::raw_ostream& out);

}  // namespace ipec::matrix
