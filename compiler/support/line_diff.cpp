#include "compiler/support/line_diff.h"

#include <algorithm>
#include <iterator>
#include <span>
#include <vector>

#include "compiler/support/characters.h"
#include "compiler/support/numbers.h"
#include "llvm/ADT/StringExtras.h"

namespace ipec::support {
namespace {

constexpr std::size_t kContext = 3;
// With more changed lines than this in one region, the shortest diff is not searched for.
constexpr std::ptrdiff_t kMostEdits = 1000;

using Lines = std::vector<std::string_view>;

// Lines include their endings, so that a missing newline is a difference.
Lines Split(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const std::size_t newline = text.find('\n');
    const std::size_t size = newline == std::string_view::npos ? text.size() : newline + 1;
    lines.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return lines;
}

// ' ' is a line of both texts, '-' of the first, '+' of the second.
using Script = std::string;

// Myers' greedy algorithm on the lines between the common prefix and the common suffix.
Script ShortestScript(std::span<const std::string_view> a, std::span<const std::string_view> b) {
  const std::ptrdiff_t most = std::min(std::ssize(a) + std::ssize(b), kMostEdits);
  std::vector<std::vector<std::ptrdiff_t>> rounds;
  std::vector<std::ptrdiff_t> reach(2 * most + 2, 0);
  const auto at = [&](std::vector<std::ptrdiff_t>& row, std::ptrdiff_t k) -> std::ptrdiff_t& {
    return row[k + most];
  };
  const auto came_down = [&](std::vector<std::ptrdiff_t>& row, std::ptrdiff_t k, std::ptrdiff_t d) {
    return k == -d || (k != d && at(row, k - 1) < at(row, k + 1));
  };
  for (std::ptrdiff_t d = 0; d <= most; ++d) {
    rounds.push_back(reach);
    for (std::ptrdiff_t k = -d; k <= d; k += 2) {
      std::ptrdiff_t x = 0;
      if (d != 0) x = came_down(reach, k, d) ? at(reach, k + 1) : at(reach, k - 1) + 1;
      while (x < std::ssize(a) && x - k < std::ssize(b) && x - k >= 0 && a[x] == b[x - k]) ++x;
      at(reach, k) = x;
      if (x < std::ssize(a) || x - k < std::ssize(b)) continue;
      // Trace back through the rounds.
      Script script;
      std::ptrdiff_t y = x - k;
      for (std::ptrdiff_t step = d; step > 0; --step) {
        std::vector<std::ptrdiff_t>& row = rounds[step];
        const std::ptrdiff_t diagonal = x - y;
        const bool down = came_down(row, diagonal, step);
        const std::ptrdiff_t old_x = at(row, down ? diagonal + 1 : diagonal - 1);
        const std::ptrdiff_t start = down ? old_x : old_x + 1;
        script.append(x - start, ' ');
        script += down ? '+' : '-';
        x = old_x;
        y = down ? start - diagonal - 1 : start - diagonal;
      }
      script.append(x, ' ');
      std::reverse(script.begin(), script.end());
      return script;
    }
  }
  return Script(a.size(), '-') + Script(b.size(), '+');
}

Script ScriptOf(const Lines& a, const Lines& b) {
  std::size_t first = 0;
  while (first < a.size() && first < b.size() && a[first] == b[first]) ++first;
  std::size_t end_a = a.size();
  std::size_t end_b = b.size();
  while (end_a > first && end_b > first && a[end_a - 1] == b[end_b - 1]) {
    --end_a;
    --end_b;
  }
  const auto changed = [&](const Lines& lines, std::size_t end) {
    return std::span(lines).subspan(first, end - first);
  };
  return Script(first, ' ') + ShortestScript(changed(a, end_a), changed(b, end_b)) +
         Script(a.size() - end_a, ' ');
}

std::string RangeOf(std::size_t first, std::size_t count) {
  return std::to_string(count == 0 ? first : first + 1) + "," + std::to_string(count);
}

// Whitespace and case do not count.
bool SameButForLayout(std::string_view a, std::string_view b) {
  constexpr std::string_view kSpaces = " \t\r\n";
  std::size_t at = 0;
  for (const char c : a) {
    if (kSpaces.find(c) != std::string_view::npos) continue;
    at = b.find_first_not_of(kSpaces, at);
    if (at == std::string_view::npos || llvm::toLower(b[at]) != llvm::toLower(c)) return false;
    ++at;
  }
  return b.find_first_not_of(kSpaces, at) == std::string_view::npos;
}

// Whether `at` is inside a multi-byte character or between the two bytes of a line ending.
bool Splits(std::string_view text, std::size_t at) {
  if (at == 0 || at >= text.size()) return false;
  return ContinuesCharacter(text[at]) || (text[at] == '\n' && text[at - 1] == '\r');
}

// A file name as git writes it in a patch: relative, and quoted with escapes if one of its bytes
// would end the line. After a name with spaces a tab is written, so that the rest is not parsed as
// a date.
std::string NameIn(std::string_view side, std::string_view path) {
  while (path.starts_with("./")) path.remove_prefix(2);
  while (path.starts_with('/')) path.remove_prefix(1);
  const std::string name = std::string(side) + std::string(path);
  const auto special = [](char byte) {
    return ToByte(byte) < 0x20 || byte == '"' || byte == '\\' || byte == 0x7F;
  };
  if (std::none_of(name.begin(), name.end(), special)) {
    return name + (name.find(' ') == std::string::npos ? "" : "\t");
  }
  std::string quoted = "\"";
  for (const char byte : name) {
    if (byte == '"' || byte == '\\') {
      quoted += '\\';
      quoted += byte;
    } else if (special(byte)) {
      const unsigned char code = ToByte(byte);
      for (const unsigned shift : {6U, 3U, 0U}) {
        if (shift == 6U) quoted += '\\';
        quoted += llvm::hexdigit(code >> shift & 7U);
      }
    } else {
      quoted += byte;
    }
  }
  return quoted + '"';
}

}  // namespace

std::string UnifiedDiff(std::string_view path, std::string_view before, std::string_view after) {
  if (before == after) return {};
  const Lines a = Split(before);
  const Lines b = Split(after);
  const Script script = ScriptOf(a, b);
  std::string text = "--- " + NameIn("a/", path) + "\n+++ " + NameIn("b/", path) + "\n";
  std::size_t at_a = 0;
  std::size_t at_b = 0;
  for (std::size_t i = 0; i < script.size();) {
    const std::size_t change = script.find_first_not_of(' ', i);
    if (change == Script::npos) break;
    const std::size_t begin = std::max(i, change - std::min(change, kContext));
    at_a += begin - i;
    at_b += begin - i;
    // Merge changes that are closer to each other than twice the context.
    std::size_t last = change;
    for (std::size_t next = change; next != Script::npos && next - last <= 2 * kContext + 1;
         next = script.find_first_not_of(' ', last + 1)) {
      last = next;
    }
    const std::size_t end = std::min(script.size(), last + 1 + kContext);
    std::string hunk;
    const std::size_t first_a = at_a;
    const std::size_t first_b = at_b;
    for (std::size_t j = begin; j < end; ++j) {
      const std::string_view line = script[j] == '+' ? b[at_b] : a[at_a];
      if (script[j] != '+') ++at_a;
      if (script[j] != '-') ++at_b;
      hunk += script[j];
      hunk += line;
      if (!line.ends_with('\n')) hunk += "\n\\ No newline at end of file\n";
    }
    text += "@@ -" + RangeOf(first_a, at_a - first_a) + " +" + RangeOf(first_b, at_b - first_b) +
            " @@\n" + hunk;
    i = end;
  }
  return text;
}

std::vector<TextChange> ChangesOf(std::string_view before, std::string_view after) {
  std::vector<TextChange> changes;
  if (before == after) return changes;
  const Lines a = Split(before);
  const Lines b = Split(after);
  const Script script = ScriptOf(a, b);
  std::size_t at_a = 0;
  std::size_t at_b = 0;
  // A range of lines of `before` and the lines of `after` that replace it, without their common
  // prefix and suffix.
  const auto change = [&](std::size_t begin, std::string_view gone, std::string_view come) {
    std::size_t front = 0;
    while (front < gone.size() && front < come.size() && gone[front] == come[front]) ++front;
    while (front > 0 && (Splits(gone, front) || Splits(come, front))) --front;
    gone.remove_prefix(front);
    come.remove_prefix(front);
    std::size_t back = 0;
    while (back < gone.size() && back < come.size() &&
           gone[gone.size() - 1 - back] == come[come.size() - 1 - back]) {
      ++back;
    }
    while (back > 0 && (Splits(gone, gone.size() - back) || Splits(come, come.size() - back))) {
      --back;
    }
    gone.remove_suffix(back);
    come.remove_suffix(back);
    if (gone.empty() && come.empty()) return;
    changes.push_back({{ToU32(begin + front), ToU32(begin + front + gone.size())}, come});
  };
  std::size_t offset_a = 0;
  std::size_t offset_b = 0;
  for (std::size_t i = 0; i < script.size();) {
    if (script[i] == ' ') {
      offset_a += a[at_a++].size();
      offset_b += b[at_b++].size();
      ++i;
      continue;
    }
    std::vector<std::string_view> gone;
    std::vector<std::string_view> come;
    for (; i < script.size() && script[i] != ' '; ++i) {
      if (script[i] == '-') {
        gone.push_back(a[at_a++]);
      } else {
        come.push_back(b[at_b++]);
      }
    }
    // Lines that differ only in layout are matched; blank lines between them may be added or
    // removed.
    std::size_t next = 0;
    std::size_t made = 0;
    while (next < gone.size() || made < come.size()) {
      const bool both = next < gone.size() && made < come.size();
      std::size_t old_lines = gone.size() - next;
      std::size_t new_lines = come.size() - made;
      if (both && (SameButForLayout(gone[next], come[made]) || old_lines == new_lines)) {
        old_lines = new_lines = 1;
      } else if (made < come.size() && SameButForLayout(come[made], {})) {
        old_lines = 0;
        new_lines = 1;
      } else if (next < gone.size() && SameButForLayout(gone[next], {})) {
        old_lines = 1;
        new_lines = 0;
      }
      std::size_t old_bytes = 0;
      std::size_t new_bytes = 0;
      for (; old_lines > 0; --old_lines) old_bytes += gone[next++].size();
      for (; new_lines > 0; --new_lines) new_bytes += come[made++].size();
      change(offset_a, before.substr(offset_a, old_bytes), after.substr(offset_b, new_bytes));
      offset_a += old_bytes;
      offset_b += new_bytes;
    }
  }
  return changes;
}

}  // namespace ipec::support
