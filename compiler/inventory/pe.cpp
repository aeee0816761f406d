#include "compiler/inventory/pe.h"

#include <algorithm>
#include <cstring>

#include "compiler/inventory/trouble.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"

namespace ipec::inventory {
namespace {

namespace endian = llvm::support::endian;

constexpr std::size_t kHeader = 24;  // signature and COFF header
constexpr std::size_t kSection = 40;
constexpr std::size_t kMostSections = 4096;
// Kernels have a few kilobytes.
constexpr std::size_t kLongestCommandLine = 64 << 10;
constexpr std::string_view kName(".cmdline");

}  // namespace

bool HasPeMagic(std::span<const std::uint8_t> bytes) {
  return bytes.size() >= 2 && bytes[0] == 'M' && bytes[1] == 'Z';
}

llvm::Expected<std::vector<std::string>> ReadCommandLines(const Region& image) {
  Bytes place(4);
  if (llvm::Error error = image.Read(0x3c, place)) return error;
  const std::uint64_t at = endian::read32le(place.data());
  Bytes header(kHeader);
  if (llvm::Error error = image.Read(at, header)) return error;
  if (std::memcmp(header.data(), "PE\0\0", 4) != 0) {
    return Malformed(image.place() + " begins as a PE file, but has no PE header at byte " +
                     std::to_string(at));
  }
  const std::size_t count = endian::read16le(header.data() + 6);
  const std::size_t optional_header = endian::read16le(header.data() + 20);
  if (count > kMostSections) {
    return Malformed(image.place() + " is a PE file with " + std::to_string(count) + " sections");
  }
  Bytes sections(count * kSection);
  if (llvm::Error error = image.Read(at + kHeader + optional_header, sections)) return error;
  std::vector<std::string> found;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint8_t* const section = sections.data() + i * kSection;
    if (std::memcmp(section, kName.data(), kName.size()) != 0) continue;
    const std::uint32_t begin = endian::read32le(section + 20);
    if (begin == 0) continue;  // nothing of it is in the file
    const std::uint32_t in_memory = endian::read32le(section + 8);
    const std::uint32_t in_file = endian::read32le(section + 16);
    const std::uint32_t size = in_memory == 0 ? in_file : std::min(in_memory, in_file);
    if (size > kLongestCommandLine) {
      return Malformed(image.place() + ": the section `.cmdline` has " + std::to_string(size) +
                       " bytes");
    }
    Bytes text(size);
    if (llvm::Error error = image.Read(begin, text)) return error;
    std::string line(text.begin(), std::find(text.begin(), text.end(), 0));
    // Builders leave a newline at the end.
    line.erase(llvm::StringRef(line).rtrim(" \t\r\n").size());
    found.push_back(std::move(line));
  }
  return found;
}

std::optional<std::string> FindParameter(std::string_view command_line, std::string_view name) {
  std::optional<std::string> found;
  std::string word;
  bool is_quoted = false;
  const auto end_word = [&] {
    if (word.size() > name.size() && word[name.size()] == '=' && word.starts_with(name)) {
      found = word.substr(name.size() + 1);
    }
    word.clear();
  };
  for (const char c : command_line) {
    if (c == '"') {
      is_quoted = !is_quoted;
    } else if (!is_quoted && llvm::isSpace(c)) {
      end_word();
    } else {
      word += c;
    }
  }
  end_word();
  return found;
}

}  // namespace ipec::inventory
