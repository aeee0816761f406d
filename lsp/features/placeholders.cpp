#include "lsp/features/placeholders.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "compiler/render/render.h"
#include "compiler/render/template_line.h"
#include "compiler/render/values.h"
#include "compiler/support/markdown.h"
#include "compiler/targets/features.h"
#include "lint/image.h"
#include "lsp/features/place.h"

namespace ipec::lsp {
namespace {

using support::Span;

constexpr std::size_t kMostOffers = 200;
constexpr std::size_t kShortestDigest = 32;  // hex digits of md5
constexpr std::size_t kMostValues = 10;      // that hover lists

bool IsTemplate(const Snapshot& snapshot) {
  return render::IsTemplateName(snapshot.source.name());
}

const inventory::Inventory* InventoryOf(const Snapshot& snapshot) {
  const auto& image = snapshot.configured->settings.image;
  return image == nullptr ? nullptr : &image->inventory();
}

bool IsLineEnd(char byte) {
  return byte == '\n' || byte == '\r';
}

std::uint32_t LineBegin(llvm::StringRef text, std::uint32_t offset) {
  while (offset > 0 && !IsLineEnd(text[offset - 1])) --offset;
  return offset;
}

// The placeholders of each line.
template <typename Use>
void ForEachPlaceholder(llvm::StringRef text, Use use) {
  std::uint32_t at = 0;
  while (at < text.size()) {
    diagnostics::Sink ignored;
    const render::TemplateLine line = render::ReadTemplateLine(text, at, ignored);
    for (const render::Placeholder& each : line.placeholders) use(each);
    at = line.whole.end;
  }
}

// The word of the policy up to the placeholder.
std::string_view BeforeIt(llvm::StringRef text, Span placeholder) {
  std::uint32_t begin = placeholder.begin;
  while (begin > 0 && text[begin - 1] != ' ' && text[begin - 1] != '\t' &&
         !IsLineEnd(text[begin - 1])) {
    --begin;
  }
  const llvm::StringRef before = text.slice(begin, placeholder.begin);
  return {before.data(), before.size()};
}

// Takes offers in order, as long as there is room.
class Collector {
 public:
  explicit Collector(std::string_view typed) : typed_(typed) {}

  void Add(std::string text, std::string detail) {
    if (!std::string_view(text).starts_with(typed_)) return;
    if (offers_.list.size() == kMostOffers) {
      offers_.is_cut = true;
    } else if (known_.insert(text).second) {
      offers_.list.push_back({std::move(text), std::move(detail)});
    }
  }
  Offers Take() { return std::move(offers_); }

