// `ipec diff --output=text`: human-readable, and for grep.

#include "compiler/driver/diff_report.h"

namespace ipec::driver {
namespace {

class DiffText final : public DiffOutput {
 public:
  explicit DiffText(llvm::raw_ostream& out) : out_(out) {}

  void File(const FileChange& file) override { out_ << pipeline::ChangeText(file); }
  void Finish(std::span<const pipeline::Acceptance* const>) override {}

 private:
  llvm::raw_ostream& out_;
};

}  // namespace

std::unique_ptr<DiffOutput> MakeDiffText(llvm::raw_ostream& out) {
  return std::make_unique<DiffText>(out);
}

}  // namespace ipec::driver
