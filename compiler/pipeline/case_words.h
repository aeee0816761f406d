#pragma once

// The only words for cases: which events of an operation a set of them covers. Findings, hover,
// differences and claims print these words, so that one case has the same name everywhere. For a
// single event the noun is singular: "files on the initramfs, without fs-verity" and "a file on the
// initramfs, without fs-verity" are the same case.

#include <cstdint>
#include <string>
#include <string_view>

#include "compiler/analysis/case_group.h"
#include "compiler/policy/policy.h"

namespace ipec::pipeline {

// "files on the unsigned dm-verity volume sha256:af0175fb…", "all files", "unverified files, and
// memory without a file". Where the words are not exact, they say so: "…, except those that other
// statements decide", or another `exception`. `semantics` is that of all policies that decide the
// cases.
inline constexpr std::string_view kExceptOthers = "except those that other statements decide";
std::string WordsFor(const analysis::CaseGroup& cases, const policy::Semantics& semantics,
                     std::string_view exception = kExceptOthers);

// The same for a set that has the case of `example`, which follows where the words are not exact:
// "all files, except those that other statements decide; for example a file on …".
std::string WordsFor(const analysis::CaseGroup& cases, const analysis::Witness& example,
                     const policy::Semantics& semantics);

// "3 more cases of a named root hash with a named file digest": those without words of their own.
std::string MoreCases(std::uint64_t number);

// The case of one event: "a file on a signed dm-verity volume, without fs-verity". A digest that
// the witness does not have is one that no rule names; the words do not mention that.
std::string WordsFor(const analysis::Witness& witness, const policy::Semantics& semantics);

// The words for analysis::kUnverified, of operations that do not occur without a file.
inline constexpr std::string_view kUnverifiedFiles = "unverified files";

// Where files with `boot_verified=TRUE` are: "the initramfs" where the property means that
// (Semantics::boot_verified_excludes_dmverity), else "the boot file system".
std::string_view PlaceOfBootVerified(bool has_initramfs);

// The start of a digest, `sha256:af0175fb…`.
std::string ShortDigest(const analysis::OwnedDigest& digest);

}  // namespace ipec::pipeline
