// `exclude` of ipec.toml.

#include "compiler/pipeline/config.h"
#include "compiler/support/path_pattern.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/Path.h"

namespace ipec::pipeline {
namespace {

// Whether the pattern means the file or directory at `path`, counted from the configuration's
// directory: a slash at its beginning holds it there, one at its end is for directories.
bool Excludes(llvm::StringRef pattern, llvm::StringRef path, bool is_directory) {
  if (pattern.consume_back("/") && !is_directory) return false;
  const std::string_view whole(path.data(), path.size());
  if (pattern.consume_front("/") || pattern.consume_front("./")) {
    return support::MatchesPattern({pattern.data(), pattern.size()}, whole);
  }
  return support::MatchesPattern("**/" + pattern.str(), whole);
}

}  // namespace

bool IsExcluded(const Config& config, const std::string& path) {
  if (config.exclude.empty()) return false;
  llvm::SmallString<128> absolute(path.starts_with('/') ? "" : config.here);
  absolute += path;
  llvm::sys::path::remove_dots(absolute, /*remove_dot_dot=*/true, llvm::sys::path::Style::posix);
  llvm::StringRef own = absolute;
  // Of a file elsewhere (`--config=FILE`) only the name counts.
  if (!own.consume_front(config.directory)) own = own.substr(own.rfind('/') + 1);
  for (std::size_t end = own.find('/');; end = own.find('/', end + 1)) {
    const bool is_directory = end != llvm::StringRef::npos;
    for (const std::string& pattern : config.exclude) {
      if (Excludes(pattern, own.substr(0, end), is_directory)) return true;
    }
    if (!is_directory) return false;
  }
}

}  // namespace ipec::pipeline
