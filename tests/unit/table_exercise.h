#pragma once

// Calls every function of a loaded table, for tests and fuzzers of how it is read: events with
// digests of its indexes and with others, every operation, all facts, and every record into buffers
// that are too small, exactly large enough, and larger.

#include <cstddef>
#include <cstdint>

#include "ipec/runtime/policy.h"

namespace ipec::tests {

// The number of decisions made, so that a test can check that there were some. Stops the program if
// a text overruns its buffer or violates the contract of snprintf.
std::size_t AskEverything(const runtime::Policy& policy);

// Writes the correct checksum into the bytes. Does nothing if they are shorter than a header.
void FixChecksum(std::byte* bytes, std::size_t size);

}  // namespace ipec::tests
