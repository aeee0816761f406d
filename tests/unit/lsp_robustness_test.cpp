// Every feature at every offset, over all policies of tests/golden and examples and over texts that
// are not policies: nothing crashes, every span lies within the text, and ordered results are in
// order.

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "lsp/features/actions.h"
#include "lsp/features/completion.h"
#include "lsp/features/evaluate.h"
#include "lsp/features/folding.h"
#include "lsp/features/formatting.h"
#include "lsp/features/highlight.h"
#include "lsp/features/hints.h"
#include "lsp/features/hover.h"
#include "lsp/features/lenses.h"
#include "lsp/features/links.h"
#include "lsp/features/navigation.h"
#include "lsp/features/place.h"
#include "lsp/features/rename.h"
#include "lsp/features/selection.h"
#include "lsp/features/symbols.h"
#include "lsp/features/table_text.h"
#include "lsp/features/tokens.h"
#include "tests/unit/lsp_policies.h"
#include "tests/unit/nasty_texts.h"
#include "tests/unit/sampling.h"

namespace ipec::lsp::tests {
namespace {

template <typename Value>
bool Succeeds(llvm::Expected<Value> made) {
  const bool succeeds = bool(made);
  llvm::consumeError(made.takeError());
  return succeeds;
}

class Asker {
 public:
  explicit Asker(const Opened& opened)
      : snapshot_(*opened), size_(static_cast<std::uint32_t>(opened->source.text().size())) {}

  // Every request about the whole text.
  void Whole() {
    Edits(FormatDocument(snapshot_));
    for (const Symbol& symbol : SymbolsOf(snapshot_)) Check(symbol);
    for (const FoundSymbol& found : FindSymbols(snapshot_, "e", 100)) Inside(found.span);
    std::uint32_t at = 0;
    for (const SemanticToken& token : TokensOf(snapshot_)) {
      Inside(token.span);
      Good(token.span.begin >= at && !token.span.empty());
      Good(!snapshot_.source.text(token.span).contains('\n') &&
           !snapshot_.source.text(token.span).contains('\r'));
      at = token.span.end;
    }
    for (const Hint& hint : HintsIn(snapshot_, {0, size_}, {true, true}))
      Good(hint.offset <= size_);
    for (const Lens& lens : LensesOf(snapshot_)) {
      Inside(lens.span);
      Good(!lens.title.empty());
      for (const support::Span place : lens.places) Inside(place);
    }
    for (const Link& link : LinksOf(snapshot_)) Inside(link.span);
    for (const Fold& fold : FoldsOf(snapshot_)) Good(fold.first < fold.last);
    Good(Succeeds(EvaluateEvent(snapshot_, R"({"op":"EXECUTE","hook":"MMAP"})",
                                {.success_audit = true})) == snapshot_.accepted());
    Good(Succeeds(TableOf(snapshot_)) == snapshot_.accepted());
    for (const CodeAction& action : ActionsIn(snapshot_, {0, UINT32_MAX})) {
      Edits(ResolveAction(snapshot_, action.id));
    }
  }

  // Every request about a position.
  void At(std::uint32_t offset) {
    if (const auto hover = HoverAt(snapshot_, offset)) {
      Inside(hover->span);
      Good(!hover->markdown.empty());
    }
    const Completions completions = CompleteAt(snapshot_, offset);
    Inside(completions.typed);
    Inside(completions.whole);
    const std::uint32_t cursor = std::min(offset, size_);
    Good(completions.typed.end == cursor && completions.whole.begin == completions.typed.begin &&
         completions.whole.end >= cursor);
    for (const Completion& item : completions.items) Good(!item.label.empty());
    const std::vector<support::Span> chain = SelectionsAt(snapshot_, offset);
    Good(!chain.empty());
    for (std::size_t i = 0; i < chain.size(); ++i) {
      Inside(chain[i]);
      Good(chain[i].begin <= cursor && cursor <= chain[i].end);
      if (i > 0) Good(chain[i].begin <= chain[i - 1].begin && chain[i].end >= chain[i - 1].end);
    }
    const std::vector<support::Span> lit = HighlightsAt(snapshot_, offset);
    for (const support::Span span : lit) Inside(span);
    Good(lit.empty() || std::any_of(lit.begin(), lit.end(), [&](support::Span span) {
           return span.begin <= cursor && cursor <= span.end;
         }));
    const Definition definition = DefinitionAt(snapshot_, offset);
    Inside(definition.origin);
    for (const support::Span span : definition.targets) Inside(span);
    for (const support::Span span : ReferencesAt(snapshot_, offset, true)) Inside(span);
    if (llvm::Expected<Renamable> renamable = RenamableAt(snapshot_, offset)) {
      Inside(renamable->span);
    } else {
      llvm::consumeError(renamable.takeError());
    }
  }

