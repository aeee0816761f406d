// What is wrong with a header.

#include <algorithm>

#include <fmt/format.h>

#include "compiler/check/explain.h"
#include "compiler/check/explain_values.h"
#include "compiler/check/regroup.h"
#include "compiler/check/show.h"
#include "compiler/check/words.h"
#include "compiler/support/suggest.h"

namespace ipec::check {
namespace {

using diagnostics::Diagnostic;
using support::Span;

constexpr std::string_view kKeys[] = {"policy_name", "policy_version"};
constexpr std::string_view kShapes[] = {"policy_name=NAME", "policy_version=A.B.C"};

enum class Part : std::uint8_t { Name, Version, Other };

class Explainer {
 public:
  Explainer(Checker& checker, const syntax::Line& line, const FewWords& few)
      : checker_(checker), line_(line), is_whole_(few.is_whole), words_(few.words) {}

  bool Explain() {
    if (!IsMeantAsHeader()) {
      ReportMissing();
      return false;
    }
    words_ = Regroup(checker_, words_);
    JoinName();
    for (const Word& word : words_) parts_.push_back(PartOf(word));
    CheckParts();
    CheckKeys();
    for (std::size_t i = 0; i < words_.size(); ++i) {
      if (parts_[i] == Part::Version) ExplainVersion(checker_, words_[i]);
      if (parts_[i] == Part::Name) ExplainName(words_[i]);
    }
    return true;
  }

 private:
  llvm::StringRef Text(Span span) const { return checker_.Text(span); }

  Part PartOf(const Word& word) const {
    const llvm::StringRef key = Text(word.key).take_front(64);
    if (key == "policy_name") return Part::Name;
    if (key == "policy_version") return Part::Version;
    if (!word.has_equals) return Part::Other;
    if (key.equals_insensitive("version") || key.equals_insensitive("policy_ver")) {
      return Part::Version;
    }
    if (key.equals_insensitive("name") || key.equals_insensitive("policy")) return Part::Name;
    const std::string_view meant = support::Nearest({key.data(), key.size()}, kKeys);
    return meant == kKeys[0] ? Part::Name : meant == kKeys[1] ? Part::Version : Part::Other;
  }

  bool IsMeantAsHeader() const {
    if (line_.kind == syntax::LineKind::Header) return true;
    if (line_.kind == syntax::LineKind::Rule || line_.kind == syntax::LineKind::Default) {
      return false;
    }
    return std::any_of(words_.begin(), words_.end(), [&](const Word& word) {
      return PartOf(word) != Part::Other ||
             Text(word.span()).take_front(256).contains("policy_name");
    });
  }

  void ReportMissing() {
    Diagnostic& diagnostic = checker_.sink.Emit(line_.statement, diag::MissingHeader);
    for (const syntax::Line& line : checker_.document.lines) {
      if (line.kind != syntax::LineKind::Header || &line == &line_) continue;
      diagnostic.AddNote("the header stands here", line.statement);
      diagnostic.AddFix("move the header to the top",
                        {{{line_.span.begin, line_.span.begin}, Text(line.statement).str() + "\n"},
                         {line.comment.empty() ? line.span : line.statement, ""}});
      checker_.header = line.statement;
      return;
    }
    diagnostic.AddFix("write a header above it", {{{line_.span.begin, line_.span.begin},
                                                   "policy_name=policy policy_version=0.0.1\n"}});
  }

  // `policy_name=My Policy policy_version=…`: the bare words after a name belong to it.
  void JoinName() {
    if (words_.size() < 2 || PartOf(words_[0]) != Part::Name) return;
    std::size_t last = 0;
    while (last + 1 < words_.size() && !words_[last + 1].has_equals &&
           Text(words_[last + 1].key) != "DEFAULT") {
      ++last;
    }
    // The last word without `=` before the version; without a version nobody knows.
    if (last == 0 || last + 1 == words_.size() || PartOf(words_[last + 1]) != Part::Version) return;
    words_[0].written.end = words_[last].written.end;
    words_[0].value = words_[0].written;
    words_.erase(words_.begin() + 1, words_.begin() + static_cast<std::ptrdiff_t>(last) + 1);
  }

  std::size_t First(Part part) const {
    return static_cast<std::size_t>(std::find(parts_.begin(), parts_.end(), part) - parts_.begin());
  }

