#pragma once

// Passes the diagnostics of one file to a renderer.

#include "compiler/diagnostics/render.h"
#include "compiler/pipeline/claims_reading.h"
#include "compiler/pipeline/policy_file.h"

namespace ipec::pipeline {
class RenderedFile;
struct RenderedSource;
}  // namespace ipec::pipeline

namespace ipec::driver {

// `reading` must outlive the result.
diagnostics::FileReport ReportOf(const pipeline::PolicyFileReading& reading,
                                 const targets::Target& target);

diagnostics::FileReport ReportOf(const pipeline::ClaimsReading& reading);

// Of one source of a rendered template, without a path. Both must outlive the result.
diagnostics::FileReport ReportOf(const pipeline::RenderedFile& file,
                                 const pipeline::RenderedSource& source,
                                 const targets::Target& target);

// As text, without a verdict.
void PrintDiagnostics(const pipeline::PolicyFileReading& reading, const targets::Target& target,
                      bool color, llvm::raw_ostream& out);

// As text, for commands that print something else on standard output.
void PrintFindings(const pipeline::PolicyFileReading& reading, const targets::Target& target,
                   bool color, llvm::raw_ostream& out);

}  // namespace ipec::driver