  // Requests that read the whole text again for one position.
  void DearAt(std::uint32_t offset) {
    Edits(FormatOnType(snapshot_, offset));
    Edits(FormatRange(snapshot_, {offset, offset + 1}));
    if (llvm::Expected<Renamed> renamed = RenameAt(snapshot_, offset, "x")) {
      Edits(renamed->edits);
      Edits(renamed->in_comments);
    } else {
      llvm::consumeError(renamed.takeError());
    }
    for (const CodeAction& action : ActionsIn(snapshot_, {offset, offset})) {
      Good(!action.title.empty());
    }
    for (const SemanticToken& token : TokensIn(snapshot_, {offset, offset})) Inside(token.span);
    HintsIn(snapshot_, {offset, offset}, {true, true});
  }

  std::size_t asked() const { return asked_; }

 private:
  // Fewer assertions than one CHECK each, because there are millions.
  void Good(bool good) {
    ++asked_;
    if (!good) FAIL("a promise of a header is broken");
  }
  void Inside(support::Span span) { Good(span.begin <= span.end && span.end <= size_); }
  void Edits(const TextEdits& edits) {
    std::uint32_t at = 0;
    for (const auto& edit : edits) {
      Inside(edit.where);
      Good(edit.where.begin >= at);
      at = edit.where.end;
    }
  }
  void Check(const Symbol& symbol) {
    Inside(symbol.span);
    Good(!symbol.name.empty());
    Good(symbol.selection.begin >= symbol.span.begin && symbol.selection.end <= symbol.span.end);
    for (const Symbol& child : symbol.children) {
      Good(child.span.begin >= symbol.span.begin && child.span.end <= symbol.span.end);
      Check(child);
    }
  }

