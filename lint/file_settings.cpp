#include "lint/file_settings.h"

#include <span>

#include "compiler/support/date.h"
#include "compiler/support/streams.h"
#include "compiler/targets/unknown_target.h"

namespace ipec::lint {
namespace {

// `--select=a,b` is `--select=a --select=b`.
std::vector<std::string> Split(std::span<const std::string> values) {
  std::vector<std::string> words;
  for (const std::string& value : values) {
    llvm::StringRef rest = value;
    while (!rest.empty()) {
      const auto [word, more] = rest.split(',');
      if (!word.empty()) words.push_back(word.str());
      rest = more;
    }
  }
  return words;
}

}  // namespace

FileSettings::FileSettings(const LintOptions& options, support::FileSystem& files)
    : options_(options),
      select_(Split(options.select)),
      ignore_(Split(options.ignore)),
      today_(support::Today()),
      configs_(files) {}

llvm::Error FileSettings::CheckOptions() {
  if (llvm::Expected<Settings> settings = From({}); !settings) return settings.takeError();
  for (const std::string& name : Split(options_.targets)) {
    const targets::Target* target = targets::FindTarget(name);
    if (target == nullptr) return support::ErrorOf(targets::UnknownTarget(name));
    targets_.push_back(target);
  }
  return llvm::Error::success();
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
    if (!kernels_.empty()) break;
    for (std::string& note : NotesOn(kernel)) notes_.push_back(std::move(note));
  }
  llvm::Expected<Settings> settings = From(**config);
  if (!settings) return settings.takeError();
  return &known_.emplace(*config, std::move(*settings)).first->second;
}

llvm::Expected<std::vector<const targets::Target*>> FileSettings::TargetsFor(
    const pipeline::Config& config, const std::string& path) const {
  if (llvm::Error error = pipeline::CheckTargets(config, path, targets_, kernels_)) return error;
  return pipeline::TargetsOf(config, path, targets_, kernels_);
}

}  // namespace ipec::lint