 private:
  const std::string_view typed_;
  std::set<std::string> known_;
  Offers offers_;
};

void AddDigests(const Snapshot& snapshot, policy::Property property, Collector& to) {
  const inventory::Inventory* const image = InventoryOf(snapshot);
  if (image == nullptr) return;
  const bool is_bare = snapshot.target().Has(targets::Feature::BareDigests);
  const auto add = [&](const std::string& digest, const std::string& detail) {
    to.Add(is_bare ? digest.substr(digest.find(':') + 1) : digest, detail);
  };
  if (property == policy::Property::DmverityRoothash) {
    for (const inventory::Volume& volume : image->volumes) {
      add(volume.root_hash, "root hash of the volume " + volume.name);
    }
  } else {
    for (const inventory::File& file : image->files) add(file.digest, "digest of " + file.path);
  }
}

void AddPlaceholders(const Snapshot& snapshot, std::optional<policy::Property> property,
                     Collector& to) {
  const inventory::Inventory* const image = InventoryOf(snapshot);
  if (image != nullptr && property == policy::Property::DmverityRoothash) {
    for (const inventory::Volume& volume : image->volumes) {
      to.Add(fmt::format("@{{{}.roothash}}", volume.name), volume.root_hash);
    }
  } else if (image != nullptr && property == policy::Property::FsverityDigest) {
    for (const inventory::File& file : image->files) {
      to.Add(fmt::format("@{{files.{}.digest}}", file.path), file.digest);
    }
  }
  if (property == policy::Property::DmverityRoothash) {
    to.Add("@{volumes.*.roothash}", "the statement once for each volume");
  }
  const llvm::StringRef text = snapshot.source.text();
  ForEachPlaceholder(text, [&](const render::Placeholder& each) {
    const llvm::StringRef name = snapshot.source.text(each.name);
    if (!render::IsSettingName({name.data(), name.size()})) return;
    to.Add(snapshot.source.text(each.where).str(), fmt::format("--set={}=VALUE", name.str()));
  });
}

std::string ValuesOf(const render::Found& found) {
  std::string text;
  for (std::size_t i = 0; i < std::min(found.values.size(), kMostValues); ++i) {
    const render::NamedValue& value = found.values[i];
    text += fmt::format("* {}: {}\n", support::MarkdownCode(value.owner),
                        support::MarkdownCode(value.text));
  }
  if (found.values.size() > kMostValues) {
    text += fmt::format("* and {} more\n", found.values.size() - kMostValues);
  }
  return text;
}

// The meaning of a name, and what the inventory has for it.
std::string MeaningOf(const Snapshot& snapshot, std::string_view name, std::string_view before) {
  if (render::IsSettingName(name)) {
    return fmt::format("the value of {} of `ipec render`",
                       support::MarkdownCode(fmt::format("--set={}=VALUE", name)));
  }
  const inventory::Inventory* const image = InventoryOf(snapshot);
  if (image == nullptr) {
    return "a value of the inventory that `ipec render --with` reads; if `inventory` in ipec.toml "
           "names one, its values are shown here";
  }
  render::InventoryValues values =
      llvm::cantFail(render::InventoryValues::Make(*image, {}, render::FormFor(snapshot.target())));
  llvm::Expected<const render::Found*> found = values.Find({name, before});
  if (!found) return "no value: " + llvm::toString(found.takeError());
  return ((*found)->is_pattern ? "the statement is there once for each of\n\n"
                               : "a value of the inventory\n\n") +
         ValuesOf(**found);
}

}  // namespace

std::optional<Hover> HoverPlaceholder(const Snapshot& snapshot, std::uint32_t offset) {
  if (!IsTemplate(snapshot)) return std::nullopt;
  const llvm::StringRef text = snapshot.source.text();
  const std::uint32_t begin = LineBegin(text, offset);
  if (begin >= text.size()) return std::nullopt;
  diagnostics::Sink ignored;
  const render::TemplateLine line = render::ReadTemplateLine(text, begin, ignored);
  const auto found = std::find_if(line.placeholders.begin(), line.placeholders.end(),
                                  [&](const render::Placeholder& each) {
                                    return each.where.begin <= offset && offset < each.where.end;
                                  });
  if (found == line.placeholders.end()) return std::nullopt;
  const std::string meaning =
      MeaningOf(snapshot, ViewOf(snapshot, found->name), BeforeIt(text, found->where));
  std::string markdown =
      fmt::format("**{}** – {}", support::MarkdownCode(ViewOf(snapshot, found->where)), meaning);
  if (markdown.back() != '\n') markdown += '\n';
  return Hover{found->where, std::move(markdown)};
}

std::optional<Span> PlaceholderBefore(const Snapshot& snapshot, std::uint32_t offset) {
  if (!IsTemplate(snapshot)) return std::nullopt;
  const llvm::StringRef text = snapshot.source.text();
  const std::uint32_t begin = LineBegin(text, offset);
  const llvm::StringRef line = text.slice(begin, offset);
  const std::size_t open = line.rfind("@{");
  if (open == llvm::StringRef::npos || line.contains('#') ||
      line.drop_front(open).find_first_of("} \t") != llvm::StringRef::npos) {
    return std::nullopt;
  }
  const llvm::StringRef rest = text.drop_front(offset);
  const std::size_t size = std::min(rest.find_first_of("} \t\r\n#"), rest.size());
  const bool is_closed = size < rest.size() && rest[size] == '}';
  return Span{begin + support::ToU32(open), offset + support::ToU32(size) + (is_closed ? 1U : 0U)};
}

Offers OffersFor(const Snapshot& snapshot, std::optional<policy::Property> property,
                 std::string_view typed, std::span<const UsedDigest> used) {
  Collector offers(typed);
  if (IsTemplate(snapshot)) AddPlaceholders(snapshot, property, offers);
  if (property) AddDigests(snapshot, *property, offers);
  const bool is_bare = snapshot.target().Has(targets::Feature::BareDigests);
  for (const UsedDigest& each : used) {
    // The beginning of a digest that is being typed is one, too.
    if (each.property != property || each.digits.size() < kShortestDigest) continue;
    if (is_bare) {
      offers.Add(each.digits, each.where);
    } else if (!each.algorithm.empty()) {
      offers.Add(each.algorithm + ":" + each.digits, each.where);
    }
  }
  return offers.Take();
}

Offers PlaceholdersFor(const Snapshot& snapshot, std::optional<policy::Property> property,
                       std::string_view typed) {
  Collector offers(typed);
  AddPlaceholders(snapshot, property, offers);
  return offers.Take();
}

}  // namespace ipec::lsp
