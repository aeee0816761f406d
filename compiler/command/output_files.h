#pragma once

// The option `--output=FORMAT[:FILE]`, which can be repeated: every output goes to standard output
// or to a file of its own. The formats, and what they print, are the command's.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/command/command.h"
#include "compiler/support/streams.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"

namespace ipec::command {

// Holds the text of a file until it is written. Made for reports of hundreds of megabytes: its
// memory grows in place where the system can do that.
class HeldText final : public support::Output {
 public:
  HeldText() : Output(/*unbuffered=*/true) {}
  ~HeldText() override { flush(); }
  std::string_view text() const { return {bytes_.data(), bytes_.size()}; }

 private:
  void write_impl(const char* bytes, std::size_t size) override {
    bytes_.append(bytes, bytes + size);
  }
  std::uint64_t current_pos() const override { return bytes_.size(); }

  llvm::SmallVector<char, 0> bytes_;
};

class OutputFiles {
 public:
  struct Output {
    std::size_t format = 0;          // index into the formats
    std::string path;                // empty: standard output
    support::Output* out = nullptr;  // what is printed to it
    HeldText text;                   // of a file

    bool is_file() const { return !path.empty(); }
  };

  OutputFiles(Environment& env, std::vector<std::string_view> formats)
      : env_(env), formats_(std::move(formats)) {}

  // `FORMAT` or `FORMAT:FILE`, where the files `-` and /dev/stdout are standard output. The error
  // is one in the call: an unknown format, no file name, or two outputs to one place.
  llvm::Expected<Output*> Add(std::string_view word);
  // Each of `words`, or `text` where there are none.
  llvm::Error AddAll(std::span<const std::string> words);

  std::span<const std::unique_ptr<Output>> list() const { return outputs_; }
  std::string_view NameOf(const Output& output) const { return formats_[output.format]; }
  // The files that Write writes.
  std::vector<std::string> Files() const;
  bool uses_standard_output() const { return uses_standard_output_; }
  // Whether one of the outputs has this format.
  bool Has(std::string_view format) const;
  // Writes the outputs that are files.
  ExitStatus Write();

 private:
  bool IsRedirectedTo(const std::string& path) const;
  static llvm::Error Shared(const std::string& path);

  Environment& env_;
  const std::vector<std::string_view> formats_;
  std::vector<std::unique_ptr<Output>> outputs_;
  bool uses_standard_output_ = false;
};

}  // namespace ipec::command
