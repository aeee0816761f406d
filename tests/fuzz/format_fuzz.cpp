// For any bytes and any style, the proof inside Format accepts the layout, and the layout is a
// fixed point. That proof covers statements and comments. The layout also has the same meaning for
// every kernel with the same lexis: the same verdict and, if the policy is accepted, the same name,
// version and decisions, with the same records if no properties are sorted.

#include <cstddef>
#include <cstdint>

#include "compiler/format/format.h"
#include "compiler/support/assert.h"
#include "compiler/syntax/parse.h"
#include "tests/unit/check_text.h"
#include "tests/unit/compare_policies.h"

namespace {

using namespace ipec;

void CheckMeaning(llvm::StringRef before, llvm::StringRef after, const format::Style& style,
                  const targets::Target& target) {
  const check::Result old_one = tests::CheckText(before, target).result;
  const check::Result new_one = tests::CheckText(after, target).result;
  // Of several errors another comes first when statements or properties move.
  const bool in_order = !style.group && !style.sort_properties;
  IPEC_CHECK(in_order ? old_one.error == new_one.error
                      : old_one.error.has_value() == new_one.error.has_value(),
             "another verdict");
  if (old_one.error) return;
  IPEC_CHECK(old_one.policy.name == new_one.policy.name &&
                 old_one.policy.version == new_one.policy.version,
             "another name or version");
  const auto keeps = style.sort_properties ? analysis::Keeps::Decision : analysis::Keeps::Audit;
  IPEC_CHECK(tests::IsSame(keeps, old_one.policy, new_one.policy), "other decisions or records");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::uint8_t choice = *data;
  const llvm::StringRef text(reinterpret_cast<const char*>(data + 1), size - 1);
  format::Style style;
  style.align = (choice & 1) != 0;
  style.sort_properties = (choice & 2) != 0;
  style.group = (choice & 4) != 0;
  if ((choice & 8) != 0) style.lines = {1U + (choice >> 6), 2U + (choice >> 5)};
  const auto lexis = (choice & 16) != 0 ? syntax::Lexis::Quoted : syntax::Lexis::Plain;
  const auto document = syntax::Parse(text, lexis);
  const format::Result result = format::Format(document, style);
  IPEC_CHECK(!result.failure, "a layout was rejected");
  if ((choice & 8) == 0) {
    const auto again = syntax::Parse(result.text, lexis);
    IPEC_CHECK(format::Format(again, style).text == result.text, "no fixed point");
  }
  for (const targets::Target& target : targets::AllTargets()) {
    // An alias is ordered among the rules of all its operations: grouping must compare.
    const bool may_differ = style.group && !target.aliases().empty();
    if (check::LexisOf(target) == lexis && !may_differ) {
      CheckMeaning(text, result.text, style, target);
    }
  }
  return 0;
}
