#pragma once

// The values that the placeholders of a template stand for.

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/inventory/inventory.h"
#include "compiler/targets/targets.h"
#include "llvm/Support/Error.h"

namespace ipec::render {

// A placeholder and the part of its word before it: `dmverity_roothash=sha256:`.
struct Use {
  std::string_view name;
  std::string_view before;
};

// A value and what it belongs to: the name of a volume or the path of a file.
struct NamedValue {
  std::string_view owner;
  std::string_view text;
};

struct Found {
  std::vector<NamedValue> values;  // at least one, by name
  bool is_pattern = false;         // the statement repeats for each of them
};

// How a policy writes digests: some dialects have no algorithm in them.
enum class DigestForm : std::uint8_t { WithAlgorithm, Bare };
DigestForm FormFor(const targets::Target& target);

class Values {
 public:
  virtual ~Values() = default;

  // The result is valid until the next call, its texts as long as this. The error explains why
  // there is no value, with the nearest name: it continues "`usr.roothash` has no value: ".
  virtual llvm::Expected<const Found*> Find(const Use& use) = 0;
};

// Why `text` cannot be the value of a placeholder: it is empty, or contains something that would
// end a word. Success: it can. The error continues "the value of `NAME` ".
llvm::Error CheckWord(std::string_view text);

// Why `word`, a word of a policy such as `dmverity_roothash=sha256:0f…`, has a digest of the wrong
// size for its algorithm. Success: it has not, or no digest, or one of an unknown algorithm.
llvm::Error CheckSize(std::string_view word);

// Whether the placeholder stands for a setting: letters, digits, `_` and `-`.
bool IsSettingName(std::string_view name);

// `K=V` of `--set=K=V`.
struct Setting {
  std::string name;
  std::string value;
};
// The error: no `=`, a name with other characters than letters, digits, `_` and `-`, an empty value
// or one that is not a word.
llvm::Expected<Setting> ParseSetting(std::string_view text);

// The values of an inventory and of `--set`:
//
//   usr.roothash, volumes.usr.roothash     the root hash of a volume
//   files./usr/bin/tool.digest             the fs-verity digest of a file
//   volumes.*.roothash, ext/*.roothash     of all volumes whose names match, in order of their
//   files./usr/bin/*.digest                names; of equal values only the first
//   NAME                                   a setting
class InventoryValues final : public Values {
 public:
  // The error: a setting is there twice. `inventory` must outlive this.
  static llvm::Expected<InventoryValues> Make(const inventory::Inventory& inventory,
                                              std::vector<Setting> settings,
                                              DigestForm form = DigestForm::WithAlgorithm);

  llvm::Expected<const Found*> Find(const Use& use) override;

  // The settings that no placeholder named so far.
  std::vector<std::string_view> UnusedSettings() const;
  // The volumes whose values were given so far, and the files.
  const std::set<std::string_view>& used_volumes() const { return used_volumes_; }
  const std::set<std::string_view>& used_files() const { return used_files_; }

 private:
  InventoryValues() = default;
  llvm::Expected<Found> Search(std::string_view name);
  llvm::Expected<Found> SettingOf(std::string_view name);
  llvm::Error Unknown(std::string_view name, std::string_view why);
  std::vector<std::string> AllNames() const;

  using ByName = std::map<std::string_view, std::string_view, std::less<>>;
  static Found Match(const ByName& values, std::string_view pattern);

  ByName volumes_;
  ByName files_;
  std::vector<Setting> settings_;
  std::map<std::string, Found, std::less<>> known_;
  std::size_t patterns_ = 0;
  std::size_t suggestions_ = 0;
  std::set<std::string_view> used_volumes_;
  std::set<std::string_view> used_files_;
  std::set<std::string, std::less<>> used_settings_;
};

}  // namespace ipec::render
