#pragma once

// Layout with its proof, for `ipec fmt`, the language server and the rule `not-formatted` alike.

#include "compiler/format/format.h"
#include "compiler/pipeline/config.h"
#include "compiler/pipeline/reading.h"

namespace ipec::pipeline {

// The style that ipec.toml asks for.
format::Style StyleOf(const Config& config);

// Lays the text out as its first target reads it. The result is rejected, and the text given back
// as it was, unless every target's kernel reads the same from it: verdict, name, version, decisions
// and, where the order of properties is kept, records.
format::Result FormatText(const Reading& reading, const format::Style& style);

}  // namespace ipec::pipeline
