#include "compiler/pipeline/emit_policy.h"

#include "compiler/pipeline/reading.h"
#include "compiler/support/assert.h"

namespace ipec::pipeline {

optimize::EmittedText EmitPolicy(const policy::Policy& policy, const targets::Target& target,
                                 optimize::Writing writing) {
  optimize::EmittedText emitted = optimize::EmitText(policy, target, writing);
  const Reading reading(support::SourceBuffer("emitted", emitted.text()), target);
  const MeaningChange change = CompareMeaning(policy, reading.first());
  IPEC_CHECK(change == MeaningChange::None, "the emitted text has another meaning");
  return emitted;
}

}  // namespace ipec::pipeline
