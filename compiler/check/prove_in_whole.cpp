#include "compiler/check/prove_in_whole.h"

#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "compiler/check/combine_fixes.h"
#include "compiler/diagnostics/edits.h"
#include "compiler/syntax/parse.h"
#include "llvm/ADT/STLExtras.h"

namespace ipec::check {
namespace {

using diagnostics::Diagnostic;
using diagnostics::Fix;

// The bytes that may be read again. Those of accepted lines cost less, by this factor.
constexpr std::size_t kMostBytesReadAgain = std::size_t{32} << 10U;
constexpr std::size_t kAcceptedIsCheaper = 64;

class WholeProver {
 public:
  WholeProver(const syntax::Document& document, CheckAgain check, diagnostics::Sink& sink)
      : document_(document), check_(check), findings_(sink.list()) {
    for (const Diagnostic& finding : findings_) {
      if (!llvm::is_contained(kinds_, finding.descriptor)) kinds_.push_back(finding.descriptor);
    }
    cost_ = Cost();
  }

  void Run() {
    if (left_ < cost_) return;  // also because combining many fixes takes quadratic time
    for (Diagnostic& finding : findings_) {
      std::erase_if(finding.fixes, [&](const Fix& fix) { return AddsKindOfFinding(fix); });
    }
    if (!AddsKindOfFinding(FirstFixes())) return;
    // The first ones that do so together with those above them wait.
    Fix together;
    for (Diagnostic& finding : findings_) {
      if (finding.fixes.empty()) continue;
      Fix all = together;
      if (!Combine(all, finding.fixes.front())) continue;
      if (!together.edits.empty() && AddsKindOfFinding(all)) {
        finding.fixes.clear();
      } else {
        together = std::move(all);
      }
    }
  }

 private:
  // The bytes of the lines with findings, and a part of the others.
  std::size_t Cost() const {
    std::size_t cost = document_.text.size() / kAcceptedIsCheaper + 1;
    const syntax::Line* last = nullptr;
    for (const Diagnostic& finding : findings_) {
      const syntax::Line* line = document_.LineAt(finding.where.begin);
      if (line != nullptr && line != last) cost += line->span.size();
      last = line;
    }
    return cost;
  }

  Fix FirstFixes() const {
    Fix all;
    for (const Diagnostic& finding : findings_) {
      if (!finding.fixes.empty()) Combine(all, finding.fixes.front());
    }
    return all;
  }

  // False also where finding out would take too long.
  bool AddsKindOfFinding(const Fix& fix) {
    if (left_ < cost_ || fix.edits.empty()) return false;
    std::string text = Apply(document_.text, fix.edits);
    if (const auto known = tried_.find(text); known != tried_.end()) return known->second;
    left_ -= cost_;
    const syntax::Document after = syntax::Parse(text, document_.lexis);
    diagnostics::Sink sink;
    check_(after, sink);
    const bool is_new = llvm::any_of(sink.list(), [&](const Diagnostic& finding) {
      return !llvm::is_contained(kinds_, finding.descriptor);
    });
    tried_.emplace(std::move(text), is_new);
    return is_new;
  }

  const syntax::Document& document_;
  const CheckAgain check_;
  std::vector<Diagnostic>& findings_;
  std::vector<const diagnostics::Descriptor*> kinds_;
  std::map<std::string, bool> tried_;
  std::size_t cost_ = 0;  // of reading the text once
  std::size_t left_ = kMostBytesReadAgain;
};

}  // namespace

void ProveInWhole(const syntax::Document& document, CheckAgain check, diagnostics::Sink& sink) {
  if (sink.more() > 0) return;
  WholeProver(document, check, sink).Run();
}

}  // namespace ipec::check
