#pragma once

// The words for sets of cases: which events of an operation a difference of two policies concerns.

#include <string>

#include "compiler/analysis/differences.h"

namespace ipec::pipeline {

// "files on the unsigned dm-verity volume sha256:af0175fb…", "all files", "unverified files, and
// memory without a file". Where the words are not exact, they say so: "…, except those that other
// statements decide". `semantics` is that of both policies.
std::string WordsFor(const analysis::Difference& difference, const policy::Semantics& semantics);

// The start of a digest, `sha256:af0175fb…`.
std::string ShortDigest(const analysis::OwnedDigest& digest);

}  // namespace ipec::pipeline
