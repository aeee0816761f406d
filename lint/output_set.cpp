#include "lint/output_set.h"

#include <utility>

namespace ipec::lint {

using command::ExitStatus;

std::vector<std::string_view> OutputSet::Names() {
  std::vector<std::string_view> names;
  for (const OutputFormat& row : OutputFormats()) names.push_back(row.name);
  return names;
}

OutputSet::OutputSet(command::Environment& env) : files_(env, Names()) {}

llvm::Error OutputSet::Add(std::string_view word, const diagnostics::RenderOptions& options) {
  llvm::Expected<command::OutputFiles::Output*> added = files_.Add(word);
  if (!added) return added.takeError();
  Open& made = open_.emplace_back(Open{*added, options, nullptr});
  made.options.color &= !made.to->is_file();
  return llvm::Error::success();
}

void OutputSet::Begin() {
  for (Open& open : open_) {
    open.output = OutputFormats()[open.to->format].make(*open.to->out, open.options);
  }
}

void OutputSet::File(const FileFindings& file) {
  for (const Open& open : open_) open.output->File(file);
}

ExitStatus OutputSet::Finish(const Totals& totals) {
  for (const Open& open : open_) open.output->Finish(totals);
  return files_.Write();
}

}  // namespace ipec::lint
