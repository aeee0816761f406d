// Lines as the steps of a rollout. A step that is accepted is taken by a machine, with policies
// whose names and versions are the steps' own words. Whatever the steps, a failure changes nothing,
// the active policy is one of those that are listed, and no sentence has a control character.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/life/machine.h"
#include "compiler/life/steps.h"
#include "compiler/targets/targets.h"
#include "llvm/ADT/StringRef.h"

namespace {

using namespace ipec;
using life::Answer;
using life::Step;
using life::Verb;

void Require(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "rollout_fuzz: %s\n", what);
  std::abort();
}

// The policy `NAME` in a version that is the length of the step.
life::Offered OfferOf(const Step& step) {
  life::Offered offered;
  offered.policy.name = step.file;
  offered.policy.version.major = static_cast<std::uint16_t>(step.word.size());
  if (llvm::StringRef(step.file).startswith("!")) {
    offered.error = support::Errno::kEBADMSG;
    offered.why = "rejected";
  }
  return offered;
}

// All that a user can see of a machine.
std::string StateOf(const life::Machine& machine) {
  std::string state = machine.enforcing() ? "e" : "p";
  state += machine.success_audit() ? '1' : '0';
  for (const life::PolicyRecord* policy : machine.policies()) {
    state += policy->name + " " + life::Show(policy->version);
    state += policy == machine.active() ? '*' : ' ';
  }
  return state;
}

void TakeAll(const std::vector<Step>& steps, const targets::Target& target) {
  life::Machine machine(target);
  for (const Step& step : steps) {
    if (step.verb == Verb::Boot && &step != &steps.front()) continue;
    const std::string before = StateOf(machine);
    const Answer answer = machine.Take(step, OfferOf(step));
    Require(!answer.words.empty(), "an answer without words");
    for (const char byte : answer.words) Require(byte >= ' ' || byte < 0, "a control character");
    if (answer.error && step.verb != Verb::Boot) {
      Require(before == StateOf(machine), "a failure changes the machine");
    }
    bool is_listed = machine.active() == nullptr;
    for (const life::PolicyRecord* policy : machine.policies()) {
      is_listed = is_listed || policy == machine.active();
    }
    Require(is_listed, "the active policy is not loaded");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::vector<Step> steps;
  llvm::StringRef rest(reinterpret_cast<const char*>(data), size);
  while (!rest.empty()) {
    auto [line, after] = rest.split('\n');
    rest = after;
    llvm::Expected<Step> step = life::ParseStep(line);
    if (step) {
      Require(step->word == line, "a step without its word");
      steps.push_back(std::move(*step));
    } else {
      Require(!llvm::toString(step.takeError()).empty(), "an error without words");
    }
  }
  for (const targets::Target& target : targets::AllTargets()) TakeAll(steps, target);
  return 0;
}
