#pragma once

// The only access to files. Commands get one through their Environment; tests pass a
// MemoryFileSystem.
//
// Reading rejects inputs that cannot be policies: directories, files of 4 GiB and more, and more
// than kLongestStream bytes from an input without a known length (a pipe, /dev/zero). Writing is by
// rename within the same directory: a reader sees the old file or the new one, never a partial
// file, and a failed write keeps the old file. If several files are written together, none is
// changed before all could be written. The new file has the owner, group, mode, access control
// lists, extended attributes and flags of the old one, and a symbolic link is followed.
//
// A file is written in place if a rename would change more than its bytes: other hard links, a
// mount on it, attributes that the user may not set on a new file, a read-only directory. Then a
// failed write restores the old bytes. Special files (a pipe, a terminal) are written to directly,
// and so is a file that is open already (/dev/stdout, /dev/fd/3), from where it was left.
//
// Paths may be longer than PATH_MAX. Directories are only listed, in order of their names; symbolic
// links to directories are not followed, so every walk ends.
//
// All errors are messages that name the file: "`a.pol` is a directory".

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/support/random_reads.h"
#include "compiler/support/source.h"
#include "compiler/support/streams.h"
#include "llvm/Support/Error.h"

namespace ipec::support {

// The maximum size that is read from a pipe or a device into one string.
inline constexpr std::size_t kLongestStream = std::size_t{64} << 20;

// The target of a symbolic link; Dangling: it does not exist. Special: a pipe, a socket or a
// device, which may block readers forever, so only an operand is read.
enum class PathKind { Nothing, Dangling, File, Directory, Special };

struct DirectoryEntry {
  std::string name;
  bool is_directory = false;  // itself, not what a symbolic link leads to
  bool is_link = false;
};

class FollowedFile;

struct FileToWrite {
  std::string path;
  std::string_view bytes;
};

class FileSystem {
 public:
  virtual ~FileSystem() = default;

  virtual PathKind KindOf(const std::string& path) = 0;
  // Whether the path itself is a symbolic link.
  virtual bool IsLink(const std::string&) { return false; }
  virtual llvm::Expected<std::vector<DirectoryEntry>> List(const std::string& path) = 0;
  // From the root, without `.`, `..` and doubled slashes; links are not resolved.
  virtual std::string Absolute(const std::string& path) = 0;
  // The same with links resolved, where the path exists.
  virtual std::string Real(const std::string& path) { return Absolute(path); }
  // An environment variable that names files, such as HOME; empty: not set.
  virtual std::string Variable(const char*) { return {}; }
  // Whether writing one of them would change the contents of the other one, whatever their names,
  // and whether they exist or not. Special files have no contents.
  virtual bool SameFile(const std::string& a, const std::string& b) = 0;

  // Whether the path names the standard output of the program, as /dev/stdout does.
  virtual bool IsStandardOutput(const std::string&) { return false; }

  virtual llvm::Expected<std::string> Read(const std::string& path) = 0;
  // All of them or, if one cannot be written, none. Their paths must be of different files.
  virtual llvm::Error WriteAll(std::span<const FileToWrite> files) = 0;
  llvm::Error Write(const std::string& path, std::string_view bytes) {
    const FileToWrite file{path, bytes};
    return WriteAll({&file, 1});
  }
  // For inputs that are read in pieces and may be endless.
  virtual llvm::Expected<std::unique_ptr<ByteSource>> Open(const std::string& path) = 0;
  // For images: only a regular file or a block device can be read at any place.
  virtual llvm::Expected<std::unique_ptr<RandomReads>> OpenForRandomReads(const std::string& path);
  // Only a regular file can be followed.
  virtual llvm::Expected<std::unique_ptr<FollowedFile>> Follow(const std::string& path);
};

class RealFileSystem final : public FileSystem {
 public:
  PathKind KindOf(const std::string& path) override;
  bool IsLink(const std::string& path) override;
  llvm::Expected<std::vector<DirectoryEntry>> List(const std::string& path) override;
  std::string Absolute(const std::string& path) override;
  std::string Real(const std::string& path) override;
  std::string Variable(const char* name) override;
  bool SameFile(const std::string& a, const std::string& b) override;
  bool IsStandardOutput(const std::string& path) override;
  llvm::Expected<std::string> Read(const std::string& path) override;
  llvm::Error WriteAll(std::span<const FileToWrite> files) override;
  llvm::Expected<std::unique_ptr<ByteSource>> Open(const std::string& path) override;
  llvm::Expected<std::unique_ptr<RandomReads>> OpenForRandomReads(const std::string& path) override;
  llvm::Expected<std::unique_ptr<FollowedFile>> Follow(const std::string& path) override;
};

// Paths are from the root, or are treated as such.
class MemoryFileSystem final : public FileSystem {
 public:
  PathKind KindOf(const std::string& path) override;
  llvm::Expected<std::vector<DirectoryEntry>> List(const std::string& path) override;
  std::string Absolute(const std::string& path) override;
  bool SameFile(const std::string& a, const std::string& b) override;
  llvm::Expected<std::string> Read(const std::string& path) override;
  llvm::Error WriteAll(std::span<const FileToWrite> files) override;
  llvm::Expected<std::unique_ptr<ByteSource>> Open(const std::string& path) override;

  std::string Variable(const char* name) override { return variables[name]; }

  std::map<std::string, std::string> files;
  std::map<std::string, std::string> variables;
};

}  // namespace ipec::support
