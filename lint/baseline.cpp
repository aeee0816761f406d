#include "lint/baseline.h"

#include "compiler/support/printable.h"
#include "compiler/support/streams.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::lint {

llvm::Error Baseline::Read(const std::string& shown_path, std::string_view text) {
  llvm::StringRef rest(text.data(), text.size());
  for (std::size_t number = 1; !rest.empty(); ++number) {
    const auto [line, more] = rest.split('\n');
    rest = more;
    if (line.trim().empty() || line.startswith("#")) continue;
    const auto [fingerprint, behind] = line.rtrim("\r").split(' ');
    const auto [code, file] = behind.split(' ');
    if (fingerprint.size() != 16 || !code.startswith("IPE") || file.empty()) {
      return support::ErrorOf(shown_path + ":" + std::to_string(number) +
                              ": expected FINGERPRINT CODE PATH");
    }
    Insert(file.str(), {code.data(), code.size()}, {fingerprint.data(), fingerprint.size()});
  }
  return llvm::Error::success();
}

std::string Baseline::Text() const {
  std::string text = "# written by `ipec lint --write-baseline`: FINGERPRINT CODE PATH\n";
  for (const std::string& line : lines_) text += line + "\n";
  return text;
}

void Baseline::Add(std::string_view path, std::string_view code, std::string_view fingerprint) {
  Insert(Relative(path), code, fingerprint);
}

// Printable, because a path is a line.
std::string Baseline::Relative(std::string_view path) const {
  if (path.starts_with(directory_)) path.remove_prefix(directory_.size());
  return support::Printable(path);
}

void Baseline::Insert(const std::string& path, std::string_view code,
                      std::string_view fingerprint) {
  known_.emplace(path, fingerprint);
  lines_.insert(std::string(fingerprint) + " " + std::string(code) + " " + path);
}

}  // namespace ipec::lint
