#pragma once

// Values that stand for those of an inventory that is not given: what a policy can have in the
// place of a placeholder. They depend only on the template, so that it can be checked alone.

#include <deque>
#include <string>

#include "compiler/render/values.h"

namespace ipec::render {

class StandIns final : public Values {
 public:
  // For all placeholders or, with the values of an inventory, for those of settings.
  explicit StandIns(InventoryValues* inventory = nullptr,
                    DigestForm form = DigestForm::WithAlgorithm)
      : inventory_(inventory), form_(form) {}

  llvm::Expected<const Found*> Find(const Use& use) override;

 private:
  InventoryValues* const inventory_;
  const DigestForm form_;
  Found found_;
  std::deque<std::string> values_;
};

}  // namespace ipec::render
