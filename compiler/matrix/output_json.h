#pragma once

#include "compiler/matrix/report.h"
#include "compiler/support/json_writer.h"

namespace ipec::matrix {

// A part of the JSON: the array `places`.
void WritePlaces(const Report& report, support::JsonWriter& json);

}  // namespace ipec::matrix
