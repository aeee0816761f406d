#include "lsp/features/table_text.h"

#include "compiler/pipeline/compile_policy.h"
#include "lsp/features/place.h"

namespace ipec::lsp {

llvm::Expected<std::string> TableOf(const Snapshot& snapshot) {
  if (llvm::Error error = RejectionOf(snapshot)) return error;
  return pipeline::CompilePolicy(snapshot.policy(), snapshot.target(), {}, pipeline::Form::Dump, {})
      .bytes;
}

}  // namespace ipec::lsp
