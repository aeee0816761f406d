#include "lint/baseline.h"

#include "compiler/support/streams.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::lint {

llvm::Error Baseline::Read(const std::string& path, std::string_view text) {
  llvm::StringRef rest(text.data(), text.size());
  for (std::size_t number = 1; !rest.empty(); ++number) {
    const auto [line, more] = rest.split('\n');
    rest = more;
    if (line.trim().empty() || line.startswith("#")) continue;
    const auto [fingerprint, behind] = line.rtrim("\r").split(' ');
    const auto [code, file] = behind.split(' ');
    if (fingerprint.size() != 16 || !code.startswith("IPE") || file.empty()) {
      return support::ErrorOf(path + ":" + std::to_string(number) +
                              ": not a line of a baseline (FINGERPRINT CODE PATH)");
    }
    Add({file.data(), file.size()}, {code.data(), code.size()},
        {fingerprint.data(), fingerprint.size()});
  }
  return llvm::Error::success();
}

std::string Baseline::Text() const {
  std::string text = "# written by `ipec lint --write-baseline`: FINGERPRINT CODE PATH\n";
  for (const std::string& line : lines_) text += line + "\n";
  return text;
}

void Baseline::Add(std::string_view path, std::string_view code, std::string_view fingerprint) {
  known_.emplace(path, fingerprint);
  lines_.insert(std::string(fingerprint) + " " + std::string(code) + " " + std::string(path));
}

}  // namespace ipec::lint
