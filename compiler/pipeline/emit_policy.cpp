#include "compiler/pipeline/emit_policy.h"

#include "compiler/analysis/compare.h"
#include "compiler/pipeline/check_text.h"
#include "compiler/support/assert.h"

namespace ipec::pipeline {

optimize::EmittedText EmitPolicy(const policy::Policy& policy, const targets::Target& target,
                                 optimize::Writing writing) {
  optimize::EmittedText emitted = optimize::EmitText(policy, target, writing);
  const Checked checked = CheckText(emitted.text(), target);
  IPEC_CHECK(!checked.result.error, "the emitted text is refused");
  const policy::Policy& read = checked.result.policy;
  IPEC_CHECK(read.name == policy.name && read.version == policy.version &&
                 analysis::Same(analysis::Keeps::Audit, policy, read),
             "the emitted text means something else");
  return emitted;
}

}  // namespace ipec::pipeline
