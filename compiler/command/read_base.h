#pragma once

// The base of a comparison: what the option `--against` names.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "compiler/command/command.h"
#include "compiler/pipeline/git_base.h"
#include "compiler/pipeline/policy_file.h"
#include "llvm/Support/Error.h"

namespace ipec::command {

// The error that a file cannot be compared with its base.
llvm::Error CannotCompare(const std::string& name, const std::string& base, llvm::Error why);

// The help of `--against=BASE`.
inline constexpr std::string_view kAgainstHelp = "compare with git:REV, git:merge-base:REV or FILE";

// A policy that the base has and the work tree lacks, or a submodule.
struct DeletedPolicy {
  std::string file;  // `git:main:device.pol`
  bool is_submodule = false;
  pipeline::Identity identity = {};
};

class Base {
 public:
  // Another status than Ok after a message: a wrong name, or a FILE that cannot be read.
  static ExitStatus Open(const std::string& word, Environment& env, std::optional<Base>& base);

  // As in reports: `git:main`, or the FILE.
  const std::string& name() const { return name_; }
  // Whether the base is one FILE, which is the base of every policy.
  bool is_file() const { return !git_; }
  // The base of each of the files that PoliciesOf found for an operand; see GitBase::For. The base
  // of a new file is the deleted policy with the same name, if there is one: then it was renamed,
  // with more changes than git detects. A note says so.
  llvm::Expected<pipeline::BaseFiles> For(const std::string& operand, bool is_directory,
                                          std::span<const std::string> paths);

  // The policy that a file was: text, signed or compiled. The error: the file is not a policy, or a
  // signed one that the kernel rejects before it reads the text.
  static llvm::Expected<pipeline::PolicyFile> PolicyOf(const pipeline::BaseFile& file);

  // A file of another program may have the name of a policy; it is left out.
  static std::vector<DeletedPolicy> DeletedOf(std::span<const pipeline::BaseFile> deleted);

  // Notes about files that only the work tree or only the base has.
  void NoteNew(const std::string& name, Environment& env) const;
  static void NoteDeleted(std::span<const DeletedPolicy> deleted, Environment& env);

 private:
  void CompareByName(std::span<const std::string> paths, pipeline::BaseFiles& found) const;

  Environment* env_ = nullptr;
  std::string name_;
  std::optional<pipeline::GitBase> git_;
  std::string bytes_;  // of the FILE
};

}  // namespace ipec::command
