#pragma once

// Settings of the linter as for a call with `--select` and `--severity`, on a fixed day.

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "lint/settings.h"

namespace ipec::lint {

inline Settings SettingsWith(const std::vector<std::string>& select,
                             const std::vector<std::string>& severity = {}) {
  Overrides overrides;
  overrides.select = select;
  overrides.severity = severity;
  auto settings = Resolve({}, overrides, "2026-01-01");
  if (!settings) FAIL(llvm::toString(settings.takeError()));
  return *settings;
}

}  // namespace ipec::lint
