#include "lint/file_settings.h"

#include "compiler/support/date.h"
#include "compiler/support/streams.h"

namespace ipec::lint {

FileSettings::FileSettings(const LintOptions& options, support::FileSystem& files)
    : options_(options),
      select_(command::SplitValues(options.select)),
      ignore_(command::SplitValues(options.ignore)),
      today_(support::Today()),
      configs_(files) {}

llvm::Error FileSettings::CheckOptions() {
  if (llvm::Expected<Settings> settings = From({}); !settings) return settings.takeError();
  return chosen_.ChooseTargets(options_.targets);
}

llvm::Expected<Settings> FileSettings::From(const pipeline::Config& config) const {
  Overrides overrides;
  overrides.select = select_;
  overrides.ignore = ignore_;
  overrides.severity = options_.severity;
  return Resolve(config, overrides, today_);
}

llvm::Expected<const Settings*> FileSettings::For(const std::string& path) {
  llvm::Expected<const pipeline::Config*> config =
      options_.config ? configs_.FromFile(*options_.config) : configs_.For(path);
  if (!config) return config.takeError();
  if (const auto known = known_.find(*config); known != known_.end()) return &known->second;
  for (const pipeline::Kernel& kernel : (*config)->kernels) {
    if (chosen_.has_kernels()) break;
    for (std::string& note : NotesOn(kernel)) notes_.push_back(std::move(note));
  }
  llvm::Expected<Settings> settings = From(**config);
  if (!settings) return settings.takeError();
  return &known_.emplace(*config, std::move(*settings)).first->second;
}

}  // namespace ipec::lint
