#pragma once

// Finds the `ipec.toml` of a policy: the nearest one, in the policy's directory or above it.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "compiler/pipeline/acceptances.h"
#include "compiler/pipeline/config.h"
#include "compiler/support/file_system.h"
#include "llvm/Support/Error.h"

namespace ipec::pipeline {

// The result of reading one file.
struct ConfigFile {
  std::string path;                  // as shown to the user; empty: there is none
  std::optional<std::string> error;  // with its place
  Config config;                     // the default one if there is an error
  // The kernels that it names, as absolute paths, if only one of them is the error, too.
  std::vector<std::string> kernel_paths;
  std::string inventory_path;  // the same, of the inventory; empty: none
  friend bool operator==(const ConfigFile&, const ConfigFile&) = default;
};

// The file that `diff.accepted` names.
std::optional<std::string> AcceptedPath(const Config& config);
// Adds the lines of this file, under the name `shown`. Errors of reading name the place of the key.
llvm::Error ReadAccepted(support::FileSystem& files, const Config& config, const std::string& path,
                         const std::string& shown, Acceptances& acceptances);

// Finds and reads configurations, each once. An invalid file gives the same error every time.
class Configs {
 public:
  explicit Configs(support::FileSystem& files) : files_(files) {}

  // For a policy at `path`, which need not exist; valid as long as this object.
  const ConfigFile& FileFor(const std::string& path);
  llvm::Expected<const Config*> For(const std::string& path) { return Answer(FileFor(path)); }
  // One file for all policies, instead of the nearest one.
  const ConfigFile& FileAt(const std::string& path);
  llvm::Expected<const Config*> FromFile(const std::string& path) { return Answer(FileAt(path)); }

 private:
  const ConfigFile& NearestTo(std::string_view directory);
  // The configuration in the directory itself; null if it has none.
  const ConfigFile* FileIn(std::string_view directory);
  // Reads the files that the key `kernel` names. Errors name the place of the key.
  llvm::Error ReadKernels(Config& config);
  llvm::Expected<Kernel> KernelAt(const std::string& path);
  // Reads the file that the key `inventory` names.
  llvm::Error ReadInventory(Config& config);
  // The error: a pipe or a device. The file comes from the repository under review, and reading a
  // pipe could take forever.
  llvm::Error CheckRegular(const std::string& path);
  std::string ShownPath(const std::string& path);
  static llvm::Expected<const Config*> Answer(const ConfigFile& file);

  support::FileSystem& files_;
  std::map<std::string, const ConfigFile*, std::less<>> by_directory_;
  std::map<std::string, std::unique_ptr<ConfigFile>> by_path_;
};

}  // namespace ipec::pipeline
