#include "compiler/command/read_base.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "compiler/content/content.h"
#include "compiler/pipeline/policy_files.h"
#include "compiler/pipeline/reading.h"
#include "compiler/support/printable.h"
#include "compiler/support/streams.h"
#include "compiler/support/wording.h"
#include "compiler/targets/targets.h"

namespace ipec::command {
namespace {

using pipeline::BaseFile;

std::string QuotedName(const std::string& name) {
  return support::Quoted(support::Abbreviated(name));
}

std::string_view FileNameOf(std::string_view path) {
  return path.substr(path.find_last_of("/:") + 1);
}

// Nothing: the bytes are not those of a policy as text.
std::optional<pipeline::Identity> IdentityOf(const std::string& name, const std::string& bytes) {
  pipeline::PolicyFile file = pipeline::OpenPolicyFile(support::SourceBuffer(name, bytes));
  if (file.content.kind != content::Kind::Text) return std::nullopt;
  return pipeline::Reading(std::move(file.text), targets::DefaultTarget()).first().identity();
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
  made.env_ = &env;
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
  if (git_) {
    llvm::Expected<pipeline::BaseFiles> of_git = git_->For(operand, is_directory, paths);
    if (of_git) CompareByName(paths, *of_git);
    return of_git;
  }
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

void Base::NoteDeleted(std::span<const DeletedPolicy> deleted, Environment& env) {
  for (const DeletedPolicy& one : deleted) {
    env.err << "ipec: note: " << (one.is_submodule ? "the submodule " : "") << QuotedName(one.file)
            << " was deleted\n";
  }
}

std::vector<DeletedPolicy> Base::DeletedOf(std::span<const BaseFile> deleted) {
  std::vector<DeletedPolicy> policies;
  for (const BaseFile& file : deleted) {
    if (file.is_submodule) {
      policies.push_back({.file = file.name, .is_submodule = true});
    } else if (std::optional<pipeline::Identity> identity = IdentityOf(file.name, file.bytes)) {
      policies.push_back({.file = file.name, .identity = std::move(*identity)});
    }
  }
  return policies;
}

void Base::CompareByName(std::span<const std::string> paths, pipeline::BaseFiles& found) const {
  std::multimap<std::string, const BaseFile*> by_name;
  for (const BaseFile& file : found.replaceable) {
    const auto identity = IdentityOf(file.name, file.bytes);
    if (identity && identity->name) by_name.emplace(*identity->name, &file);
  }
  if (by_name.empty()) return;
  std::set<std::string> renamed;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    BaseFile& file = found.files[i];
    if (file.state != BaseFile::State::New) continue;
    llvm::Expected<std::string> bytes = env_->files.Read(paths[i]);
    if (!bytes) {
      llvm::consumeError(bytes.takeError());  // the command reports it
      continue;
    }
    const auto identity = IdentityOf(paths[i], *bytes);
    if (!identity || !identity->name) continue;
    const auto [first, last] = by_name.equal_range(*identity->name);
    if (first == last) continue;
    // Of several, that with the same file name, else the first one.
    const auto same = std::find_if(first, last, [&](const auto& one) {
      return FileNameOf(one.second->name) == FileNameOf(paths[i]);
    });
    const BaseFile& base = *(same != last ? same : first)->second;
    env_->err << fmt::format(
        "ipec: note: {} is compared with {}, which was deleted: both are the policy {}\n",
        QuotedName(pipeline::Shown(paths[i])), QuotedName(base.name), QuotedName(*identity->name));
    file = {BaseFile::State::Renamed, base.name, base.bytes};
    renamed.insert(base.name);
  }
  std::erase_if(found.deleted, [&](const BaseFile& one) { return renamed.contains(one.name); });
}

}  // namespace ipec::command
