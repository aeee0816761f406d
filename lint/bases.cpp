#include "lint/bases.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "compiler/content/content.h"
#include "compiler/pipeline/config_files.h"
#include "compiler/pipeline/policy_file.h"
#include "compiler/pipeline/table_text.h"
#include "compiler/support/errno.h"
#include "compiler/support/printable.h"
#include "compiler/support/streams.h"
#include "compiler/support/wording.h"

namespace ipec::lint {

using command::ExitStatus;
using pipeline::BaseFile;

namespace {

// The text of the policy in a base.
llvm::Expected<std::string> TextOf(const BaseFile& file) {
  llvm::Expected<pipeline::PolicyFile> opened = command::Base::PolicyOf(file);
  if (!opened) return opened.takeError();
  if (opened->content.kind != content::Kind::Table) return opened->text.text().str();
  llvm::Expected<pipeline::TableText> table = pipeline::ReadTableText(opened->text);
  if (!table) return table.takeError();
  return table->text.text().str();
}

}  // namespace

ExitStatus Bases::Open() {
  if (!options_.against || options_.show_config) return ExitStatus::Ok;
  const bool reads_input = std::count(options_.operands.begin(), options_.operands.end(), "-") +
                               std::count(options_.kernels.begin(), options_.kernels.end(), "-") !=
                           0;
  if (*options_.against == "-" && reads_input) {
    return Report(env_, ExitStatus::Usage, "`--against`: standard input can be read only once");
  }
  return command::Base::Open(*options_.against, env_, base_);
}

ExitStatus Bases::Read(const std::string& operand, const pipeline::PolicyFiles& found) {
  files_ = {};
  if (!base_) return ExitStatus::Ok;
  std::string place = operand;
  std::vector<std::string> paths = found.paths;
  if (operand == "-") {
    if (!options_.stdin_filename && !base_->is_file()) {
      return Report(env_, ExitStatus::Usage,
                    "`-` has a base in git only with `--stdin-filename=NAME`");
    }
    place = options_.stdin_filename.value_or(operand);
    paths = {place};
  }
  llvm::Expected<pipeline::BaseFiles> files = base_->For(place, found.is_directory, paths);
  if (!files) {
    return Report(env_, command::CannotCompare(operand, base_->name(), files.takeError()));
  }
  files_ = std::move(*files);
  command::Base::NoteDeleted(command::Base::DeletedOf(files_.deleted), env_);
  return ExitStatus::Ok;
}

ExitStatus Bases::BaseOf(std::size_t position, const std::string& name, pipeline::Targets targets,
                         std::shared_ptr<const pipeline::Reading>& base) const {
  if (position >= files_.files.size()) return ExitStatus::Ok;
  const BaseFile& file = files_.files[position];
  if (file.state == BaseFile::State::New) {
    base_->NoteNew(name, env_);
    return ExitStatus::Ok;
  }
  llvm::Expected<std::string> text = TextOf(file);
  if (!text) return Report(env_, command::CannotCompare(name, file.name, text.takeError()));
  auto reading = std::make_shared<const pipeline::Reading>(
      support::SourceBuffer(file.name, std::move(*text)), targets);
  for (const pipeline::TargetReading& seen : reading->by_target()) {
    if (seen.accepted()) continue;
    return Report(env_, ExitStatus::Findings,
                  fmt::format("{} cannot be compared with {}, which {} rejects ({}); `ipec check` "
                              "of that text reports why",
                              support::Quoted(name), support::Quoted(file.name), seen.target().name,
                              support::Name(*seen.error())));
  }
  base = std::move(reading);
  return ExitStatus::Ok;
}

llvm::Expected<std::shared_ptr<pipeline::Acceptances>> Bases::AcceptancesOf(
    const pipeline::Config& config) {
  const std::optional<std::string> path = pipeline::AcceptedPath(config);
  if (!base_ || !path) return nullptr;
  std::shared_ptr<pipeline::Acceptances>& known = acceptances_[*path];
  if (known != nullptr) return known;
  auto read = std::make_shared<pipeline::Acceptances>();
  if (llvm::Error error = pipeline::ReadAccepted(env_.files, config, paths_.FromHere(*path),
                                                 paths_.FromRoot(*path), *read)) {
    return error;
  }
  known = std::move(read);
  return known;
}

}  // namespace ipec::lint
