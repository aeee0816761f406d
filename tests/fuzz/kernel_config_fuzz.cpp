// Any bytes as a kernel configuration: either a mistake in one line that cannot move the cursor, or
// a profile whose parts agree with each other.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "compiler/pipeline/kernel_file.h"
#include "compiler/support/assert.h"
#include "compiler/support/printable.h"

namespace {

using namespace ipec;
using targets::KernelProfile;
using targets::Setting;

void CheckProfile(const KernelProfile& profile) {
  IPEC_CHECK((profile.missing & profile.unknown).empty(), "a property that is missing and unknown");
  IPEC_CHECK(profile.is_fragment || profile.unknown.empty(), "unknown in a whole configuration");
  IPEC_CHECK(profile.is_fragment == profile.release.empty(), "a fragment with a release");
  IPEC_CHECK(!profile.missing.Contains(runtime::Property::BootVerified), "no option is for it");
  if (profile.target != nullptr) {
    IPEC_CHECK(profile.target->missing == profile.missing, "a target with other properties");
  }
  for (const targets::ProfileFinding& finding : profile.findings) {
    IPEC_CHECK(support::Printable(finding.message) == finding.message, "moves the cursor");
  }
  const bool is_sorted =
      std::is_sorted(profile.findings.begin(), profile.findings.end(),
                     [](const auto& a, const auto& b) { return a.severity < b.severity; });
  IPEC_CHECK(is_sorted, "an error is not first");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  // The first line is the kernel command line.
  const std::size_t end = std::min(bytes.find('\n'), bytes.size());
  llvm::Expected<pipeline::Kernel> kernel = pipeline::ParseKernel(
      "config", bytes.substr(std::min(end + 1, bytes.size())), bytes.substr(0, end));
  if (!kernel) {
    const std::string words = llvm::toString(kernel.takeError());
    IPEC_CHECK(support::Printable(words) == words && words.size() < 1000, "a bad message");
    return 0;
  }
  CheckProfile(kernel->profile);
  if (llvm::Error error = CheckKernel(*kernel, false)) {
    llvm::consumeError(std::move(error));
    IPEC_CHECK(kernel->profile.ipe == Setting::Off || kernel->profile.target == nullptr,
               "a kernel is rejected without a reason");
  } else {
    const auto targets = pipeline::TargetsOn({&*kernel, 1}, {});
    IPEC_CHECK(targets.size() == 1 && targets[0] == kernel->profile.target, "another target");
  }
  return 0;
}
