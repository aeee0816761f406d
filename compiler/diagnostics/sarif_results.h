#pragma once

// The results of a SARIF run, of which readers accept a limited number: the worst are kept.

#include <array>
#include <cstddef>
#include <deque>
#include <string>

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/diagnostics/render.h"

namespace ipec::diagnostics {

class WorstResults {
 public:
  explicit WorstResults(const SarifLimits& limits) : limits_(limits) {}

  // Whether one more of this severity would be kept. If not, call Skip() instead of
  // Add().
  bool Takes(Severity severity) const;
  void Skip(std::size_t results) { left_out_ += results; }
  // `json` is the whole result. Milder ones make room for it.
  void Add(Severity severity, std::string json);

  // Drops the mildest until a file with these results and `others` bytes beside them is within the
  // limit when it is compressed.
  void Compress(std::size_t others);

  std::size_t size() const { return count_; }
  std::size_t left_out() const { return left_out_; }
  // Worst first, otherwise in the order in which they came.
  template <typename Visitor>
  void ForEach(const Visitor& visit) const {
    for (const std::deque<std::string>& results : by_severity_) {
      for (const std::string& json : results) visit(json);
    }
  }

 private:
  bool IsFull() const { return count_ >= limits_.results || bytes_ >= limits_.held_bytes; }
  void DropMildest();

  SarifLimits limits_;
  std::array<std::deque<std::string>, 4> by_severity_;  // by Severity, the worst first
  std::size_t count_ = 0;
  std::size_t bytes_ = 0;
  std::size_t left_out_ = 0;
};

}  // namespace ipec::diagnostics
