// The answers of git about a revision, which come from a repository under review: nothing crashes,
// every walk ends, a file that the tree has is never new, and bytes are only those of answers.
//
// An input has parts with a line `--` between them: the path, and the output of `git ls-tree`, of
// `git cat-file`, of `git diff-index` and of `git ls-files`, with NUL bytes as they are.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "compiler/pipeline/git_base.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"

namespace {

using ipec::pipeline::BaseFile;
using ipec::support::ProgramCall;
using ipec::support::ProgramResult;

void Require(bool holds) {
  if (!holds) std::abort();
}

class Script final : public ipec::support::ProgramRunner {
 public:
  explicit Script(llvm::StringRef input) {
    llvm::SmallVector<llvm::StringRef> words;
    input.split(words, "\n--\n", 4);
    words.resize(5);
    for (const llvm::StringRef word : words) parts.push_back(word.str());
  }

  llvm::Expected<ProgramResult> Run(const ProgramCall& call) override {
    // Behind `-C DIRECTORY -c core.fsmonitor=false`.
    const std::string& command = call.arguments[4];
    ProgramResult result;
    if (command == "ls-tree") {
      result.output = parts[1];
    } else if (command == "cat-file") {
      result.output = parts[2];
    } else if (command == "diff-index") {
      result.output = parts[3];
    } else if (command == "ls-files") {
      result.output = parts[4];
    } else {
      Require(command == "rev-parse");
      result.output =
          call.arguments[5] == "--verify" ? std::string(40, 'a') + "\n" : "false\n/repo\n";
    }
    return result;
  }

  std::vector<std::string> parts;
};

// Whether a row of `git ls-tree -z` is a file or a link with this path.
bool ListsFile(llvm::StringRef listing, llvm::StringRef path) {
  llvm::SmallVector<llvm::StringRef> rows;
  listing.split(rows, '\0');
  return llvm::any_of(rows, [&](llvm::StringRef row) {
    const auto [facts, name] = row.split('\t');
    return name == path && facts.contains(" blob ");
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Script script({reinterpret_cast<const char*>(data), size});
  const std::string& path = script.parts[0];
  ipec::support::MemoryFileSystem files;
  const std::string place = "/repo/" + path;
  files.files[place] = "";
  ipec::pipeline::GitBase base(files, script, {"main"});
  const bool is_directory = size % 2 == 0;
  auto found = base.For(is_directory ? "/repo" : place, is_directory, std::vector{place});
  if (!found) {
    Require(!llvm::toString(found.takeError()).empty());
    return 0;
  }
  Require(found->files.size() == 1);
  const BaseFile& file = found->files.front();
  // A submodule is not a file; nor is one in the place of a directory.
  if (file.state == BaseFile::State::New && path.find('/') == std::string::npos) {
    Require(!ListsFile(script.parts[1], path));
  }
  if (file.state == BaseFile::State::New) Require(file.bytes.empty());
  Require(script.parts[2].find(file.bytes) != std::string::npos);
  return 0;
}
