#include "compiler/render/render.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "compiler/render/problems.h"
#include "compiler/render/template_line.h"
#include "compiler/support/numbers.h"
#include "compiler/support/printable.h"
#include "compiler/support/streams.h"
#include "compiler/support/wording.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Path.h"

namespace ipec::render {
namespace {

using support::ErrorOf;
using support::Span;

// Where the file `path` that `from` includes is.
std::string Beside(const std::string& from, llvm::StringRef path) {
  if (llvm::sys::path::is_absolute(path)) return path.str();
  llvm::SmallString<128> joined = llvm::sys::path::parent_path(from);
  llvm::sys::path::append(joined, path);
  return std::string(joined);
}

class Renderer {
 public:
  Renderer(Values& values, support::FileSystem* files, const Options& options)
      : values_(values), files_(files), options_(options) {}

  Rendered Render(Source source) && {
    made_.hides_text = options_.hides_text;
    Add(std::move(source));
    Lines(0);
    for (diagnostics::Sink& sink : made_.problems) sink.SortByPlace();
    return std::move(made_);
  }

 private:
  // The pieces of one line.
  struct Piece {
    Span where;
    const Placeholder* placeholder = nullptr;  // null: text that is copied
    std::vector<NamedValue> values = {};       // one, or those of the pattern
    bool is_pattern = false;
  };

  std::uint32_t Add(Source source) {
    made_.sources.push_back(std::move(source));
    made_.problems.emplace_back();
    return support::ToU32(made_.sources.size() - 1);
  }

  llvm::StringRef TextOf(std::uint32_t source) const { return made_.sources[source].buffer.text(); }
  diagnostics::Sink& ProblemsOf(std::uint32_t source) { return made_.problems[source]; }

  void Lines(std::uint32_t source) {
    const std::uint32_t size = support::ToU32(TextOf(source).size());
    open_.push_back(source);
    for (std::uint32_t at = 0; at < size && !is_full_;) {
      const TemplateLine line = ReadTemplateLine(TextOf(source), at, ProblemsOf(source));
      at = line.whole.end;
      if (line.is_malformed) continue;
      if (line.include && options_.leaves_out_includes) {
        made_.has_left_out = true;
      } else if (line.include) {
        Include(source, *line.include);
      } else {
        Line(source, line);
      }
    }
    open_.pop_back();
  }

  // A line without an ending at the end of a file gets one when something follows.
  void EndLine(std::uint32_t source, std::uint32_t at) {
    if (made_.text.empty() || made_.text.back() == '\n' || made_.text.back() == '\r') return;
    made_.text += '\n';
    made_.map.AddValue(source, {at, at}, 1, false);
  }

  void Include(std::uint32_t source, Span where) {
    const std::string path = TextOf(source).slice(where.begin, where.end).str();
    llvm::Expected<Source> opened = Open(source, path);
    if (!opened) {
      ReportBadInclude(ProblemsOf(source), where, path, opened.takeError());
      return;
    }
    Lines(Add(std::move(*opened)));
    if (!is_full_) EndLine(source, where.end);
  }

  llvm::Expected<Source> Open(std::uint32_t source, const std::string& path) {
    const Source& from = made_.sources[source];
    if (files_ == nullptr) return ErrorOf("files cannot be read here");
    if (open_.size() > options_.most_depth) {
      return ErrorOf("files include each other more than " + std::to_string(options_.most_depth) +
                     " levels deep");
    }
    if (made_.sources.size() > options_.most_includes) {
      return ErrorOf("a template includes at most " + std::to_string(options_.most_includes) +
                     " files");
    }
    Source made;
    made.path = Beside(from.path, path);
    switch (files_->KindOf(made.path)) {
      case support::PathKind::File:
        break;
      case support::PathKind::Nothing:
      case support::PathKind::Dangling:
        return ErrorOf("there is no file " + support::Abbreviated(made.path));
      case support::PathKind::Directory:
        return ErrorOf("it is a directory");
      case support::PathKind::Special:
        return ErrorOf("it is not a regular file");
    }
    for (const std::uint32_t one : open_) {
      const std::string& other = made_.sources[one].path;
      if (!other.empty() && files_->SameFile(other, made.path)) {
        return ErrorOf("it includes itself");
      }
    }
    llvm::Expected<std::string> bytes = files_->Read(made.path);
    if (!bytes) return bytes.takeError();
    made.buffer = support::SourceBuffer(Beside(from.buffer.name(), path), std::move(*bytes));
    return made;
  }

  void Line(std::uint32_t source, const TemplateLine& line) {
    if (line.placeholders.empty()) {
      if (!HasRoom(source, line.whole, line.whole.size())) return;
      Copy(source, line.whole, false);
      return;
    }
    std::optional<std::vector<Piece>> pieces = PiecesOf(source, line);
    if (!pieces) return;
    std::size_t copies = 1;
    std::size_t bytes = 0;
    for (const Piece& piece : *pieces) {
      copies = std::max(copies, piece.values.size());
      std::size_t longest = piece.where.size();
      for (const NamedValue& value : piece.values) longest = std::max(longest, value.text.size());
      bytes += longest;
    }
    if (!HasRoom(source, line.whole, copies * (bytes + 1))) return;
    for (std::size_t copy = 0; copy < copies; ++copy) {
      if (copy != 0) EndLine(source, line.end);
      if (!Statement(source, *pieces, copy, copies != 1)) return;
    }
  }

