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

class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "ipec-files-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { fs::remove_all(path_); }
  std::string operator/(const char* name) const { return (path_ / name).string(); }
  std::size_t entries() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(path_), fs::directory_iterator()));
  }

 private:
  fs::path path_;
};

std::string Words(llvm::Error error) {
  return llvm::toString(std::move(error));
}

std::string Contents(const std::string& path) {
  RealFileSystem files;
  llvm::Expected<std::string> bytes = files.Read(path);
  return bytes ? *bytes : "error: " + Words(bytes.takeError());
}

mode_t ModeOf(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 07777 : 0;
}

TEST_CASE("a new file has the mode of the umask, an old one keeps its own") {
  const Folder folder;
  RealFileSystem files;
  const mode_t mask = ::umask(027);
  CHECK(Words(files.Write(folder / "a", "one")).empty());
  CHECK(ModeOf(folder / "a") == 0640);
  ::umask(mask);
  REQUIRE(::chmod((folder / "a").c_str(), 0604) == 0);
  CHECK(Words(files.Write(folder / "a", std::string("t\0wo", 4))).empty());
  CHECK(ModeOf(folder / "a") == 0604);
  CHECK(Contents(folder / "a") == std::string("t\0wo", 4));
  CHECK(folder.entries() == 1);
}

TEST_CASE("a symbolic link is kept, and its file is written") {
  const Folder folder;
  RealFileSystem files;
  CHECK(Words(files.Write(folder / "file", "old")).empty());
  fs::create_symlink("file", folder / "link");
  CHECK(Words(files.Write(folder / "link", "new")).empty());
  CHECK(fs::is_symlink(folder / "link"));
  CHECK(Contents(folder / "file") == "new");
}

TEST_CASE("special files are written to, not replaced") {
  RealFileSystem files;
  CHECK(Words(files.Write("/dev/null", "x")).empty());
  CHECK(fs::is_character_file("/dev/null"));
  CHECK(Words(files.Write("/dev/full", "x")) ==
        "`/dev/full` cannot be written: no space left on device");
  CHECK(fs::is_character_file("/dev/full"));
}

TEST_CASE("errors name the file and the cause") {
  const Folder folder;
  RealFileSystem files;
  const std::string here = folder / "";
  CHECK(Contents(folder / "none") == "error: `" + (folder / "none") + "` does not exist");
  CHECK(Contents(here) == "error: `" + here + "` is a directory, not a file");
  CHECK(Words(files.Write(here, "x")) == "`" + here + "` is a directory, not a file");
  const std::string deep = folder / "no/file";
  CHECK(Words(files.Write(deep, "x")) == "`" + deep + "` cannot be written: the directory `" +
                                             (folder / "no/") + "` does not exist");
  CHECK(Words(files.Write("", "x")) == "`` cannot be written: invalid argument");
  CHECK(Words(files.Open(here).takeError()) == "`" + here + "` is a directory, not a file");
  CHECK(folder.entries() == 0);
}

TEST_CASE("a read-only file is not replaced") {
  if (::geteuid() == 0) return;  // root may
  const Folder folder;
  RealFileSystem files;
  CHECK(Words(files.Write(folder / "a", "old")).empty());
  REQUIRE(::chmod((folder / "a").c_str(), 0444) == 0);
  CHECK(Words(files.Write(folder / "a", "new")) ==
        "`" + (folder / "a") + "` cannot be written: permission denied");
  CHECK(Contents(folder / "a") == "old");
}

TEST_CASE("a file of 4 GiB is rejected before it is read") {
  const Folder folder;
  RealFileSystem files;
  CHECK(Words(files.Write(folder / "a", "x")).empty());
  fs::resize_file(folder / "a", std::uintmax_t{1} << 32);  // a hole: uses no space
  CHECK(Contents(folder / "a") ==
        "error: `" + (folder / "a") + "` is 4 GiB or larger, too large for a policy");
}

TEST_CASE("a file is identified by any of its names, a new one by its place") {
  const Folder folder;
  RealFileSystem files;
  CHECK(Words(files.Write(folder / "a", "x")).empty());
  CHECK(Words(files.Write(folder / "b", "x")).empty());
  fs::create_symlink("a", folder / "link");
  fs::create_hard_link(folder / "a", folder / "hard");
  fs::create_directory_symlink(".", folder / "here");
  for (const char* name : {"a", "./a", "link", "hard", "here/a", "here/./here/a"}) {
    INFO(name);
    CHECK(files.SameFile(folder / "a", folder / name));
    CHECK(files.SameFile(folder / name, folder / "a"));
    CHECK_FALSE(files.SameFile(folder / "b", folder / name));
    CHECK_FALSE(files.SameFile(folder / "new", folder / name));
  }
  for (const char* name : {"new", "./new", "here/new"}) {
    INFO(name);
    CHECK(files.SameFile(folder / "new", folder / name));
  }
  CHECK_FALSE(files.SameFile(folder / "new", folder / "other"));
  CHECK(files.SameFile("new", "./new"));
  // The contents of these belong to others.
  CHECK_FALSE(files.SameFile("/dev/null", "/dev/null"));
  MemoryFileSystem memory;
  CHECK(memory.SameFile("/p/./a", "/p/b/../a"));
  CHECK_FALSE(memory.SameFile("/p/a", "/p/b"));
}

TEST_CASE("no file is written if one of them cannot be") {
  const Folder folder;
  RealFileSystem files;
  CHECK(Words(files.Write(folder / "old", "old")).empty());
  for (const std::string& bad : {std::string("/dev/full"), folder / "no/file", folder / ""}) {
    INFO(bad);
    for (const bool last : {false, true}) {
      std::vector<FileToWrite> all = {{folder / "old", "new"}, {folder / "made", "new"}};
      all.insert(last ? all.end() : all.begin(), {bad, "new"});
      CHECK_FALSE(Words(files.WriteAll(all)).empty());
      CHECK(Contents(folder / "old") == "old");
      CHECK(folder.entries() == 1);
    }
  }
  const std::vector<FileToWrite> good = {{folder / "old", "1"}, {folder / "made", "2"}};
  CHECK(Words(files.WriteAll(good)).empty());
  CHECK(Contents(folder / "old") + Contents(folder / "made") == "12");
  CHECK(folder.entries() == 2);
}

TEST_CASE("files without a known length are read to their end") {
  CHECK(Contents("/proc/self/comm") == "file_system_tes\n");
}

}  // namespace
}  // namespace ipec::support
