#include "compiler/driver/test_outputs.h"

#include <string_view>
#include <utility>

#include "compiler/pipeline/policy_files.h"
#include "compiler/support/streams.h"
#include "compiler/support/wording.h"

namespace ipec::driver {

using command::ExitStatus;
using support::ErrorOf;
using support::Quoted;

std::vector<std::string_view> TestOutputs::Names() {
  std::vector<std::string_view> names;
  for (const suite::TestFormat& format : suite::TestFormats()) names.push_back(format.name);
  return names;
}

TestOutputs::TestOutputs(command::Environment& env, std::span<const std::string> operands)
    : env_(env), outputs_(env, Names()), paths_(env.files, operands), coverage_(env.files) {}

llvm::Error TestOutputs::Add(std::span<const std::string> outputs,
                             std::span<const std::string> coverage) {
  if (llvm::Error error = outputs_.AddAll(outputs)) return error;
  written_ = outputs_.Files();
  for (const std::string& word : coverage) {
    if (word.empty()) continue;
    llvm::Expected<std::string> path = coverage_.Add(word);
    if (!path) return path.takeError();
    for (const std::string& other : written_) {
      if (!env_.files.SameFile(other, *path)) continue;
      return ErrorOf("two outputs cannot share " + Quoted(*path));
    }
    written_.push_back(std::move(*path));
  }
  return llvm::Error::success();
}

llvm::Error TestOutputs::CheckReading(const std::string& path) const {
  for (const std::string& written : written_) {
    if (!env_.files.SameFile(written, path)) continue;
    return ErrorOf(Quoted(written) + " is read by the tests and would be overwritten");
  }
  return llvm::Error::success();
}

void TestOutputs::Begin(const suite::RunOptions& run, bool color) {
  for (const auto& output : outputs_.list()) {
    const suite::OutputOptions options{run, color && !output->is_file()};
    printers_.push_back(suite::TestFormats()[output->format].make(*output->out, options));
  }
}

void TestOutputs::Policy(const suite::SuiteResult& result) {
  for (const auto& printer : printers_) printer->Policy(result);
  coverage_.Policy(result);
}

void TestOutputs::NotTested(const std::string& path, const std::string& reason,
                            support::Position at) {
  const suite::UntestedPolicy policy{pipeline::Shown(path), paths_.FromRoot(path), at, reason};
  for (const auto& printer : printers_) printer->NotTested(policy);
}

ExitStatus TestOutputs::Finish(const suite::TestTotals& totals) {
  for (const auto& printer : printers_) printer->Finish(totals);
  ExitStatus status = outputs_.Write();
  env_.out.flush();  // a file of coverage may be standard output, too
  coverage_.Write([&](llvm::Error error) {
    status = command::Worse(status, command::Report(env_, std::move(error)));
  });
  return status;
}

}  // namespace ipec::driver
