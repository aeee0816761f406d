#include "lsp/features/folding.h"

namespace ipec::lsp {
namespace {

using syntax::Line;
using syntax::LineKind;

// Consecutive lines with the same result fold together; empty: the line does not fold.
llvm::StringRef GroupOf(const Snapshot& snapshot, const Line& line) {
  const syntax::Document& document = snapshot.document();
  if (line.kind == LineKind::Blank) return line.comment.empty() ? "" : "#";
  if (snapshot.claims) {
    // The claims about one operation.
    const auto clauses = document.ClausesOf(line);
    return clauses.size() < 2 ? "" : document.Text(clauses[1].value);
  }
  if (line.kind == LineKind::Default) return "DEFAULT";
  if (line.kind != LineKind::Rule) return "";
  return document.Text(document.ClausesOf(line).front().value);
}

}  // namespace

std::vector<Fold> FoldsOf(const Snapshot& snapshot) {
  std::vector<Fold> folds;
  llvm::StringRef open;  // the group of the run that ends with the line before
  Fold run;
  const auto close = [&] {
    if (!open.empty() && run.last > run.first) folds.push_back(run);
  };
  for (const Line& line : snapshot.document().lines) {
    const llvm::StringRef group = GroupOf(snapshot, line);
    if (group != open || group.empty()) {
      close();
      open = group;
      run.first = line.number;
      run.kind = group == "#" ? FoldKind::Comment : FoldKind::Region;
    }
    run.last = line.number;
  }
  close();
  return folds;
}

}  // namespace ipec::lsp
