#pragma once

// Records and tallies as lines of JSON, for comparison.

#include <string>

#include "compiler/records/record.h"
#include "compiler/records/tally.h"

namespace ipec::tests {

std::string JsonOf(const records::Record& record);
std::string JsonOf(const records::Tally& tally);

}  // namespace ipec::tests
