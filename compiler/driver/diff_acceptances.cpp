#include "compiler/driver/diff_acceptances.h"

#include <cstddef>
#include <optional>
#include <utility>

#include "compiler/pipeline/config_files.h"
#include "compiler/support/streams.h"

namespace ipec::driver {
namespace {

std::string PlaceOfOption(const std::string& fingerprint) {
  return "--accept=" + fingerprint;
}

}  // namespace

llvm::Error DiffAcceptances::CheckOption() const {
  for (const std::string& fingerprint : accept_) {
    pipeline::Acceptances one;
    if (llvm::Error error = one.Add(fingerprint, "", PlaceOfOption(fingerprint))) {
      return support::ErrorOf("`--accept`: " + llvm::toString(std::move(error)));
    }
  }
  return llvm::Error::success();
}

llvm::Expected<pipeline::Acceptances*> DiffAcceptances::For(
    const pipeline::Config& config,
    llvm::function_ref<llvm::Error(const std::string&)> check_file) {
  const std::optional<std::string> path = pipeline::AcceptedPath(config);
  const auto [entry, is_new] = by_path_.try_emplace(path.value_or(std::string()));
  pipeline::Acceptances& acceptances = entry->second;
  if (!is_new) return &acceptances;
  for (const std::string& fingerprint : accept_) {
    // CheckOption has checked them.
    llvm::cantFail(acceptances.Add(fingerprint, "", PlaceOfOption(fingerprint)));
  }
  if (!path) return &acceptances;
  for (const std::string& read : {*path, config.path}) {
    if (llvm::Error error = check_file(read)) return error;
  }
  if (llvm::Error error = pipeline::ReadAccepted(env_.files, config, paths_.FromHere(*path),
                                                 paths_.FromRoot(*path), acceptances)) {
    return error;
  }
  return &acceptances;
}

std::vector<const pipeline::Acceptance*> DiffAcceptances::Unused() const {
  std::vector<const pipeline::Acceptance*> unused;
  std::map<std::string, std::size_t> times;
  for (const auto& [path, acceptances] : by_path_) {
    for (const pipeline::Acceptance* one : acceptances.Unused()) {
      const bool of_call = one->place == PlaceOfOption(one->fingerprint);
      if (!of_call || ++times[one->fingerprint] == by_path_.size()) unused.push_back(one);
    }
  }
  return unused;
}

}  // namespace ipec::driver
