#include "compiler/driver/diff_operands.h"

#include <set>
#include <utility>

#include "compiler/command/read_policy.h"
#include "compiler/content/content.h"
#include "compiler/pipeline/config_files.h"
#include "compiler/pipeline/policy_files.h"
#include "compiler/pipeline/table_text.h"
#include "compiler/sign/signed_message.h"
#include "compiler/support/numbers.h"
#include "compiler/support/printable.h"
#include "compiler/support/streams.h"
#include "compiler/support/suggest.h"
#include "compiler/support/wording.h"
#include "ipec/runtime/vocabulary.h"
#include "llvm/ADT/STLExtras.h"

namespace ipec::driver {
namespace {

using namespace command;

using pipeline::BaseFile;

class Finder {
 public:
  Finder(Base& base, pipeline::Configs& configs, pipeline::ReportPaths& paths, Environment& env,
         DiffPairs& found)
      : base_(base), configs_(configs), paths_(paths), env_(env), found_(found) {}

  ExitStatus Find(std::span<const std::string> operands) {
    pipeline::FilesOnce once(env_.files, operands.size());
    ExitStatus status = ExitStatus::Ok;
    for (const std::string& operand : operands) status = Worse(status, Operand(operand, once));
    DropRenamed();
    Base::NoteDeleted(found_.deleted, env_);
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
    for (DeletedPolicy& one : Base::DeletedOf(bases->deleted)) {
      const auto is_same = [&](const DeletedPolicy& known) { return known.file == one.file; };
      if (llvm::none_of(found_.deleted, is_same)) found_.deleted.push_back(std::move(one));
    }
    const std::size_t before = found_.pairs.size();
    for (std::size_t i = 0; i < found.paths.size(); ++i) {
      if (!once.Add(found.paths[i])) continue;
      status = Worse(status, File(found.paths[i], found.is_directory, bases->files[i]));
    }
    // A typo in the name of a directory is not a pass.
    const bool is_empty =
        found.is_directory && found_.pairs.size() == before && found.paths.empty();
    if (status == ExitStatus::Ok && is_empty && bases->deleted.empty()) {
      return Report(env_, ExitStatus::Usage, pipeline::NoPolicies(operand));
    }
    return status;
  }

  // One operand has a policy that another one had before.
  void DropRenamed() {
    std::set<std::string> compared;
    for (const DiffPair& pair : found_.pairs) {
      if (pair.before) compared.insert(pair.before->file.text.name());
    }
    llvm::erase_if(found_.deleted,
                   [&](const DeletedPolicy& one) { return compared.contains(one.file); });
  }

  ExitStatus File(const std::string& path, bool in_directory, const BaseFile& base) {
    DiffPair pair;
    pair.path = path == "-" ? "<stdin>" : paths_.FromHere(path);
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
    llvm::Expected<DiffOperand> after = DiffOperandOf(std::move(*file), pair.path);
    if (!after) return Report(env_, after.takeError());
    pair.after = std::move(*after);
    if (base.state == BaseFile::State::New) {
      base_.NoteNew(pair.path, env_);
    } else {
      llvm::Expected<pipeline::PolicyFile> opened = Base::PolicyOf(base);
      if (!opened) return Report(env_, CannotCompare(pair.path, base.name, opened.takeError()));
      if (base_.is_file() && base.name != "<stdin>") pair.path_before = base.name;
      const std::string name = base_.is_file() ? paths_.FromHere(base.name) : base.name;
      llvm::Expected<DiffOperand> before = DiffOperandOf(std::move(*opened), name);
      if (!before) return Report(env_, CannotCompare(pair.path, base.name, before.takeError()));
      pair.before = std::move(*before);
    }
    found_.pairs.push_back(std::move(pair));
    return ExitStatus::Ok;
  }

  Base& base_;
  pipeline::Configs& configs_;
  pipeline::ReportPaths& paths_;
  Environment& env_;
  DiffPairs& found_;
};

}  // namespace

llvm::Expected<DiffOperand> DiffOperandOf(pipeline::PolicyFile file, const std::string& name) {
  DiffOperand operand{std::move(file)};
  support::SourceBuffer& text = operand.file.text;
  if (operand.file.content.kind == content::Kind::Signed) {
    operand.signed_size = operand.file.file.text().size();
  }
  if (operand.file.content.kind == content::Kind::Table) {
    llvm::Expected<pipeline::TableText> table = pipeline::ReadTableText(text);
    if (!table) return table.takeError();
    operand.file.content = {};
    text = std::move(table->text);
    operand.table_target = table->target;
  }
  if (text.name() != name) text = support::SourceBuffer(name, text.text().str());
  return operand;
}

llvm::Expected<DiffOperand> ReadDiffOperand(const std::string& path, const std::string& name,
                                            Environment& env) {
  llvm::Expected<pipeline::PolicyFile> file = ReadOnlyPolicyFile(path, env);
  return file ? DiffOperandOf(std::move(*file), name) : file.takeError();
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

SignedSize SignedSizeOf(const DiffPair& pair) {
  const pipeline::Config& config = *pair.config;
  // One that is built into a kernel is not signed.
  const bool is_built_in = llvm::any_of(config.lint.boot_policies, [&](const std::string& pattern) {
    return pipeline::MatchesPath(config, pattern, pair.path);
  });
  SignedSize size{pair.after.signed_size};
  if (pair.after.table_target != nullptr || is_built_in) return size;
  const std::size_t text = pair.after.file.text.text().size();
  if (!size.bytes && config.lint.signature_bytes) {
    size.bytes = text + support::ToSize(*config.lint.signature_bytes);
  }
  size.is_too_long = size.bytes.value_or(text) > sign::kLongestMessage;
  return size;
}

ExitStatus FindDiffPairs(std::span<const std::string> operands, Base& base,
                         pipeline::Configs& configs, pipeline::ReportPaths& paths, Environment& env,
                         DiffPairs& found) {
  return Finder(base, configs, paths, env, found).Find(operands);
}

}  // namespace ipec::driver
