#pragma once

// Lints and compares texts in one call.

#include <memory>
#include <string>

#include "compiler/inventory/inventory_json.h"
#include "compiler/pipeline/reading.h"
#include "lint/image.h"
#include "lint/linter.h"

namespace ipec::lint {

inline pipeline::Reading ReadingOf(const std::string& text, pipeline::Targets targets,
                                   const std::string& name = "p.pol") {
  return pipeline::Reading(support::SourceBuffer(name, text), targets);
}

inline Result LintText(const std::string& text, pipeline::Targets targets,
                       const Settings& settings) {
  return Lint(ReadingOf(text, targets), settings);
}
inline Result LintText(const std::string& text, const targets::Target& target,
                       const Settings& settings) {
  const targets::Target* const one = &target;
  return LintText(text, {&one, 1}, settings);
}

// Whether a kernel that accepts one text behaves alike with the other.
inline bool HasSameMeaning(const std::string& before, const std::string& after,
                           const targets::Target& target) {
  const targets::Target* const one = &target;
  return pipeline::CompareMeaning(ReadingOf(before, {&one, 1}), ReadingOf(after, {&one, 1})) ==
         pipeline::MeaningChange::None;
}

// Whether a text is another one with a higher version.
inline bool IsNextVersion(const std::string& before, const std::string& after,
                          const targets::Target& target) {
  const targets::Target* const one = &target;
  return pipeline::IsNextVersion(ReadingOf(before, {&one, 1}).first(),
                                 ReadingOf(after, {&one, 1}).first());
}

// For Settings::base.
inline std::shared_ptr<const pipeline::Reading> BaseOf(const std::string& text,
                                                       pipeline::Targets targets) {
  return std::make_shared<const pipeline::Reading>(ReadingOf(text, targets, "base.pol"));
}

// For Settings::image.
inline std::shared_ptr<const Image> ImageOf(const std::string& inventory) {
  return std::make_shared<const Image>(std::make_shared<const inventory::Inventory>(
      llvm::cantFail(inventory::ParseInventory(inventory, "inventory.json"))));
}

}  // namespace ipec::lint
