// Any bytes as ipec.toml: either a mistake with its place in the file, in text that cannot move the
// cursor, or a configuration that is equal when it is written and read again, and that a linter can
// be set up with.

#include <cstddef>
#include <cstdint>
#include <string>

#include "compiler/pipeline/config_files.h"
#include "compiler/support/assert.h"
#include "compiler/support/printable.h"
#include "compiler/support/source.h"
#include "lint/settings.h"
#include "llvm/ADT/StringRef.h"

namespace {

using namespace ipec;

void CheckMistake(llvm::StringRef words, llvm::StringRef text) {
  IPEC_CHECK(words.consume_front("/p/ipec.toml:"), "a mistake without its file");
  unsigned line = 0;
  unsigned column = 0;
  const bool has_place = !words.consumeInteger(10, line) && words.consume_front(":") &&
                         !words.consumeInteger(10, column) && words.consume_front(": ");
  IPEC_CHECK(has_place, "a mistake without its place");
  const support::LineMap lines(text);
  IPEC_CHECK(line >= 1 && line <= lines.line_count() && column >= 1, "a place outside the file");
  IPEC_CHECK(column <= text.size() + 1, "a column outside the file");
  IPEC_CHECK(!words.empty() && words.size() < 1000, "a mistake without words, or of too many");
  const std::string_view said(words.data(), words.size());
  IPEC_CHECK(support::Printable(said) == said, "a mistake that moves the cursor");
}

void CheckConfig(const pipeline::Config& config) {
  const std::string shown = pipeline::ShowConfig(config);
  llvm::Expected<pipeline::Config> again = pipeline::ParseConfig(config.path, shown);
  IPEC_CHECK(static_cast<bool>(again), "what is shown cannot be read");
  again->directory = config.directory;
  again->here = config.here;
  again->kernels = config.kernels;
  IPEC_CHECK(*again == config, "what is shown means something else");
  for (const char* path : {"/p/a.pol", "/p/boot/b.policy", "/"}) {
    const auto targets = pipeline::TargetsOf(config, path);
    IPEC_CHECK(!targets.empty() && targets[0] != nullptr, "a file without a target");
  }
  llvm::consumeError(lint::Resolve(config, {}, "2026-01-01").takeError());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  support::MemoryFileSystem files;
  files.files["/p/ipec.toml"] = text;
  pipeline::Configs configs(files);
  llvm::Expected<const pipeline::Config*> config = configs.For("/p/a.pol");
  if (config) {
    CheckConfig(**config);
  } else {
    const std::string words = llvm::toString(config.takeError());
    if (size < std::size_t{32} << 10) CheckMistake(words, text);  // a longer file may be too long
  }
  return 0;
}
