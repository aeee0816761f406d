#include "lint/output.h"

#include <algorithm>
#include <iterator>
#include <map>

#include "llvm/ADT/StringExtras.h"

namespace ipec::lint {
namespace {

constexpr OutputFormat kFormats[] = {
#define IPEC_OUTPUT(name, make) {name, make},
#include "lint/outputs.def"
};

// The words of the line separated by one space, so that its layout does not matter.
std::string WithSingleSpaces(llvm::StringRef line) {
  std::string words;
  while (true) {
    line = line.ltrim(" \t");
    if (line.empty()) return words;
    const llvm::StringRef word = line.take_while([](char c) { return c != ' ' && c != '\t'; });
    if (!words.empty()) words += ' ';
    words += word;
    line = line.drop_front(word.size());
  }
}

// The message without numbers, because line numbers and sizes change.
std::string WithoutNumbers(llvm::StringRef message) {
  std::string words;
  std::copy_if(message.begin(), message.end(), std::back_inserter(words),
               [](char byte) { return !llvm::isDigit(byte); });
  return words;
}

}  // namespace

std::span<const OutputFormat> OutputFormats() {
  return kFormats;
}

// FNV-1a, 64 bits.
std::string Fingerprint(std::string_view text) {
  std::uint64_t hash = 0xCBF29CE484222325U;
  for (const char byte : text) hash = (hash ^ support::ToByte(byte)) * 0x100000001B3U;
  return fmt::format("{:016x}", hash);
}

std::vector<std::string> Fingerprints(const support::SourceBuffer& source,
                                      std::span<const Diagnostic> findings) {
  const support::LineMap lines(source.text());
  // A line may be a megabyte long and have a finding at every third byte, so it is read once.
  std::map<std::uint32_t, std::string> words_of;
  std::map<std::string, unsigned> seen;
  std::vector<std::string> all;
  for (const Diagnostic& finding : findings) {
    const std::uint32_t line = lines.PositionOf(finding.where.begin).line;
    std::string& words = words_of[line];
    if (words.empty())
      words = Fingerprint(WithSingleSpaces(source.text(lines.LineSpan(source.text(), line))));
    // One line may have several problems, for example with several operations.
    const std::string key = std::string(finding.descriptor->code) + '\n' + words + '\n' +
                            WithoutNumbers(finding.message);
    // Equal findings of equal lines get different numbers.
    all.push_back(Fingerprint(key + '\n' + std::to_string(seen[key]++)));
  }
  return all;
}

}  // namespace ipec::lint
