#include "compiler/render/values.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "compiler/support/numbers.h"
#include "compiler/support/path_pattern.h"
#include "compiler/support/printable.h"
#include "compiler/support/streams.h"
#include "compiler/support/suggest.h"
#include "compiler/support/wording.h"
#include "compiler/targets/digest_algorithms.h"
#include "compiler/targets/features.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::render {

using support::ErrorOf;

namespace {

// Each is compared with all names.
constexpr std::size_t kMostPatterns = 256;
// Looking for a similar name compares with all names, too.
constexpr std::size_t kMostSuggestions = 20;

constexpr llvm::StringLiteral kRootHash = ".roothash";
constexpr llvm::StringLiteral kDigest = ".digest";
constexpr llvm::StringLiteral kVolumes = "volumes.";
constexpr llvm::StringLiteral kFiles = "files.";

std::string QuotedName(std::string_view name) {
  return support::Quoted(support::Abbreviated(name));
}

}  // namespace

DigestForm FormFor(const targets::Target& target) {
  return target.Has(targets::Feature::BareDigests) ? DigestForm::Bare : DigestForm::WithAlgorithm;
}

bool IsSettingName(std::string_view name) {
  return !name.empty() && llvm::all_of(name, [](char byte) {
    return llvm::isAlnum(byte) || byte == '_' || byte == '-';
  });
}

llvm::Error CheckWord(std::string_view text) {
  if (text.empty()) return ErrorOf("is empty");
  for (const char byte : text) {
    if (byte == '#') return ErrorOf("contains `#`, which begins a comment");
    if (byte == ' ' || byte == '\t') return ErrorOf("contains whitespace, which ends a word");
    const unsigned char number = support::ToByte(byte);
    if (number < 0x20 || number == 0x7F) return ErrorOf("contains a control character");
  }
  return llvm::Error::success();
}

llvm::Error CheckSize(std::string_view word) {
  const llvm::StringRef value = llvm::StringRef(word).split('=').second;
  const auto [name, digits] = value.split(':');
  const targets::DigestAlgorithm* algorithm = targets::FindAlgorithm(name);
  if (algorithm == nullptr || digits.size() == 2 * algorithm->bytes) return llvm::Error::success();
  return ErrorOf(fmt::format("does not fit: a {} digest has {} hex digits, found {}",
                             algorithm->name, 2 * algorithm->bytes, digits.size()));
}

llvm::Expected<Setting> ParseSetting(std::string_view text) {
  const auto [name, value] = llvm::StringRef(text).split('=');
  if (name.size() == text.size()) {
    return ErrorOf(QuotedName(text) + " has no value; write NAME=VALUE");
  }
  if (!IsSettingName(name)) {
    return ErrorOf(
        QuotedName(name) +
        " is not a name; a name has letters, digits, `_` and `-`, so that it differs from "
        "those of an inventory");
  }
  if (llvm::Error error = CheckWord(value)) {
    return ErrorOf("the value of " + QuotedName(name) + " " + llvm::toString(std::move(error)));
  }
  return Setting{name.str(), value.str()};
}

llvm::Expected<InventoryValues> InventoryValues::Make(const inventory::Inventory& inventory,
                                                      std::vector<Setting> settings,
                                                      DigestForm form) {
  InventoryValues values;
  const auto written = [&](std::string_view digest) {
    return form == DigestForm::Bare ? digest.substr(digest.find(':') + 1) : digest;
  };
  for (const inventory::Volume& volume : inventory.volumes) {
    values.volumes_.emplace(volume.name, written(volume.root_hash));
  }
  for (const inventory::File& file : inventory.files) {
    values.files_.emplace(file.path, written(file.digest));
  }
  std::sort(settings.begin(), settings.end(),
            [](const Setting& a, const Setting& b) { return a.name < b.name; });
  const auto twice =
      std::adjacent_find(settings.begin(), settings.end(),
                         [](const Setting& a, const Setting& b) { return a.name == b.name; });
  if (twice != settings.end()) {
    return ErrorOf(QuotedName(twice->name) + " is set twice");
  }
  values.settings_ = std::move(settings);
  return values;
}

