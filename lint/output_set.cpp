#include "lint/output_set.h"

#include <algorithm>

#include "compiler/support/streams.h"
#include "compiler/support/suggest.h"
#include "compiler/support/wording.h"

namespace ipec::lint {

using command::ExitStatus;
using support::ErrorOf;

llvm::Error OutputSet::Add(std::string_view word, const diagnostics::RenderOptions& options) {
  const std::size_t colon = word.find(':');
  const std::string_view name = word.substr(0, colon);
  const auto formats = OutputFormats();
  const auto format = std::find_if(formats.begin(), formats.end(),
                                   [&](const OutputFormat& row) { return row.name == name; });
  if (format == formats.end()) {
    std::vector<std::string_view> names;
    for (const OutputFormat& row : formats) names.push_back(row.name);
    return ErrorOf("unknown output format " + support::Quoted(name) +
                   support::Suggest(name, names));
  }
  auto made = std::make_unique<Open>();
  if (colon != std::string_view::npos) {
    made->path = word.substr(colon + 1);
    if (made->path.empty()) {
      return ErrorOf(support::Quoted("--output " + std::string(word)) + " has no file name");
    }
    if (made->path == "-") made->path.clear();
  }
  made->make = format->make;
  made->options = options;
  if (made->path.empty()) {
    if (uses_standard_output_) {
      return ErrorOf(
          "two outputs cannot share standard output; write one to a file, as FORMAT:FILE");
    }
    uses_standard_output_ = true;
  } else {
    made->options.color = false;
    for (const auto& other : open_) {
      if (other->path.empty() || !env_.files.SameFile(other->path, made->path)) continue;
      return ErrorOf("two outputs cannot share " + support::Quoted(made->path));
    }
  }
  has_sarif_ |= name == "sarif";
  open_.push_back(std::move(made));
  return llvm::Error::success();
}

std::vector<std::string> OutputSet::Files() const {
  std::vector<std::string> files;
  for (const auto& open : open_) {
    if (!open->path.empty()) files.push_back(open->path);
  }
  return files;
}

void OutputSet::Begin() {
  for (const auto& open : open_) {
    support::Output* out = &open->text;
    if (open->path.empty()) out = &env_.out;
    open->output = open->make(*out, open->options);
  }
}

void OutputSet::File(const FileFindings& file) {
  for (const auto& open : open_) open->output->File(file);
}

ExitStatus OutputSet::Finish(const Totals& totals) {
  ExitStatus status = ExitStatus::Ok;
  for (const auto& open : open_) {
    open->output->Finish(totals);
    if (open->path.empty()) continue;
    if (llvm::Error error = env_.files.Write(open->path, open->text.str())) {
      status = command::Worse(status, command::Report(env_, std::move(error)));
    }
  }
  return status;
}

}  // namespace ipec::lint
