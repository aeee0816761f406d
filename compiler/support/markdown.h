#pragma once

// Markdown for comments on GitHub and GitLab.
//
// Text from files is shown as code, in spans and blocks: whatever it contains, it makes no link,
// mention, reference, emoji or tag there. Text outside of code is the caller's own.

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace ipec::support {

// The text as a code span, on one line, for a paragraph or a list.
std::string MarkdownCode(std::string_view text);
// The same for a cell of a table.
std::string MarkdownCell(std::string_view text);
// At most 200 bytes and "…": a long name would take the room of the comment.
std::string MarkdownCut(std::string_view name);
// The same in HTML, for a `<summary>`.
std::string MarkdownSummary(std::string_view text);
// The lines of the text as a block of code; ends with a line end.
std::string MarkdownBlock(std::string_view text);

// A line that is not displayed: `<!-- ipec diff NAME -->`. A bot replaces the comment that begins
// with it. Bytes of the name other than letters, digits and `._/-` are written as `%HH`.
std::string MarkdownMarker(std::string_view command, std::string_view name);

// The text of one comment, never longer than the services accept. Parts are added whole or not at
// all.
class MarkdownComment {
 public:
  static constexpr std::size_t kLongest = 65'536;  // characters; counted as bytes

  // The head: a marker, and a sentence. It must be short.
  explicit MarkdownComment(std::string head) : text_(std::move(head)) {}

  // Returns false, and adds nothing, if there is no room for the part.
  bool Add(std::string_view part);
  // Adds `open`, those of `items` that there is room for, from the first one on, and `close`.
  // Without any item it adds nothing. Returns the number of items that are left out.
  std::size_t AddList(std::string_view open, std::span<const std::string> items,
                      std::string_view close);
  // Adds a short part, such as "and 12 more": there is room for kReserved bytes of them.
  void AddLast(std::string_view part);

  const std::string& text() const { return text_; }

 private:
  static constexpr std::size_t kReserved = 2048;

  std::string text_;
};

}  // namespace ipec::support
