#pragma once

// Coverage in the formats of other tools: `--coverage=FORMAT:FILE`.
//
//   lcov       a tracefile; https://ltp.sourceforge.net/coverage/lcov/geninfo.1.php
//   cobertura  XML, after coverage-04.dtd of Cobertura
//
// A line is that of a statement that can decide events, and its count is the number of tested
// events that the statement decides.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/suite/outputs.h"
#include "compiler/support/file_system.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"

namespace ipec::suite {

class CoverageFiles {
 public:
  explicit CoverageFiles(support::FileSystem& files) : files_(files) {}

  // `lcov:FILE` or `cobertura:FILE`. Returns the file. The error is one in the call.
  llvm::Expected<std::string> Add(std::string_view word);
  void Policy(const SuiteResult& result);
  // A file that cannot be written does not stop the others.
  void Write(llvm::function_ref<void(llvm::Error)> report) const;

 private:
  enum class Format : std::uint8_t { Lcov, Cobertura };
  struct File {
    Format format;
    std::string path;
  };
  struct Line {
    std::uint32_t number;
    std::uint64_t events;
  };
  struct Covered {
    std::string policy;
    std::vector<Line> lines;
    Ratio covered;
  };

  std::string Lcov() const;
  std::string Cobertura() const;

  support::FileSystem& files_;
  std::vector<File> outputs_;
  std::vector<Covered> policies_;
};

}  // namespace ipec::suite
