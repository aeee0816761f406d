#include "compiler/command/output_files.h"

#include <algorithm>
#include <utility>

#include "compiler/support/streams.h"
#include "compiler/support/suggest.h"
#include "compiler/support/wording.h"

namespace ipec::command {

using support::ErrorOf;

llvm::Expected<OutputFiles::Output*> OutputFiles::Add(std::string_view word) {
  const std::size_t colon = word.find(':');
  const std::string_view name = word.substr(0, colon);
  const auto format = std::find(formats_.begin(), formats_.end(), name);
  if (format == formats_.end()) {
    return ErrorOf(
        "unknown output format " + support::Quoted(name) +
        support::Suggest(name, formats_, "; the formats are " + support::Listed(formats_, "and")));
  }
  auto made = std::make_unique<Output>();
  made->format = support::ToSize(format - formats_.begin());
  if (colon != std::string_view::npos) {
    made->path = word.substr(colon + 1);
    if (made->path.empty()) {
      return ErrorOf(support::Quoted("--output=" + std::string(word)) + " has no file name");
    }
    if (made->path == "-" || env_.files.IsStandardOutput(made->path)) made->path.clear();
  }
  if (made->path.empty()) {
    if (uses_standard_output_) {
      return ErrorOf(
          "two outputs cannot share standard output; write one to a file, as FORMAT:FILE");
    }
    uses_standard_output_ = true;
    made->out = &env_.out;
    for (const auto& other : outputs_) {
      if (other->is_file() && IsRedirectedTo(other->path)) return Shared(other->path);
    }
  } else {
    for (const auto& other : outputs_) {
      if (!other->is_file() || !env_.files.SameFile(other->path, made->path)) continue;
      return Shared(made->path);
    }
    if (uses_standard_output_ && IsRedirectedTo(made->path)) return Shared(made->path);
    made->out = &made->text;
  }
  return outputs_.emplace_back(std::move(made)).get();
}

// Whether the shell writes standard output to this file, which a rename would replace.
bool OutputFiles::IsRedirectedTo(const std::string& path) const {
  return env_.files.SameFile(path, "/dev/stdout");
}

llvm::Error OutputFiles::Shared(const std::string& path) {
  return ErrorOf("two outputs cannot share " + support::Quoted(path));
}

llvm::Error OutputFiles::AddAll(std::span<const std::string> words) {
  for (const std::string& word : words) {
    if (auto added = Add(word); !added) return added.takeError();
  }
  return words.empty() ? Add("text").takeError() : llvm::Error::success();
}

std::vector<std::string> OutputFiles::Files() const {
  std::vector<std::string> files;
  for (const auto& output : outputs_) {
    if (output->is_file()) files.push_back(output->path);
  }
  return files;
}

bool OutputFiles::Has(std::string_view format) const {
  return std::any_of(outputs_.begin(), outputs_.end(),
                     [&](const auto& output) { return NameOf(*output) == format; });
}

ExitStatus OutputFiles::Write() {
  ExitStatus status = ExitStatus::Ok;
  for (const auto& output : outputs_) {
    if (!output->is_file()) continue;
    if (llvm::Error error = env_.files.Write(output->path, output->text.text())) {
      status = Worse(status, Report(env_, std::move(error)));
    }
  }
  return status;
}

}  // namespace ipec::command