llvm::Expected<const Found*> InventoryValues::Find(const Use& use) {
  const auto known = known_.find(use.name);
  if (known != known_.end()) return &known->second;
  llvm::Expected<Found> found = Search(use.name);
  if (!found) return found.takeError();
  return &known_.emplace(std::string(use.name), std::move(*found)).first->second;
}

llvm::Expected<Found> InventoryValues::Search(std::string_view view) {
  const llvm::StringRef name = view;
  if (IsSettingName(name)) return SettingOf(view);
  const bool is_volume = name.endswith(kRootHash);
  if (!is_volume && !(name.startswith(kFiles) && name.endswith(kDigest))) {
    return Unknown(view,
                   "a value is `VOLUME.roothash`, `files.PATH.digest` or the name of a `--set`");
  }
  llvm::StringRef stem = name.drop_back(is_volume ? kRootHash.size() : kDigest.size());
  if (is_volume) {
    stem.consume_front(kVolumes);
  } else {
    stem.consume_front(kFiles);
  }
  const ByName& all = is_volume ? volumes_ : files_;
  const auto exact = all.find(std::string_view(stem));
  Found found;
  if (exact != all.end()) {
    found.values.push_back({exact->first, exact->second});
  } else if (stem.find_first_of("*?[") != llvm::StringRef::npos) {
    if (++patterns_ > kMostPatterns) {
      return ErrorOf(fmt::format("a template has at most {} patterns", kMostPatterns));
    }
    found = Match(all, stem);
    if (found.values.empty()) {
      return ErrorOf(fmt::format("no {} of the inventory matches", is_volume ? "volume" : "file"));
    }
  } else {
    return Unknown(
        view, is_volume ? "the inventory has no such volume" : "the inventory has no such file");
  }
  auto& used = is_volume ? used_volumes_ : used_files_;
  for (const NamedValue& value : found.values) used.insert(value.owner);
  return found;
}

Found InventoryValues::Match(const ByName& values, std::string_view pattern) {
  Found found;
  found.is_pattern = true;
  std::set<std::string_view> seen;
  for (const auto& [owner, text] : values) {
    if (!support::MatchesPattern(pattern, owner)) continue;
    // The statement would be the same.
    if (seen.insert(text).second) found.values.push_back({owner, text});
  }
  return found;
}

llvm::Expected<Found> InventoryValues::SettingOf(std::string_view name) {
  const auto at = std::lower_bound(
      settings_.begin(), settings_.end(), name,
      [](const Setting& setting, std::string_view other) { return setting.name < other; });
  if (at == settings_.end() || at->name != name) {
    return Unknown(name, "there is no `--set=" + support::Abbreviated(name) + "=VALUE`");
  }
  used_settings_.emplace(name);
  Found found;
  found.values.push_back({at->name, at->value});
  return found;
}

llvm::Error InventoryValues::Unknown(std::string_view name, std::string_view why) {
  if (++suggestions_ > kMostSuggestions) return ErrorOf(std::string(why));
  const std::vector<std::string> names = AllNames();
  const std::vector<std::string_view> views(names.begin(), names.end());
  return ErrorOf(std::string(why) + support::Suggest(name, views));
}

std::vector<std::string> InventoryValues::AllNames() const {
  std::vector<std::string> names;
  names.reserve(settings_.size() + volumes_.size() + files_.size());
  for (const Setting& setting : settings_) names.push_back(setting.name);
  for (const auto& [name, value] : volumes_) names.push_back(std::string(name) + kRootHash.str());
  for (const auto& [name, value] : files_) {
    names.push_back(kFiles.str() + std::string(name) + kDigest.str());
  }
  return names;
}

std::vector<std::string_view> InventoryValues::UnusedSettings() const {
  std::vector<std::string_view> unused;
  for (const Setting& setting : settings_) {
    if (!used_settings_.contains(setting.name)) unused.push_back(setting.name);
  }
  return unused;
}

}  // namespace ipec::render
