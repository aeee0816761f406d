// `ipec lint --fix` and `ipec fmt` do not overwrite a file that another program has changed
// meanwhile.

#include <catch2/catch.hpp>
#include <string>

#include "compiler/driver/commands.h"
#include "compiler/support/streams.h"
#include "lint/lint_command.h"

namespace ipec::command {
namespace {

constexpr const char* kPath = "/p.pol";
constexpr std::string_view kPolicy =
    "policy_name=demo  policy_version=1.0.0\nDEFAULT action=DENY\n"
    "op=EXECUTE boot_verified=TRUE action=ALLOW\nop=EXECUTE boot_verified=TRUE action=ALLOW\n";

// Another program writes to the file directly after it was read for the first time.
class Busy final : public support::FileSystem {
 public:
  explicit Busy(bool changes) : changes_(changes) { files.files[kPath] = kPolicy; }

  llvm::Expected<std::string> Read(const std::string& path) override {
    llvm::Expected<std::string> text = files.Read(path);
    if (path == kPath && std::exchange(changes_, false)) files.files[kPath] += "# mine\n";
    return text;
  }
  llvm::Error WriteAll(std::span<const support::FileToWrite> written) override {
    return files.WriteAll(written);
  }
  support::PathKind KindOf(const std::string& path) override { return files.KindOf(path); }
  llvm::Expected<std::vector<support::DirectoryEntry>> List(const std::string& path) override {
    return files.List(path);
  }
  std::string Absolute(const std::string& path) override { return files.Absolute(path); }
  bool SameFile(const std::string& a, const std::string& b) override {
    return files.SameFile(a, b);
  }
  llvm::Expected<std::unique_ptr<support::ByteSource>> Open(const std::string& path) override {
    return files.Open(path);
  }

  support::MemoryFileSystem files;

 private:
  bool changes_;
};

struct Call {
  ExitStatus status;
  std::string text;  // of the file afterwards
  std::string err;
};

Call RunOn(bool changes, const char* name, const Command& command, std::vector<std::string> words) {
  Busy files(changes);
  support::StringOutput out;
  support::StringOutput err;
  support::StringSource in("");
  support::RealProgramRunner programs;
  Environment env{files, programs, out, err, in};
  words.emplace_back(kPath);
  const ExitStatus status = Run(Entry{name, "", &command}, words, env);
  return {status, files.files.files[kPath], err.str()};
}

TEST_CASE("a file that changed meanwhile is not overwritten") {
  const std::string changed = std::string(kPolicy) + "# mine\n";
  const Call fmt = RunOn(true, "fmt", driver::kFmtCommand, {});
  const Call lint = RunOn(true, "lint", lint::kLintCommand, {"--fix"});
  for (const Call& call : {fmt, lint}) {
    CHECK(call.status == ExitStatus::Failure);
    CHECK(call.text == changed);
    CHECK(call.err == "ipec: `/p.pol` was changed by another program; it was not overwritten\n");
  }
}

TEST_CASE("an unchanged file is overwritten") {
  CHECK(RunOn(false, "fmt", driver::kFmtCommand, {}).text.starts_with("policy_name=demo policy_"));
  const Call lint = RunOn(false, "lint", lint::kLintCommand, {"--fix"});
  CHECK(lint.text == kPolicy.substr(0, kPolicy.rfind("op=")));
}

TEST_CASE("--diff and --check write nothing") {
  for (const char* option : {"--diff", "--check"}) {
    CHECK(RunOn(false, "fmt", driver::kFmtCommand, {option}).text == kPolicy);
  }
  CHECK(RunOn(false, "lint", lint::kLintCommand, {"--diff"}).text == kPolicy);
  CHECK(RunOn(false, "lint", lint::kLintCommand, {"--diff", "--fix"}).text == kPolicy);
}

}  // namespace
}  // namespace ipec::command
