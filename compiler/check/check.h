#pragma once

// Checking: from policy text to its meaning for one target.
//
//   in   syntax::Document   any text, however broken, cut by the target's lexis
//        targets::Target    the kernel dialect to answer for
//   out  Result             every well-formed statement, in file order, and the kernel's verdict
//        sink               all problems of the file, not only the first, without cascades
//
// Never fails and never stops early. An Error reported here means exactly that this kernel rejects
// the policy; everything milder belongs in lint/. The errno is the one that writing the signed
// policy to `new_policy` gives: the kernel's own first error, in the kernel's own order.

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/policy/policy.h"
#include "compiler/syntax/document.h"
#include "compiler/targets/targets.h"

namespace ipec::support {
enum class Errno : std::uint8_t;
}

namespace ipec::check {

struct Options {
  // The names of loaded policies: a second policy of the same name is EEXIST.
  std::span<const std::string> loaded;
  // The operations for which `op=*` stands, in a file of claims. Empty: `*` is not an operation.
  std::span<const runtime::Operation> every;
};

struct Result {
  policy::Policy policy;
  std::optional<support::Errno> error;  // nothing: accepted
  bool has_header = false;              // name and version of `policy` were read
};

// The lexis in which `target` reads text.
syntax::Lexis LexisOf(const targets::Target& target);

Result CheckDocument(const syntax::Document& document, const targets::Target& target,
                     const Options& options, diagnostics::Sink& sink);

// Whether the finding is about a statement that the text lacks; another text of which it is a part
// may have it.
bool IsAboutMissingStatement(const diagnostics::Diagnostic& finding);

// Whether the finding is about an operation that its target does not know; another may know it.
bool IsUnknownOperation(const diagnostics::Diagnostic& finding);

}  // namespace ipec::check
