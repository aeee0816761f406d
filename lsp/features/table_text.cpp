#include "lsp/features/table_text.h"

#include "compiler/matrix/outputs.h"
#include "lint/image.h"
#include "lsp/features/place.h"

namespace ipec::lsp {

llvm::Expected<std::string> TableOf(const Snapshot& snapshot) {
  if (llvm::Error error = RejectionOf(snapshot)) return error;
  const auto& image = snapshot.configured->settings.image;
  const inventory::Inventory* const inventory = image == nullptr ? nullptr : &image->inventory();
  const matrix::Matrix decided = matrix::MatrixOf(snapshot.coverage(), inventory);
  const matrix::Stage stage{snapshot.source.name(), &snapshot.policy(), &decided,
                            &snapshot.target()};
  matrix::Report report;
  report.file = stage.file;
  report.target = stage.target;
  report.policy = stage.policy;
  report.source = &snapshot.source;
  report.matrix = stage.matrix;
  report.stages = {stage.file};
  report.findings = matrix::FindingsOf(std::span(&stage, 1), inventory);
  report.assumptions = matrix::AssumptionsOf(std::span(&stage, 1), inventory);
  std::string text;
  llvm::raw_string_ostream out(text);
  matrix::PrintText(report, /*color=*/false, out);
  return text;
}

}  // namespace ipec::lsp