  void CheckParts() {
    const std::size_t name = First(Part::Name);
    const std::size_t version = First(Part::Version);
    const bool has_name = name < words_.size();
    const bool has_version = version < words_.size();
    const bool takes_none = checker_.target.Has(targets::Feature::QuotedValues);
    if (!has_name && !has_version) {
      checker_.sink.Emit(line_.statement, diag::MissingHeader)
          .AddNote("the words of this line are neither `policy_name=` nor `policy_version=`");
      return;
    }
    if (!has_name) {
      checker_.sink.Emit(line_.statement, diag::IncompleteHeader, kShapes[0])
          .AddFix("add a name",
                  {{{line_.statement.begin, line_.statement.begin}, "policy_name=policy "}});
    }
    if (!has_version && !takes_none && !ExplainCut(checker_, line_, "policy_version=")) {
      const std::uint32_t end = words_[name].written.end;
      checker_.sink.Emit(line_.statement, diag::IncompleteHeader, kShapes[1])
          .AddFix("add a version", {{{end, end}, " policy_version=0.0.1"}});
    }
    if (has_name && has_version && version < name) {
      checker_.sink.Emit({words_[version].key.begin, words_[name].written.end}, diag::HeaderOrder)
          .AddFix("swap them", {{words_[version].span(), Text(words_[name].span()).str()},
                                {words_[name].span(), Text(words_[version].span()).str()}});
    }
    if (has_version || takes_none) ReportExtra(has_name ? name : words_.size(), version);
  }

  // All words but the name and the version, as one finding.
  void ReportExtra(std::size_t name, std::size_t version) {
    std::size_t first = 0;
    while (first < words_.size() && (first == name || first == version)) ++first;
    if (first == words_.size()) return;
    std::size_t last = words_.size() - 1;
    while (last > first && (last == name || last == version)) --last;
    const Span extra{words_[first].key.begin, words_[last].written.end};
    Diagnostic& diagnostic = checker_.sink.Emit(extra, diag::ExtraHeaderWord, Show(Text(extra)));
    if (!is_whole_ || last + 1 != words_.size() || first == 0) return;
    const Span blank{words_[first - 1].written.end, extra.begin};
    const llvm::StringRef key = Text(words_[first].key);
    if (key == "DEFAULT" || key == "op") {
      diagnostic.AddNote("a statement ends at the end of its line");
      diagnostic.AddFix("begin a new line", {{blank, "\n"}});
    } else {
      diagnostic.AddFix("remove it", {{{blank.begin, extra.end}, ""}});
    }
  }

  void CheckKeys() {
    for (std::size_t i = 0; i < words_.size(); ++i) {
      if (parts_[i] == Part::Other) continue;
      const auto part = static_cast<std::size_t>(parts_[i]);
      if (Text(words_[i].key) == llvm::StringRef(kKeys[part].data(), kKeys[part].size())) continue;
      checker_.sink
          .Emit(words_[i].key, diag::UnknownHeaderWord, Show(Text(words_[i].key)), kShapes[part])
          .AddNote(fmt::format("did you mean `{}`?", kKeys[part]))
          .AddFix(fmt::format("write `{}`", kKeys[part]),
                  {{words_[i].key, std::string(kKeys[part])}});
    }
  }

  void ExplainName(const Word& word) {
    if (!word.has_value()) {
      checker_.sink.Emit(word.span(), diag::MissingValue, Show(Text(word.key)));
      return;
    }
    const llvm::StringRef text = Text(word.written);
    if (checker_.document.lexis != syntax::Lexis::Plain || text.find_first_of(" \t") == text.npos) {
      return;
    }
    std::string name = text.trim("\"'").str();
    std::replace(name.begin(), name.end(), ' ', '_');
    std::replace(name.begin(), name.end(), '\t', '_');
    checker_.sink.Emit(word.written, diag::BlankInName, Show(text))
        .AddNote("the RFC series of 2021 took names in quotes, mainline does not")
        .AddFix(fmt::format("write `{}`", Show(name)), {{word.written, name}});
  }

  Checker& checker_;
  const syntax::Line& line_;
  bool is_whole_;
  std::vector<Word> words_;
  std::vector<Part> parts_;  // of `words_`
};

}  // namespace

bool ExplainHeader(Checker& checker, const syntax::Line& line, const FewWords& words) {
  const std::size_t before = checker.sink.list().size() + checker.sink.more();
  const bool is_header = Explainer(checker, line, words).Explain();
  if (checker.sink.list().size() + checker.sink.more() == before) {
    checker.sink.Emit(line.statement, diag::MissingHeader);
  }
  return is_header;
}

}  // namespace ipec::check
