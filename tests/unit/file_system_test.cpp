#include "compiler/support/file_system.h"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

namespace ipec::support {
namespace {

namespace fs = std::filesystem;

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string name = (fs::temp_directory_path() / "ipec-files-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory() { fs::remove_all(path_); }
  std::string operator/(const char* name) const { return (path_ / name).string(); }
  std::size_t entries() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(path_), fs::directory_iterator()));
  }

 private:
  fs::path path_;
};

std::string Describe(llvm::Error error) {
  return llvm::toString(std::move(error));
}

std::string Contents(const std::string& path) {
  RealFileSystem files;
  llvm::Expected<std::string> bytes = files.Read(path);
  return bytes ? *bytes : "error: " + Describe(bytes.takeError());
}

mode_t ModeOf(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 07777 : 0;
}

TEST_CASE("a new file has the mode of the umask, an old one keeps its own") {
  const TemporaryDirectory directory;
  RealFileSystem files;
  const mode_t mask = ::umask(027);
  CHECK(Describe(files.Write(directory / "a", "one")).empty());
  CHECK(ModeOf(directory / "a") == 0640);
  ::umask(mask);
  REQUIRE(::chmod((directory / "a").c_str(), 0604) == 0);
  CHECK(Describe(files.Write(directory / "a", std::string("t\0wo", 4))).empty());
  CHECK(ModeOf(directory / "a") == 0604);
  CHECK(Contents(directory / "a") == std::string("t\0wo", 4));
  CHECK(directory.entries() == 1);
}

TEST_CASE("a symbolic link is kept, and its file is written") {
  const TemporaryDirectory directory;
  RealFileSystem files;
  CHECK(Describe(files.Write(directory / "file", "old")).empty());
  fs::create_symlink("file", directory / "link");
  CHECK(Describe(files.Write(directory / "link", "new")).empty());
  CHECK(fs::is_symlink(directory / "link"));
  CHECK(Contents(directory / "file") == "new");
}

TEST_CASE("special files are written to, not replaced") {
  RealFileSystem files;
  CHECK(Describe(files.Write("/dev/null", "x")).empty());
  CHECK(fs::is_character_file("/dev/null"));
  CHECK(Describe(files.Write("/dev/full", "x")) ==
        "`/dev/full` cannot be written: no space left on device");
  CHECK(fs::is_character_file("/dev/full"));
}

TEST_CASE("errors name the file and the cause") {
  const TemporaryDirectory directory;
  RealFileSystem files;
  const std::string here = directory / "";
  CHECK(Contents(directory / "none") == "error: `" + (directory / "none") + "` does not exist");
  CHECK(Contents(here) == "error: `" + here + "` is a directory, not a file");
  CHECK(Describe(files.Write(here, "x")) == "`" + here + "` is a directory, not a file");
  const std::string deep = directory / "no/file";
  CHECK(Describe(files.Write(deep, "x")) == "`" + deep + "` cannot be written: the directory `" +
                                                (directory / "no/") + "` does not exist");
  CHECK(Describe(files.Write("", "x")) == "`` cannot be written: invalid argument");
  CHECK(Describe(files.Open(here).takeError()) == "`" + here + "` is a directory, not a file");
  CHECK(directory.entries() == 0);
}

TEST_CASE("a read-only file is not replaced") {
  if (::geteuid() == 0) return;  // root may
  const TemporaryDirectory directory;
  RealFileSystem files;
  CHECK(Describe(files.Write(directory / "a", "old")).empty());
  REQUIRE(::chmod((directory / "a").c_str(), 0444) == 0);
  CHECK(Describe(files.Write(directory / "a", "new")) ==
        "`" + (directory / "a") + "` cannot be written: permission denied");
  CHECK(Contents(directory / "a") == "old");
}

TEST_CASE("a file of more than 128 MiB is rejected before it is read") {
  const TemporaryDirectory directory;
  RealFileSystem files;
  CHECK(Describe(files.Write(directory / "a", "x")).empty());
  fs::resize_file(directory / "a", (std::uintmax_t{128} << 20) + 1);  // a hole: uses no space
  CHECK(Contents(directory / "a") ==
        "error: `" + (directory / "a") + "` has more than 128 MiB, too large for a policy");
}

TEST_CASE("a file is identified by any of its names, a new one by its place") {
  const TemporaryDirectory directory;
  RealFileSystem files;
  CHECK(Describe(files.Write(directory / "a", "x")).empty());
  CHECK(Describe(files.Write(directory / "b", "x")).empty());
  fs::create_symlink("a", directory / "link");
  fs::create_hard_link(directory / "a", directory / "hard");
  fs::create_directory_symlink(".", directory / "here");
  for (const char* name : {"a", "./a", "link", "hard", "here/a", "here/./here/a"}) {
    INFO(name);
    CHECK(files.SameFile(directory / "a", directory / name));
    CHECK(files.SameFile(directory / name, directory / "a"));
    CHECK_FALSE(files.SameFile(directory / "b", directory / name));
    CHECK_FALSE(files.SameFile(directory / "new", directory / name));
  }
  for (const char* name : {"new", "./new", "here/new"}) {
    INFO(name);
    CHECK(files.SameFile(directory / "new", directory / name));
  }
  CHECK_FALSE(files.SameFile(directory / "new", directory / "other"));
  CHECK(files.SameFile("new", "./new"));
  // The contents of these belong to others.
  CHECK_FALSE(files.SameFile("/dev/null", "/dev/null"));
  MemoryFileSystem memory;
  CHECK(memory.SameFile("/p/./a", "/p/b/../a"));
  CHECK_FALSE(memory.SameFile("/p/a", "/p/b"));
}

TEST_CASE("no file is written if one of them cannot be") {
  const TemporaryDirectory directory;
  RealFileSystem files;
  CHECK(Describe(files.Write(directory / "old", "old")).empty());
  for (const std::string& bad : {std::string("/dev/full"), directory / "no/file", directory / ""}) {
    INFO(bad);
    for (const bool last : {false, true}) {
      std::vector<FileToWrite> all = {{directory / "old", "new"}, {directory / "made", "new"}};
      all.insert(last ? all.end() : all.begin(), {bad, "new"});
      CHECK_FALSE(Describe(files.WriteAll(all)).empty());
      CHECK(Contents(directory / "old") == "old");
      CHECK(directory.entries() == 1);
    }
  }
  const std::vector<FileToWrite> good = {{directory / "old", "1"}, {directory / "made", "2"}};
  CHECK(Describe(files.WriteAll(good)).empty());
  CHECK(Contents(directory / "old") + Contents(directory / "made") == "12");
  CHECK(directory.entries() == 2);
}

TEST_CASE("files without a known length are read to their end") {
  CHECK(Contents("/proc/self/comm") == "file_system_tes\n");
}

}  // namespace
}  // namespace ipec::support
