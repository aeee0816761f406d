// Loads a compiled policy from a file and says what a kernel would decide about three events.
//
//   decide policy.ipet

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "ipec/runtime/audit.h"
#include "ipec/runtime/evaluate.h"
#include "ipec/runtime/policy.h"

namespace {

using namespace ipec::runtime;

constexpr std::array<std::uint8_t, 32> kKnown = {
    0xA1, 0xB2, 0xC3, 0xD4, 0xE5, 0xF6, 0x07, 0x18, 0x29, 0x3A, 0x4B, 0x5C, 0x6D, 0x7E, 0x8F, 0x90,
    0xA1, 0xB2, 0xC3, 0xD4, 0xE5, 0xF6, 0x07, 0x18, 0x29, 0x3A, 0x4B, 0x5C, 0x6D, 0x7E, 0x8F, 0x90};

void Show(const Policy& policy, const Event& event) {
  const Decision decision = Evaluate(policy, event);
  std::array<char, 1024> record{};
  AccessRecord(policy, event, decision, /*success_audit=*/true, record);
  std::printf("%s, line %u: %s\n", std::string(Name(decision.action)).c_str(),
              static_cast<unsigned>(decision.line), record.data());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: decide policy.ipet\n");
    return 2;
  }
  std::ifstream file(argv[1], std::ios::binary);
  // The bytes must stay for as long as the policy is used.
  const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
  Policy policy;
  const LoadStatus status = Load(std::as_bytes(std::span(bytes)), policy);
  if (status != LoadStatus::Ok) {
    std::fprintf(stderr, "%s: %s\n", argv[1], std::string(Describe(status)).c_str());
    return 3;
  }

  Event event;
  event.operation = Operation::Execute;
  event.hook = Hook::BprmCheck;
  event.pid = 36;
  event.comm = "sh";
  event.file = File{"/usr/bin/tool", "vda", 97};
  Show(policy, event);

  event.fsverity = Fsverity{Digest{"sha256", kKnown}, /*is_signed=*/false};
  Show(policy, event);

  event.operation = Operation::Policy;
  event.hook = Hook::KernelRead;
  Show(policy, event);
  return 0;
}