  const Snapshot& snapshot_;
  const std::uint32_t size_;
  std::size_t asked_ = 0;
};

std::size_t AskEverything(const std::string& text, const std::string& target,
                          const std::vector<std::string>& select) {
  const Opened opened = OpenExactly(text, target, select);
  Asker asker(opened);
  asker.Whole();
  const auto size = static_cast<std::uint32_t>(text.size());
  ipec::tests::Sampling sampling;
  for (std::uint32_t offset = 0; offset <= size + 2; ++offset) {
    if (sampling.Next()) asker.At(offset);
  }
  // Once per line of the sample, and at the ends.
  for (std::uint32_t offset = 0; offset <= size + 2; ++offset) {
    const bool line = offset > 0 && offset < size && text[offset - 1] == '\n';
    if (offset == 0 || offset >= size || (line && sampling.Next())) asker.DearAt(offset);
  }
  asker.At(UINT32_MAX);
  asker.DearAt(UINT32_MAX - 1);
  return asker.asked();
}

std::vector<std::string> PoliciesBelow(const std::string& directory) {
  std::vector<std::string> texts;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(std::string(IPEC_SOURCE_DIR) + directory)) {
    const std::string ending = entry.path().extension().string();
    if (!entry.is_regular_file() || (ending != ".pol" && ending != ".policy" && ending != ".ipe")) {
      continue;
    }
    std::ifstream file(entry.path(), std::ios::binary);
    std::stringstream bytes;
    bytes << file.rdbuf();
    if (bytes.str().size() < 20'000) texts.push_back(bytes.str());
  }
  return texts;
}

const std::vector<std::string> kAll = {"all"};

TEST_CASE("every request at every offset of golden and example policies", "[robustness]") {
  std::vector<std::string> texts = PoliciesBelow("/tests/golden");
  const std::vector<std::string> examples = PoliciesBelow("/examples");
  texts.insert(texts.end(), examples.begin(), examples.end());
  REQUIRE(texts.size() > 100);
  // A sample has every text, half of them for each target.
  const bool is_sample = ipec::tests::Stride() > 1;
  std::size_t asked = 0;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (!is_sample || i % 2 == 0) asked += AskEverything(texts[i], "linux-6.12", kAll);
    if (!is_sample || i % 2 == 1) asked += AskEverything(texts[i], "rfc-v7", kAll);
  }
  CHECK(asked > ipec::tests::SampledRounds(500'000U));
}

// Statements that the rules about digests report as never matching.
std::vector<support::Span> NeverByLint(const Snapshot& snapshot) {
  std::vector<support::Span> statements;
  for (const diagnostics::Diagnostic& finding : snapshot.findings()) {
    if (finding.message.find("the rule never matches") == std::string::npos) continue;
    if (const syntax::Line* line = LineAt(snapshot, finding.where.begin)) {
      statements.push_back(line->statement);
    }
  }
  return statements;
}

TEST_CASE("hover and lenses agree with the findings about digests", "[robustness]") {
  std::size_t found = 0;
  std::vector<std::string> texts;
  for (const std::string& golden : PoliciesBelow("/tests/golden")) {
    // The policies within a golden file.
    for (std::size_t at = 0; at < golden.size();) {
      const std::size_t end = std::min(golden.find("\n# --- ", at), golden.size() - 1) + 1;
      texts.push_back(golden.substr(at, end - at));
      at = std::min(golden.find('\n', end), golden.size() - 1) + 1;
    }
  }
  for (const std::string& text : texts) {
    for (const char* target : {"linux-6.12", "rfc-v7"}) {
      const Opened opened = OpenExactly(text, target, kAll);
      for (const support::Span statement : NeverByLint(*opened)) {
        ++found;
        INFO(opened.Text(statement));
        const auto hover = HoverAt(*opened, statement.begin);
        REQUIRE(hover);
        CHECK(hover->markdown.find("never matches: ") != std::string::npos);
        CHECK(hover->markdown.find(" cases: ") == std::string::npos);
        for (const Hint& hint : HintsIn(*opened, statement, {.cases = true})) {
          if (hint.offset == statement.end) CHECK(hint.label == "decides 0 of 0 cases");
        }
      }
      for (const diagnostics::Diagnostic& finding : opened->findings()) {
        if (finding.descriptor->name != "bricks-execute") continue;
        for (std::uint32_t i = 0; i < opened->policy().rules.size(); ++i) {
          const policy::Rule& rule = opened->policy().rules[i];
          if (rule.operation != policy::Operation::Execute) continue;
          const bool allows = rule.action == policy::Action::Allow;
          CHECK((!allows || opened->shares().Of({i}).decided == 0));
        }
      }
    }
  }
  CHECK(found > 10);
}

TEST_CASE("every request at every offset of texts that are not policies", "[robustness]") {
  std::vector<std::string> texts = ipec::tests::NastyTexts();
  const std::string head = "policy_name=a policy_version=1.0.0\nDEFAULT action=DENY\n";
  for (const char* tail :
       {"# ipec:", "# ipec: allow", "# ipec: allow(", "# ipec: allow(,", "# ipec: allow(a,b",
        "# ipec: allow-end", "#ipec:allow()", "op=EXECUTE action=ALLOW # ipec: allow(all) x",
        "op=\"", "op='EXECUTE", "op=EXECUTE fsverity_digest=:",
        "op=EXECUTE fsverity_digest=sha256:", "op=EXECUTE fsverity_digest= action=DENY",
        "op=KERNEL_READ action=ALLOW", "DEFAULT op=KERNEL_READ action=ALLOW",
        "op=EXECUTE action=DENY\r# x\rop=EXECUTE\r\r\n", "policy_name=b policy_version=2.0.0\n",
        "# http://\n# https://x#y\n# /\n"}) {
    texts.push_back(head + tail);
  }
  for (const std::string& text : texts) {
    for (const char* target : {"linux-6.12", "rfc-v7"}) AskEverything(text, target, kAll);
  }
}

TEST_CASE("every request for all short texts", "[robustness]") {
  ipec::tests::ForEachShortText(3, [](const std::string& text) {
    AskEverything(text, "linux-6.12", {});
    AskEverything(text, "rfc-v7", {});
  });
}

TEST_CASE("requests for a truncated policy", "[robustness]") {
  const std::string text =
      "policy_name=\"a b\" policy_version=1.0.0\r\nDEFAULT action=DENY # ipec: allow(weak-digest) "
      "x\n"
      "op=KERNEL_READ boot_verified=\"TRUE\" action=ALLOW\n"
      "op=EXECUTE fsverity_digest=sha256:aabb action='DENY' # http://x.org\n";
  for (std::size_t length = 0; length <= text.size(); ++length) {
    for (const char* target : {"linux-6.12", "rfc-v7"}) {
      const Opened opened = OpenExactly(text.substr(0, length), target);
      Asker asker(opened);
      asker.Whole();
      asker.At(static_cast<std::uint32_t>(length));
      asker.DearAt(static_cast<std::uint32_t>(length));
    }
  }
}

}  // namespace
}  // namespace ipec::lsp::tests
