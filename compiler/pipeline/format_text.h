#pragma once

// Formatting with its proof, for `ipec fmt`, the language server and the rule `not-formatted`.

#include "compiler/format/format.h"
#include "compiler/pipeline/claims_reading.h"
#include "compiler/pipeline/config.h"
#include "compiler/pipeline/reading.h"

namespace ipec::pipeline {

// The style in ipec.toml.
format::Style StyleOf(const Config& config);

// Formats the text as its first target reads it. The result is rejected, and the text returned
// unchanged, unless every target's kernel reads the same from it: verdict, name, version, decisions
// and, if the order of properties is kept, records.
format::Result FormatText(const Reading& reading, const format::Style& style);
// A file of claims: the same claims.
format::Result FormatText(const ClaimsReading& reading, format::Style style);

}  // namespace ipec::pipeline
