#pragma once

// The documentation behind `ipec explain`, built into the program: one text a row of
// diagnostics.def (explanations/NAME.md) and one an errno.

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "compiler/diagnostics/diagnostic.h"

namespace ipec::diagnostics {

// A finding of somebody above this library, with its documentation.
struct Explained {
  const Descriptor* descriptor;
  std::string_view text;   // Markdown, without a title
  std::string_view group;  // what kind of finding it is
  bool on = true;          // reported without being asked for
};

// Every row of diagnostics.def, in its order.
std::span<const Descriptor* const> AllDescriptors();

// The explanation of a code (`IPE0201`), a name (`unknown-operation`) or an errno (`EBADMSG`,
// `-74`, `74`); case does not matter. A name that two of them share gives both, one after the
// other. Nothing when there is no such thing.
std::optional<std::string> Explain(std::string_view what, std::span<const Explained> more = {});

// What was most likely meant by a word that Explain does not know; empty when nothing is near.
std::string_view SuggestExplanation(std::string_view what, std::span<const Explained> more = {});

}  // namespace ipec::diagnostics
