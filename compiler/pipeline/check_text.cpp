#include "compiler/pipeline/check_text.h"

#include "compiler/syntax/parse.h"

namespace ipec::pipeline {

Checked CheckText(llvm::StringRef text, const targets::Target& target,
                  const check::Options& options) {
  Checked checked;
  checked.document = syntax::Parse(text, check::LexisOf(target));
  checked.result = check::CheckDocument(checked.document, target, options, checked.findings);
  return checked;
}

}  // namespace ipec::pipeline
