#pragma once

// The documentation behind `ipec explain`, built into the program: one text per row of
// diagnostics.def (explanations/NAME.md) and one per errno.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "compiler/diagnostics/diagnostic.h"

namespace ipec::diagnostics {

// A finding of a library above this one, with its documentation.
struct Explained {
  const Descriptor* descriptor;
  std::string_view text;   // Markdown, without a title
  std::string_view group;  // the category
  bool on = true;          // enabled by default
  // For code scanning: how bad for security, in tenths from 0 (not at all) to 100, and how often a
  // finding is right: `very-high`, `high`, `medium` or `low`.
  int security = 0;
  std::string_view precision = "high";
};

// Every row of diagnostics.def, in its order.
std::span<const Descriptor* const> AllDescriptors();

// The explanation of a code (`IPE0201`), a name (`unknown-operation`) or an errno (`EBADMSG`,
// `-74`, `74`), case-insensitive. If a diagnostic and a lint rule share a name, returns both texts,
// one after the other. Returns nothing for an unknown word.
std::optional<std::string> Explain(std::string_view what, std::span<const Explained> more = {});

// The closest word that Explain knows; empty when none is close.
std::string_view SuggestExplanation(std::string_view what, std::span<const Explained> more = {});

}  // namespace ipec::diagnostics
