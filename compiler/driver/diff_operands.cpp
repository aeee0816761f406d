#include "compiler/driver/diff_operands.h"

#include <utility>

#include "compiler/command/read_policy.h"
#include "compiler/content/content.h"
#include "compiler/pipeline/policy_files.h"
#include "compiler/pipeline/table_text.h"
#include "compiler/support/printable.h"
#include "compiler/support/streams.h"
#include "compiler/support/suggest.h"
#include "compiler/support/wording.h"
#include "ipec/runtime/vocabulary.h"

namespace ipec::driver {
namespace {

using namespace command;

using pipeline::BaseFile;

class Finder {
 public:
  Finder(Base& base, pipeline::Configs& configs, Environment& env, std::vector<DiffPair>& pairs)
      : base_(base), configs_(configs), env_(env), pairs_(pairs) {}

  ExitStatus Find(std::span<const std::string> operands) {
    pipeline::FilesOnce once(env_.files, operands.size());
    ExitStatus status = ExitStatus::Ok;
    for (const std::string& operand : operands) status = Worse(status, Operand(operand, once));
    return status;
  }

 private:
  ExitStatus Operand(const std::string& operand, pipeline::FilesOnce& once) {
    if (operand == "-" && !base_.is_file()) {
      return Report(env_, ExitStatus::Usage, "`-` has no base in git; name a file");
    }
    ExitStatus status = ExitStatus::Ok;
    const pipeline::PolicyFiles found = pipeline::PoliciesOf(
        env_.files, operand,
        [&](llvm::Error error) { status = Worse(status, Report(env_, std::move(error))); });
    llvm::Expected<pipeline::BaseFiles> bases = base_.For(operand, found.is_directory, found.paths);
    if (!bases) {
      return Worse(status, Report(env_, CannotCompare(operand, base_.name(), bases.takeError())));
    }
    Base::NoteDeleted(bases->deleted, env_);
    const std::size_t before = pairs_.size();
    for (std::size_t i = 0; i < found.paths.size(); ++i) {
      if (!once.Add(found.paths[i])) continue;
      status = Worse(status, File(found.paths[i], found.is_directory, bases->files[i]));
    }
    // A typo in the name of a directory is not a pass.
    const bool is_empty = found.is_directory && pairs_.size() == before && found.paths.empty();
    if (status == ExitStatus::Ok && is_empty && bases->deleted.empty()) {
      return Report(env_, ExitStatus::Usage, pipeline::NoPolicies(operand));
    }
    return status;
  }

  ExitStatus File(const std::string& path, bool in_directory, const BaseFile& base) {
    DiffPair pair;
    pair.path = path == "-" ? "<stdin>" : pipeline::Shown(path);
    llvm::Expected<const pipeline::Config*> config = configs_.For(pair.path);
    if (!config) return Report(env_, ExitStatus::Usage, llvm::toString(config.takeError()));
    pair.config = *config;
    if (path != "-" && pipeline::IsExcluded(*pair.config, path)) {
      if (in_directory) return ExitStatus::Ok;
      return Report(
          env_, ExitStatus::Ok,
          support::Quoted(pair.path) + " is excluded by " + support::Quoted(pair.config->path));
    }
    llvm::Expected<pipeline::PolicyFile> file = ReadOnlyPolicyFile(path, env_);
    if (!file) return Report(env_, file.takeError());
    if (in_directory && file->content.kind != content::Kind::Text) return ExitStatus::Ok;
    llvm::Expected<DiffOperand> after = DiffOperandOf(std::move(*file));
    if (!after) return Report(env_, after.takeError());
    pair.after = std::move(*after);
    if (base.state == BaseFile::State::New) {
      base_.NoteNew(pair.path, env_);
    } else {
      llvm::Expected<pipeline::PolicyFile> opened = Base::PolicyOf(base);
      if (!opened) return Report(env_, CannotCompare(pair.path, base.name, opened.takeError()));
      llvm::Expected<DiffOperand> before = DiffOperandOf(std::move(*opened));
      if (!before) return Report(env_, CannotCompare(pair.path, base.name, before.takeError()));
      pair.before = std::move(*before);
    }
    pairs_.push_back(std::move(pair));
    return ExitStatus::Ok;
  }

  Base& base_;
  pipeline::Configs& configs_;
  Environment& env_;
  std::vector<DiffPair>& pairs_;
};

}  // namespace

llvm::Expected<DiffOperand> DiffOperandOf(pipeline::PolicyFile file) {
  DiffOperand operand{std::move(file)};
  if (operand.file.content.kind == content::Kind::Signed) {
    operand.signed_size = operand.file.file.text().size();
  }
  if (operand.file.content.kind != content::Kind::Table) return operand;
  llvm::Expected<pipeline::TableText> text = pipeline::ReadTableText(operand.file.text);
  if (!text) return text.takeError();
  operand.file.content = {};
  operand.file.text = std::move(text->text);
  operand.table_target = text->target;
  return operand;
}

llvm::Expected<DiffOperand> ReadDiffOperand(const std::string& path, Environment& env) {
  llvm::Expected<pipeline::PolicyFile> file = ReadOnlyPolicyFile(path, env);
  return file ? DiffOperandOf(std::move(*file)) : file.takeError();
}

llvm::Expected<policy::OperationSet> OperationsNamed(std::span<const std::string> names) {
  policy::OperationSet only;
  for (const std::string& name : names) {
    const auto operation = runtime::FindOperation(name);
    if (!operation) {
      return support::ErrorOf(
          "`--only`: unknown operation " + support::Quoted(support::Abbreviated(name)) +
          support::Suggest(name, runtime::kOperationNames,
                           "; the operations are " + support::Listed(runtime::kOperationNames)));
    }
    only.Add(*operation);
  }
  return only;
}

ExitStatus FindDiffPairs(std::span<const std::string> operands, Base& base,
                         pipeline::Configs& configs, Environment& env,
                         std::vector<DiffPair>& pairs) {
  return Finder(base, configs, env, pairs).Find(operands);
}

}  // namespace ipec::driver
