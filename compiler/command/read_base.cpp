#include "compiler/command/read_base.h"

#include <utility>

namespace ipec::command {

ExitStatus Base::Open(const std::string& word, Environment& env, std::optional<Base>& base) {
  llvm::Expected<std::optional<pipeline::Revision>> revision = pipeline::ParseRevision(word);
  if (!revision) {
    return Report(env, ExitStatus::Usage, "`--against`: " + llvm::toString(revision.takeError()));
  }
  Base made;
  made.name_ = word;
  if (*revision) {
    made.git_.emplace(env.files, env.programs, std::move(**revision));
  } else {
    llvm::Expected<support::SourceBuffer> bytes = ReadOperand(word, env);
    if (!bytes) return Report(env, bytes.takeError());
    made.name_ = std::string(bytes->name());
    made.bytes_ = bytes->text().str();
  }
  base.emplace(std::move(made));
  return ExitStatus::Ok;
}

llvm::Expected<pipeline::BaseFiles> Base::For(const std::string& operand, bool is_directory,
                                              std::span<const std::string> paths) {
  if (git_) return git_->For(operand, is_directory, paths);
  pipeline::BaseFiles found;
  found.files.assign(paths.size(), {pipeline::BaseFile::State::Same, name_, bytes_});
  return found;
}

}  // namespace ipec::command