  bool HasRoom(std::uint32_t source, Span where, std::size_t bytes) {
    if (bytes <= options_.most_bytes && made_.text.size() + bytes <= options_.most_bytes)
      return true;
    is_full_ = true;
    ReportTooLong(ProblemsOf(source), where, options_.most_bytes);
    return false;
  }

  void Copy(std::uint32_t source, Span where, bool repeats) {
    made_.text += TextOf(source).slice(where.begin, where.end);
    made_.map.AddCopy(source, where, repeats);
  }

  // Returns false after a report.
  bool Statement(std::uint32_t source, const std::vector<Piece>& pieces, std::size_t copy,
                 bool repeats) {
    std::vector<std::pair<std::size_t, const Piece*>> placed;
    placed.reserve(pieces.size());
    for (const Piece& piece : pieces) {
      if (piece.placeholder == nullptr) {
        Copy(source, piece.where, repeats);
        continue;
      }
      const std::string_view value = piece.values[piece.values.size() == 1 ? 0 : copy].text;
      placed.emplace_back(made_.text.size(), &piece);
      made_.text += value;
      made_.map.AddValue(source, piece.where, support::ToU32(value.size()), repeats);
    }
    // A word is checked once, at the last placeholder in it.
    for (std::size_t i = 0; i < placed.size(); ++i) {
      const auto [at, piece] = placed[i];
      const llvm::StringRef text = made_.text;
      const std::size_t begin = text.take_front(at).find_last_of(" \t\r\n");
      const std::size_t word = begin == llvm::StringRef::npos ? 0 : begin + 1;
      const std::size_t end = std::min(text.find_first_of(" \t\r\n#", at), text.size());
      if (i + 1 < placed.size() && placed[i + 1].first < end) continue;
      const NamedValue& value = piece->values[piece->values.size() == 1 ? 0 : copy];
      if (!IsFit(source, *piece, value, CheckSize(text.slice(word, end)))) return false;
    }
    return true;
  }

  // Returns false, after a report, if there is an error.
  bool IsFit(std::uint32_t source, const Piece& piece, const NamedValue& value, llvm::Error error) {
    if (!error) return true;
    const Span name = piece.placeholder->name;
    ReportUnfitValue(ProblemsOf(source), piece.where, TextOf(source).slice(name.begin, name.end),
                     piece.is_pattern ? value.owner : "", std::move(error));
    return false;
  }

  // Nothing after a report.
  std::optional<std::vector<Piece>> PiecesOf(std::uint32_t source, const TemplateLine& line) {
    const llvm::StringRef text = TextOf(source);
    std::vector<Piece> pieces;
    pieces.reserve(2 * line.placeholders.size() + 1);
    std::optional<llvm::StringRef> pattern;
    bool is_right = true;
    std::uint32_t at = line.whole.begin;
    for (const Placeholder& placeholder : line.placeholders) {
      pieces.push_back({{at, placeholder.where.begin}});
      at = placeholder.where.end;
      const llvm::StringRef name = text.slice(placeholder.name.begin, placeholder.name.end);
      const llvm::StringRef ahead = text.slice(line.whole.begin, placeholder.where.begin);
      const std::size_t space = ahead.find_last_of(" \t");
      const llvm::StringRef before =
          space == llvm::StringRef::npos ? ahead : ahead.drop_front(space + 1);
      llvm::Expected<const Found*> found = values_.Find({name, before});
      if (!found) {
        ReportUnknownValue(ProblemsOf(source), placeholder.where, name, found.takeError());
        is_right = false;
        continue;
      }
      if ((*found)->is_pattern) {
        if (pattern && *pattern != name) {
          ReportSecondPattern(ProblemsOf(source), placeholder.where, name, *pattern);
          is_right = false;
          continue;
        }
        pattern = name;
      }
      Piece& piece = pieces.emplace_back();
      piece.where = placeholder.where;
      piece.placeholder = &placeholder;
      piece.values = (*found)->values;
      piece.is_pattern = (*found)->is_pattern;
      for (const NamedValue& value : piece.values) {
        if (IsFit(source, piece, value, CheckWord(value.text))) continue;
        is_right = false;
        break;
      }
    }
    pieces.push_back({{at, line.whole.end}});
    if (!is_right) return std::nullopt;
    return pieces;
  }

  Values& values_;
  support::FileSystem* const files_;
  const Options options_;
  Rendered made_;
  std::vector<std::uint32_t> open_;  // the sources that include each other
  bool is_full_ = false;
};

}  // namespace

bool Rendered::HasProblems() const {
  return std::any_of(problems.begin(), problems.end(), [](const diagnostics::Sink& sink) {
    return !sink.list().empty() || sink.more() != 0;
  });
}

Rendered Render(Source source, Values& values, support::FileSystem* files, const Options& options) {
  return Renderer(values, files, options).Render(std::move(source));
}

bool IsTemplateName(std::string_view path) {
  const llvm::StringRef name = path;
  return name.endswith(".pol.in") || name.endswith(".ipe.in") || name.endswith(".policy.in");
}

std::string_view PolicyNameOf(std::string_view path) {
  llvm::StringRef name = path;
  if (IsTemplateName(path)) name.consume_back(".in");
  return name;
}

}  // namespace ipec::render
