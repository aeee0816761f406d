#pragma once

// Asks a loaded table everything, for tests and fuzzers that care about how it is read: events made
// from the digests its indexes name and from others, every operation, all facts, and every record
// into buffers that are too small, exactly large enough, and larger.

#include <cstddef>
#include <cstdint>

#include "ipec/runtime/policy.h"

namespace ipec::tests {

// The number of decisions made, so that a test can see that it asked something. Stops the program
// when a text runs over its buffer or breaks the contract of snprintf.
std::size_t AskEverything(const runtime::Policy& policy);

// The checksum that fits the bytes, written into them. Nothing for what is shorter than a header.
void FixChecksum(std::byte* bytes, std::size_t size);

}  // namespace ipec::tests
