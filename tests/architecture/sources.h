#pragma once

// Sources of the project as text, for tests of the code instead of its behavior.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace ipec::architecture {

struct SourceFile {
  std::string path;  // from the root of the repository: `compiler/check/check.h`
  std::vector<std::string> lines;
};

inline std::string ReadText(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

inline std::vector<std::string> LinesOf(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

// All files below `folder` of the repository with one of the extensions, sorted by path.
inline std::vector<SourceFile> SourcesBelow(std::string_view directory,
                                            const std::vector<std::string>& extensions) {
  namespace fs = std::filesystem;
  const fs::path root = IPEC_SOURCE_DIR;
  std::vector<SourceFile> files;
  if (!fs::exists(root / directory)) return files;
  for (const auto& entry : fs::recursive_directory_iterator(root / directory)) {
    const std::string extension = entry.path().extension().string();
    if (!entry.is_regular_file()) continue;
    if (std::find(extensions.begin(), extensions.end(), extension) == extensions.end()) continue;
    files.push_back({fs::relative(entry.path(), root).string(), LinesOf(ReadText(entry.path()))});
  }
  std::sort(files.begin(), files.end(),
            [](const SourceFile& a, const SourceFile& b) { return a.path < b.path; });
  return files;
}

inline const std::vector<std::string> kCode = {".h", ".cpp", ".c", ".def"};

}  // namespace ipec::architecture
