#include "compiler/pipeline/signed_text.h"

#include <algorithm>

#include "compiler/support/numbers.h"
#include "compiler/support/printable.h"
#include "compiler/support/wording.h"

namespace ipec::pipeline {
namespace {

// With LF for each CRLF, as openssl reads lines: several CRs before an LF are one line end.
std::string WithLf(std::string_view text) {
  std::string changed;
  changed.reserve(text.size());
  for (const char byte : text) {
    while (byte == '\n' && !changed.empty() && changed.back() == '\r') changed.pop_back();
    changed += byte;
  }
  return changed;
}

}  // namespace

SigningChange CompareSigned(std::string_view reviewed, std::string_view signed_text) {
  if (reviewed == signed_text) return SigningChange::None;
  const std::string plain = WithLf(reviewed);
  if (plain != WithLf(signed_text)) return SigningChange::Content;
  std::string with_crlf;
  with_crlf.reserve(signed_text.size());
  for (const char byte : plain) {
    if (byte == '\n') with_crlf += '\r';
    with_crlf += byte;
  }
  return with_crlf == signed_text ? SigningChange::CrlfAdded : SigningChange::LineEnds;
}

std::size_t FirstDifference(std::string_view reviewed, std::string_view signed_text) {
  const auto [in_reviewed, in_signed] =
      std::mismatch(reviewed.begin(), reviewed.end(), signed_text.begin(), signed_text.end());
  return support::ToSize(in_signed - signed_text.begin());
}

std::string Describe(SigningChange change, std::string_view name) {
  const std::string from = "differs from " + support::Quoted(support::Abbreviated(name));
  if (change == SigningChange::CrlfAdded) {
    return from + " in line ends only: LF became CRLF, as openssl signs without `-binary`";
  }
  return from + (change == SigningChange::LineEnds ? " in line ends only" : "");
}

}  // namespace ipec::pipeline
