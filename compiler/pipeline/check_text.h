#pragma once

// From text to a verdict in one call, without I/O: the first step of `check`, `lint`, the language
// server and all other clients of the compiler.

#include <optional>
#include <string>

#include "compiler/check/check.h"
#include "compiler/diagnostics/diagnostic.h"
#include "compiler/syntax/document.h"
#include "compiler/targets/targets.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::pipeline {

struct Checked {
  syntax::Document document;  // views the text, which must outlive it
  check::Result result;
  diagnostics::Sink findings;  // in file order
};

// The name and version of a policy in reports; nothing if its header lacks them.
struct Identity {
  std::optional<std::string> name;
  std::optional<std::string> version;  // `1.2.3`
};
Identity IdentityOf(const check::Result& result);

Checked CheckText(llvm::StringRef text, const targets::Target& target,
                  const check::Options& options = {});

}  // namespace ipec::pipeline
