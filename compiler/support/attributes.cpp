#include "compiler/support/attributes.h"

#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <map>
#include <optional>
#include <string>

#include "compiler/support/numbers.h"

namespace ipec::support {
namespace {

// The attributes of chattr that a copy can lack (FS_FL_USER_MODIFIABLE, and no copy-on-write).
constexpr int kFlags = 0x000380FF | FS_NOCOW_FL;

using Attributes = std::map<std::string, std::string>;

// Calls `read(buffer, size)` until the buffer is large enough; none after an error.
template <typename Read>
std::optional<std::string> Whole(Read read) {
  std::string bytes(256, '\0');
  while (true) {
    const ssize_t size = read(bytes.data(), bytes.size());
    if (size >= 0) {
      bytes.resize(ToSize(size));
      return bytes;
    }
    if (errno != ERANGE || bytes.size() > (std::size_t{1} << 20)) return std::nullopt;
    bytes.resize(bytes.size() * 4);
  }
}

// The extended attributes, access control lists among them; none where they cannot be read.
std::optional<Attributes> AttributesOf(int file) {
  Attributes attributes;
  const std::optional<std::string> names =
      Whole([&](char* to, std::size_t room) { return ::flistxattr(file, to, room); });
  // A file system without such attributes has none to lose.
  if (!names) return errno == ENOTSUP ? std::optional(attributes) : std::nullopt;
  for (std::size_t at = 0; at < names->size();) {
    const std::string name = names->c_str() + at;
    at += name.size() + 1;
    std::optional<std::string> value = Whole(
        [&](char* to, std::size_t room) { return ::fgetxattr(file, name.c_str(), to, room); });
    if (!value) return std::nullopt;
    attributes.emplace(name, std::move(*value));
  }
  return attributes;
}

bool KeepExtended(int from, int to) {
  const std::optional<Attributes> wanted = AttributesOf(from);
  const std::optional<Attributes> had = AttributesOf(to);
  if (!wanted || !had) return false;
  for (const auto& [name, value] : *had) {
    if (wanted->count(name) == 0 && ::fremovexattr(to, name.c_str()) != 0) return false;
  }
  for (const auto& [name, value] : *wanted) {
    const auto same = had->find(name);
    if (same != had->end() && same->second == value) continue;
    if (::fsetxattr(to, name.c_str(), value.data(), value.size(), 0) != 0) return false;
  }
  return true;
}

int FlagsOf(int file) {
  int flags = 0;
  return ::ioctl(file, FS_IOC_GETFLAGS, &flags) == 0 ? flags : 0;
}

std::uint32_t ProjectOf(int file) {
  fsxattr attributes{};
  return ::ioctl(file, FS_IOC_FSGETXATTR, &attributes) == 0 ? attributes.fsx_projid : 0;
}

bool KeepFlags(int from, int to) {
  const int wanted = FlagsOf(from);
  const int had = FlagsOf(to);
  if (((wanted ^ had) & kFlags) == 0) return true;
  int flags = (had & ~kFlags) | (wanted & kFlags);
  return ::ioctl(to, FS_IOC_SETFLAGS, &flags) == 0 && ((FlagsOf(to) ^ wanted) & kFlags) == 0;
}

}  // namespace

bool KeepAttributes(int from, int to) {
  struct stat wanted {};
  struct stat made {};
  if (::fstat(from, &wanted) != 0 || ::fstat(to, &made) != 0) return false;
  // Changing the owner takes bits from the mode, and a list changes it, so the mode is last.
  if ((made.st_uid != wanted.st_uid || made.st_gid != wanted.st_gid) &&
      ::fchown(to, wanted.st_uid, wanted.st_gid) != 0) {
    return false;
  }
  if (!KeepExtended(from, to) || ::fchmod(to, wanted.st_mode & 07777) != 0) return false;
  if (!KeepFlags(from, to) || ProjectOf(from) != ProjectOf(to)) return false;
  // A group that the user is not in takes the set-group-id bit without an error.
  return ::fstat(to, &made) == 0 && made.st_mode == wanted.st_mode &&
         made.st_uid == wanted.st_uid && made.st_gid == wanted.st_gid;
}

}  // namespace ipec::support
