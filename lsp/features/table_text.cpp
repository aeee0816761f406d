#include "lsp/features/table_text.h"

#include "compiler/pipeline/compile_policy.h"
#include "lsp/features/place.h"

namespace ipec::lsp {

TableText TableOf(const Snapshot& snapshot) {
  if (!snapshot.accepted()) return {{}, WhyRejected(snapshot)};
  return {
      pipeline::CompilePolicy(snapshot.policy(), snapshot.target(), {}, pipeline::Form::Dump, {})
          .bytes,
      {}};
}

}  // namespace ipec::lsp
