#include "lint/bases.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "compiler/content/content.h"
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

// A name in a message.
std::string QuotedName(const std::string& name) {
  return support::Quoted(support::Abbreviated(name));
}

// The text of the policy in a base: text, signed or compiled.
llvm::Expected<std::string> TextOf(const BaseFile& file) {
  const support::SourceBuffer bytes(file.name, file.bytes);
  const pipeline::PolicyFile opened = pipeline::OpenPolicyFile(bytes);
  switch (opened.content.kind) {
    case content::Kind::Text:
      return opened.text.text().str();
    case content::Kind::Signed:
      if (opened.IsRejectedMessage()) break;
      return opened.text.text().str();
    case content::Kind::Table: {
      llvm::Expected<pipeline::TableText> table = pipeline::ReadTableText(bytes);
      if (!table) return table.takeError();
      return table->text.text().str();
    }
    case content::Kind::Pem:
    case content::Kind::Other:
      return support::ErrorOf("it is " + std::string(opened.content.what));
  }
  return support::ErrorOf("it is a signed file that the kernel rejects");
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
    return Report(env_, support::ErrorOf(fmt::format("{} cannot be compared with {}: {}",
                                                     QuotedName(operand), QuotedName(base_->name()),
                                                     llvm::toString(files.takeError()))));
  }
  files_ = std::move(*files);
  for (BaseFile& file : files_.deleted) {
    // A file of another program may have the name of a policy.
    const auto opened =
        pipeline::OpenPolicyFile(support::SourceBuffer(file.name, std::move(file.bytes)));
    if (opened.content.kind != content::Kind::Text) continue;
    env_.err << "ipec: note: " << QuotedName(file.name) << " was deleted\n";
  }
  return ExitStatus::Ok;
}

ExitStatus Bases::BaseOf(std::size_t position, const std::string& name, pipeline::Targets targets,
                         std::shared_ptr<const pipeline::Reading>& base) const {
  if (position >= files_.files.size()) return ExitStatus::Ok;
  const BaseFile& file = files_.files[position];
  if (file.state == BaseFile::State::New) {
    env_.err << "ipec: note: " << QuotedName(name) << " is new: " << QuotedName(base_->name())
             << " does not have it\n";
    return ExitStatus::Ok;
  }
  llvm::Expected<std::string> text = TextOf(file);
  if (!text) {
    return Report(env_, support::ErrorOf(fmt::format("{} cannot be compared with {}: {}",
                                                     QuotedName(name), QuotedName(file.name),
                                                     llvm::toString(text.takeError()))));
  }
  auto reading = std::make_shared<const pipeline::Reading>(
      support::SourceBuffer(file.name, std::move(*text)), targets);
  for (const pipeline::TargetReading& seen : reading->by_target()) {
    if (seen.accepted()) continue;
    return Report(env_, ExitStatus::Findings,
                  fmt::format("{} cannot be compared with {}, which {} rejects ({}); `ipec check` "
                              "of that text reports why",
                              QuotedName(name), QuotedName(file.name), seen.target().name,
                              support::Name(*seen.error())));
  }
  base = std::move(reading);
  return ExitStatus::Ok;
}

}  // namespace ipec::lint
