#include "compiler/pipeline/compile_policy.h"

#include <algorithm>
#include <memory>
#include <span>

#include "compiler/pipeline/emit_policy.h"
#include "compiler/support/assert.h"
#include "compiler/table/build.h"
#include "compiler/table/emit.h"
#include "compiler/table/emit_smt2.h"
#include "ipec/runtime/policy.h"

namespace ipec::pipeline {

namespace {

bool IsShortest(const optimize::Options& options) {
  const auto passes = optimize::AllPasses();
  return std::any_of(passes.begin(), passes.end(), [&](const optimize::Pass& pass) {
    return pass.run == nullptr && optimize::Runs(pass, options);
  });
}

// Writes the text as the text passes require; the other passes have already run.
optimize::EmittedText WriteText(const policy::Policy& policy, const targets::Target& target,
                                const optimize::Options& options) {
  optimize::Writing writing = optimize::Writing::Plain;
  for (const optimize::Pass& pass : optimize::AllPasses()) {
    if (pass.run != nullptr || !optimize::Runs(pass, options)) continue;
    writing = optimize::Writing::Shortest;
    if (options.after) options.after(pass, policy);
  }
  return EmitPolicy(policy, target, writing);
}

}  // namespace

Compiled CompilePolicy(policy::Policy policy, const targets::Target& target,
                       const optimize::Options& options, Form form, const Naming& naming) {
  if (form == Form::Text) {
    optimize::Options for_text = options;
    const optimize::AliasLines lines(policy, target);
    if (IsShortest(options)) for_text.lines = &lines;
    const auto optimized = optimize::Optimize(std::move(policy), for_text);
    const optimize::EmittedText text = WriteText(optimized->policy, target, options);
    return {text.text(), optimize::EmitMap(text, naming.source)};
  }
  const std::unique_ptr<optimize::AnalyzedPolicy> optimized =
      optimize::Optimize(std::move(policy), options);
  if (form == Form::Json) return {table::EmitJson(optimized->policy, target), {}};
  if (form == Form::Smt2) return {table::EmitSmt2(optimized->policy, target), {}};
  std::string bytes = table::Build(optimized->coverage, target);
  // Verify what is written: the runtime's own reader checks every byte.
  runtime::Policy loaded;
  IPEC_CHECK(runtime::Load(std::as_bytes(std::span(bytes.data(), bytes.size())), loaded) ==
                 runtime::LoadStatus::Ok,
             "our own table does not load");
  if (form == Form::C) return {table::EmitC(loaded, naming.symbol), {}};
  if (form == Form::Dump) return {table::Dump(loaded), {}};
  return {std::move(bytes), {}};
}

}  // namespace ipec::pipeline
