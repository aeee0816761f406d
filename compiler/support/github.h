#pragma once

// Annotations in the logs of GitHub's workflows: `::error file=…,line=…::message`. GitHub shows
// them at the lines of a pull request.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/support/source.h"
#include "llvm/Support/raw_ostream.h"

namespace ipec::support {

struct GithubAnnotation {
  enum class Level : std::uint8_t { Error, Warning, Notice };
  Level level = Level::Error;
  std::string path;  // from the root of the repository; empty: about no file
  Position begin;
  std::optional<Position> end;       // nothing: it is not known
  std::string title;                 // one line
  std::vector<std::string> message;  // its lines; from files, so they may contain any bytes
};

// The annotation as one line of a log, with a line end.
std::string GithubLine(const GithubAnnotation& annotation);

// Prints annotations, the most severe first: GitHub shows ten of each level.
class GithubAnnotations {
 public:
  explicit GithubAnnotations(llvm::raw_ostream& out) : out_(out) {}

  void Add(const GithubAnnotation& annotation);
  // Prints what is milder than errors, up to a useful number, and how many are left out.
  void Finish(std::string_view what = "findings");

 private:
  struct Held {
    std::vector<std::string> lines;
    std::size_t more = 0;
  };

  llvm::raw_ostream& out_;
  Held warnings_;
  Held notices_;
};

}  // namespace ipec::support
