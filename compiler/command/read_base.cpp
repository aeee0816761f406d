#include "compiler/command/read_base.h"

#include <utility>

#include <fmt/format.h>

#include "compiler/content/content.h"
#include "compiler/support/printable.h"
#include "compiler/support/streams.h"
#include "compiler/support/wording.h"

namespace ipec::command {
namespace {

std::string QuotedName(const std::string& name) {
  return support::Quoted(support::Abbreviated(name));
}

}  // namespace

llvm::Error CannotCompare(const std::string& name, const std::string& base, llvm::Error why) {
  return support::ErrorOf(fmt::format("{} cannot be compared with {}: {}", QuotedName(name),
                                      QuotedName(base), llvm::toString(std::move(why))));
}

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

llvm::Expected<pipeline::PolicyFile> Base::PolicyOf(const pipeline::BaseFile& file) {
  pipeline::PolicyFile opened =
      pipeline::OpenPolicyFile(support::SourceBuffer(file.name, file.bytes));
  switch (opened.content.kind) {
    case content::Kind::Text:
    case content::Kind::Table:
      return opened;
    case content::Kind::Signed:
      if (!opened.IsRejectedMessage()) return opened;
      return support::ErrorOf("it is a signed file that the kernel rejects");
    case content::Kind::Pem:
    case content::Kind::Other:
      break;
  }
  return support::ErrorOf("it is " + std::string(opened.content.what));
}

void Base::NoteNew(const std::string& name, Environment& env) const {
  env.err << "ipec: note: " << QuotedName(name) << " is new: " << QuotedName(name_)
          << " does not have it\n";
}

void Base::NoteDeleted(std::span<const pipeline::BaseFile> deleted, Environment& env) {
  for (const pipeline::BaseFile& file : deleted) {
    const pipeline::PolicyFile opened =
        pipeline::OpenPolicyFile(support::SourceBuffer(file.name, file.bytes));
    if (opened.content.kind != content::Kind::Text) continue;
    env.err << "ipec: note: " << QuotedName(file.name) << " was deleted\n";
  }
}

}  // namespace ipec::command
