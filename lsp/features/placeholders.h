#pragma once

// Placeholders of templates, `@{usr.roothash}`, and the digests of the image: of the inventory that
// ipec.toml names.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lsp/features/digests.h"
#include "lsp/features/hover.h"
#include "lsp/snapshot.h"

namespace ipec::lsp {

// The meaning of the placeholder at an offset of a template, and its values.
std::optional<Hover> HoverPlaceholder(const Snapshot& snapshot, std::uint32_t offset);

// The placeholder of a template that is written at an offset: from `@{` up to `}` or the end of the
// word. Nothing: there is none, or the file is
// not a template.
std::optional<support::Span> PlaceholderBefore(const Snapshot& snapshot, std::uint32_t offset);

struct Offer {
  std::string text;
  std::string detail;
};
struct Offers {
  std::vector<Offer> list;
  bool is_cut = false;  // there are more
};

// Texts for a value of a property that begin with `typed`: digests of the image, in a template
// placeholders, too. Without a property, for another value: placeholders of settings
// that the template has elsewhere.
// Then the `used` digests of that property.
Offers OffersFor(const Snapshot& snapshot, std::optional<policy::Property> property,
                 std::string_view typed, std::span<const UsedDigest> used);
// The same for `@{` within a word.
Offers PlaceholdersFor(const Snapshot& snapshot, std::optional<policy::Property> property,
                       std::string_view typed);

}  // namespace ipec::lsp
