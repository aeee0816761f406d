#include "compiler/suite/outputs.h"

namespace ipec::suite {

const support::SourceBuffer& SuiteResult::SourceOf(const TestCase& test) const {
  return test.kind == TestCase::Kind::Claim ? *input.claims : *input.events;
}

const std::string& SuiteResult::PathOf(const TestCase& test) const {
  return test.kind == TestCase::Kind::Claim ? input.from_root.claims : input.from_root.events;
}

#define IPEC_TEST_OUTPUT(name, make) MakeTestOutput make;
#include "compiler/suite/outputs.def"

std::span<const TestFormat> TestFormats() {
  static constexpr TestFormat kFormats[] = {
#define IPEC_TEST_OUTPUT(name, make) {name, make},
#include "compiler/suite/outputs.def"
  };
  return kFormats;
}

}  // namespace ipec::suite
