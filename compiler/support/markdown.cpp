#include "compiler/support/markdown.h"

#include <algorithm>

#include "compiler/support/assert.h"
#include "compiler/support/numbers.h"
#include "compiler/support/printable.h"
#include "llvm/ADT/StringExtras.h"

namespace ipec::support {
namespace {

// The length of the longest run of backquotes.
std::size_t LongestFence(std::string_view text) {
  std::size_t longest = 0;
  std::size_t run = 0;
  for (const char byte : text) {
    run = byte == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest;
}

// `text` is printable.
std::string CodeSpan(std::string_view text) {
  if (text.empty()) return "(empty)";
  const std::string fence(LongestFence(text) + 1, '`');
  // A span loses one space at each end if it has both.
  const bool pads = text.front() == '`' || text.back() == '`' ||
                    (text.front() == ' ' && text.back() == ' ' &&
                     text.find_first_not_of(' ') != std::string_view::npos);
  const std::string_view pad = pads ? " " : "";
  return fence + std::string(pad) + std::string(text) + std::string(pad) + fence;
}

}  // namespace

std::string MarkdownCode(std::string_view text) {
  return CodeSpan(Printable(text));
}

std::string MarkdownCut(std::string_view name) {
  constexpr std::size_t kLongest = 200;
  std::string cut(name.substr(0, kLongest));
  if (cut.size() != name.size()) cut += "…";
  return cut;
}

std::string MarkdownCell(std::string_view text) {
  // A row is divided into cells before spans are found.
  std::string cell;
  for (const char byte : CodeSpan(Printable(text))) {
    if (byte == '|') cell += '\\';
    cell += byte;
  }
  return cell;
}

std::string MarkdownSummary(std::string_view text) {
  std::string html = "<code>";
  for (const char byte : Printable(text)) {
    if (byte == '&') {
      html += "&amp;";
    } else if (byte == '<') {
      html += "&lt;";
    } else if (byte == '>') {
      html += "&gt;";
    } else {
      html += byte;
    }
  }
  return html + "</code>";
}

std::string MarkdownBlock(std::string_view text) {
  const std::string fence(std::max<std::size_t>(LongestFence(text) + 1, 3), '`');
  std::string block = fence + "\n";
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    block += Printable(text.substr(0, end)) + "\n";
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return block + fence + "\n";
}

std::string MarkdownMarker(std::string_view command, std::string_view name) {
  constexpr std::size_t kLongestName = 256;
  std::string shown;
  for (const char byte : name.substr(0, kLongestName)) {
    // Two dashes end a comment of HTML.
    const bool is_plain = llvm::isAlnum(byte) || byte == '.' || byte == '_' || byte == '/' ||
                          (byte == '-' && !shown.empty() && shown.back() != '-');
    if (is_plain) {
      shown += byte;
    } else {
      shown += '%' + llvm::toHex(llvm::StringRef(&byte, 1));
    }
  }
  return "<!-- ipec " + std::string(command) + " " + shown + " -->\n";
}

bool MarkdownComment::Add(std::string_view part) {
  if (text_.size() + part.size() + kReserved > kLongest) return false;
  text_ += part;
  return true;
}

std::size_t MarkdownComment::AddList(std::string_view open, std::span<const std::string> items,
                                     std::string_view close) {
  std::string list(open);
  std::size_t added = 0;
  for (const std::string& item : items) {
    if (text_.size() + list.size() + item.size() + close.size() + kReserved > kLongest) break;
    list += item;
    ++added;
  }
  if (added != 0) text_.append(list).append(close);
  return items.size() - added;
}

void MarkdownComment::AddLast(std::string_view part) {
  IPEC_CHECK(text_.size() + part.size() <= kLongest, "the last words of a comment are too long");
  text_ += part;
}

}  // namespace ipec::support
