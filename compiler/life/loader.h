#pragma once

// The files that systemd's loader of IPE policies finds in directories: those that end in `.p7b`,
// by name, each name once, from the first directory that has it. Subdirectories are not searched.
// The name of the policy is that of the file without the ending; the loader parses nothing.
//
// Source: src/core/ipe-setup.c and conf_files_list_nulstr() of systemd, May 2026.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/support/file_system.h"
#include "llvm/Support/Error.h"

namespace ipec::life {

struct LoaderFile {
  std::string path;
  std::string policy;  // the name that the loader expects
};

// Where the loader looks below the root, in this order.
std::span<const std::string_view> LoaderDirectories();

// `directory` is one with policies, or a root with some of LoaderDirectories() in it. The error: it
// cannot be read.
llvm::Expected<std::vector<LoaderFile>> FindLoaderFiles(support::FileSystem& files,
                                                        const std::string& directory);

}  // namespace ipec::life
