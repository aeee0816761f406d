#include "lsp/features/rename.h"

#include <algorithm>

#include <fmt/format.h>

#include "compiler/diagnostics/edits.h"
#include "compiler/support/errno.h"
#include "compiler/support/streams.h"
#include "llvm/ADT/StringExtras.h"
#include "lsp/features/place.h"
#include "lsp/features/words.h"

namespace ipec::lsp {
namespace {

using support::ErrorOf;
using support::Span;

// The value of the name in the header that the kernel reads; empty if there is none.
Span NameOf(const Snapshot& snapshot) {
  if (!snapshot.first().has_header()) return {};
  const auto& lines = snapshot.document().lines;
  const auto header = std::find_if(lines.begin(), lines.end(), [&](const syntax::Line& line) {
    return line.number == snapshot.policy().header_line && !line.clauses.empty();
  });
  if (header == lines.end()) return {};
  const Span name = ValueOf(snapshot, snapshot.document().ClausesOf(*header).front());
  return ViewOf(snapshot, name) == snapshot.policy().name ? name : Span{};
}

bool IsPartOfAName(char c) {
  return llvm::isAlnum(c) || c == '_' || c == '-' || c == '.' || c == '/' || !llvm::isASCII(c);
}

// The positions of `name` in `comment` as a separate word.
void FindMentions(const Snapshot& snapshot, Span comment, std::string_view name,
                  std::string_view new_name, std::vector<diagnostics::TextEdit>& edits) {
  const llvm::StringRef text = TextOf(snapshot, comment);
  for (std::size_t at = text.find({name.data(), name.size()}); at != llvm::StringRef::npos;
       at = text.find({name.data(), name.size()}, at + name.size())) {
    const std::size_t end = at + name.size();
    // A full stop may end the sentence.
    const bool stop = end < text.size() && text[end] == '.' &&
                      (end + 1 == text.size() || !IsPartOfAName(text[end + 1]));
    if ((at > 0 && IsPartOfAName(text[at - 1])) ||
        (end < text.size() && IsPartOfAName(text[end]) && !stop)) {
      continue;
    }
    edits.push_back({support::SpanAt(comment.begin + at, name.size()), std::string(new_name)});
  }
}

// The error if the first target does not read the new name from the text.
llvm::Error CheckFirst(const Snapshot& snapshot, const pipeline::TargetReading& after,
                       std::string_view new_name) {
  const pipeline::TargetReading& before = snapshot.first();
  if (after.has_header() && after.policy().name == new_name &&
      after.policy().version == before.policy().version &&
      (after.accepted() || after.error() == before.error())) {
    return llvm::Error::success();
  }
  for (const diagnostics::Diagnostic& finding : after.diagnostics().list()) {
    // The first new finding.
    const auto& old = before.diagnostics().list();
    const bool known = std::any_of(old.begin(), old.end(), [&](const diagnostics::Diagnostic& one) {
      return one.descriptor == finding.descriptor && one.message == finding.message;
    });
    if (known) continue;
    return ErrorOf(
        fmt::format("{} cannot be the policy name: {}", Code(new_name), finding.message));
  }
  return ErrorOf(fmt::format("{} would not be read as the policy name", Code(new_name)));
}

// The same for the other targets of the file.
llvm::Error CheckOthers(const pipeline::Reading& before, const pipeline::Reading& after,
                        std::string_view new_name) {
  for (std::size_t i = 1; i < before.by_target().size(); ++i) {
    const pipeline::TargetReading& was = before.by_target()[i];
    const pipeline::TargetReading& is = after.by_target()[i];
    if (!is.accepted() && is.error() != was.error()) {
      return ErrorOf(fmt::format("{} would reject the policy with {}", is.target().name,
                                 support::Name(*is.error())));
    }
    if (was.has_header() && is.policy().name != new_name) {
      return ErrorOf(fmt::format("{} would read another policy name", is.target().name));
    }
  }
  return llvm::Error::success();
}

}  // namespace

llvm::Expected<Renamable> RenamableAt(const Snapshot& snapshot, std::uint32_t offset) {
  const Place place = PlaceAt(snapshot, offset);
  const Span name = NameOf(snapshot);
  if (name.empty()) return ErrorOf("this policy has no header that its target can read");
  // On the name, or on the key before it.
  if (place.line == nullptr || place.clause != 0 ||
      (place.part != Part::Value && place.part != Part::Key) ||
      name.begin < place.line->span.begin || name.begin >= place.line->span.end) {
    return ErrorOf("only the policy name, in the header, can be renamed");
  }
  return Renamable{name, std::string(ViewOf(snapshot, name))};
}

llvm::Expected<Renamed> RenameAt(const Snapshot& snapshot, std::uint32_t offset,
                                 std::string_view new_name) {
  llvm::Expected<Renamable> found = RenamableAt(snapshot, offset);
  if (!found) return found.takeError();
  if (new_name.empty()) return ErrorOf("the policy name must not be empty");
  Renamed renamed;
  if (new_name == found->name) return renamed;
  renamed.edits = {{found->span, std::string(new_name)}};
  const pipeline::Reading after(
      support::SourceBuffer(snapshot.source.name(), Apply(snapshot.source.text(), renamed.edits)),
      snapshot.configured->targets);
  if (llvm::Error error = CheckFirst(snapshot, after.first(), new_name)) return error;
  if (llvm::Error error = CheckOthers(snapshot.reading, after, new_name)) return error;
  for (const syntax::Line& line : snapshot.document().lines) {
    if (!line.comment.empty()) {
      FindMentions(snapshot, line.comment, found->name, new_name, renamed.in_comments);
    }
  }
  return renamed;
}

}  // namespace ipec::lsp
