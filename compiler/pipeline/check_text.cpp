#include "compiler/pipeline/check_text.h"

#include <fmt/format.h>

#include "compiler/syntax/parse.h"

namespace ipec::pipeline {

Checked CheckText(llvm::StringRef text, const targets::Target& target,
                  const check::Options& options) {
  Checked checked;
  checked.document = syntax::Parse(text, check::LexisOf(target));
  checked.result = check::CheckDocument(checked.document, target, options, checked.findings);
  return checked;
}

Identity IdentityOf(const check::Result& result) {
  Identity identity;
  if (!result.policy.name.empty()) identity.name = result.policy.name;
  if (result.has_header) {
    const policy::Version& version = result.policy.version;
    identity.version = fmt::format("{}.{}.{}", version.major, version.minor, version.revision);
  }
  return identity;
}

}  // namespace ipec::pipeline
