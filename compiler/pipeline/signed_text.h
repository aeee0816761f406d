#pragma once

// How the text in a signed file differs from the text that was reviewed.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace ipec::pipeline {

enum class SigningChange : std::uint8_t {
  None,
  CrlfAdded,  // LF became CRLF, as openssl signs without `-binary`
  LineEnds,   // other line ends, and nothing else
  Content,
};

SigningChange CompareSigned(std::string_view reviewed, std::string_view signed_text);

// The first byte of `signed_text` that differs; its size if it is shorter.
std::size_t FirstDifference(std::string_view reviewed, std::string_view signed_text);

// "differs from `a.pol` in line ends only: LF became CRLF, as openssl signs without `-binary`".
// `name` is quoted. Not for None.
std::string Describe(SigningChange change, std::string_view name);

}  // namespace ipec::pipeline
