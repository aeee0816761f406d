#pragma once

// The text of a file as `ipec fmt` writes it. Computed on first use, once for all targets and
// rules, because the proof takes longer than most rules.

#include <optional>

#include "compiler/format/format.h"
#include "compiler/pipeline/reading.h"

namespace ipec::pipeline {
struct Config;
}

namespace ipec::lint {

class Layouts {
 public:
  // Both must outlive this.
  Layouts(const pipeline::Reading& reading, const pipeline::Config& config)
      : reading_(reading), config_(config) {}

  // As `ipec fmt` with the configuration does: the text itself if a target forbids the layout.
  const format::Result& Formatted() const;
  // As `ipec fmt --group` does, with the properties of each rule in their order.
  const format::Result& Grouped() const;

 private:
  const pipeline::Reading& reading_;
  const pipeline::Config& config_;
  mutable std::optional<format::Result> formatted_;
  mutable std::optional<format::Result> grouped_;
};

}  // namespace ipec::lint
