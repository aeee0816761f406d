#include "compiler/driver/test_files.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "compiler/event/event_reader.h"
#include "compiler/pipeline/policy_files.h"
#include "compiler/support/json_tree.h"
#include "compiler/support/wording.h"
#include "ipec/runtime/vocabulary.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace ipec::driver {
namespace {

using command::ExitStatus;
using support::PathKind;
using support::Quoted;

constexpr std::string_view kClaims = ".claims";
constexpr std::string_view kEvents = ".jsonl";
// Of policies. Directories are not searched for signed ones, but for their claims.
constexpr std::string_view kPolicies[] = {".pol", ".ipe", ".policy", ".p7b"};

std::string StemOf(std::string_view path) {
  return std::string(path.substr(0, path.rfind('.')));
}

class Finder {
 public:
  Finder(command::FileTargets& targets, command::Environment& env) : targets_(targets), env_(env) {}

  FoundSuites Run(std::span<const std::string> operands) {
    for (const std::string& operand : operands) Operand(operand);
    return std::move(found_);
  }

 private:
  bool Exists(const std::string& path) const {
    // A link to nothing, or a directory, is an error when it is read.
    return env_.files.KindOf(path) != PathKind::Nothing;
  }

  void Fail(ExitStatus status, const std::string& path, std::string words) {
    const bool is_known =
        std::any_of(found_.problems.begin(), found_.problems.end(),
                    [&](const FoundSuites::Problem& problem) { return problem.words == words; });
    if (!is_known) found_.problems.push_back({status, path, std::move(words)});
  }

  void Operand(const std::string& operand) {
    if (operand == "-") {
      return Fail(ExitStatus::Usage, operand,
                  "standard input cannot be tested: its claims and events are not beside it");
    }
    if (HasTests(operand)) {
      if (!Read(operand) || IsExcluded(operand, false)) return;
      return AddTests(operand, /*in_directory=*/false);
    }
    const auto report = [&](llvm::Error error) {
      Fail(ExitStatus::Failure, operand, llvm::toString(std::move(error)));
    };
    const pipeline::PolicyFiles files = pipeline::PoliciesAndTestsOf(env_.files, operand, report);
    // Policies first: the order of a report is theirs.
    for (const bool tests : {false, true}) {
      for (const std::string& path : files.paths) {
        if (HasTests(path) != tests) continue;
        if (!files.is_directory && !Read(path)) continue;
        if (IsExcluded(path, files.is_directory)) continue;
        if (tests) {
          AddTests(path, /*in_directory=*/true);
        } else {
          AddPolicy(path, files.is_directory);
        }
      }
    }
  }

  // Whether a named file can be read; a problem if not.
  bool Read(const std::string& path) {
    if (env_.files.KindOf(path) == PathKind::File) return true;
    llvm::Expected<std::string> text = env_.files.Read(path);
    if (text) return true;
    Fail(ExitStatus::Failure, path, llvm::toString(text.takeError()));
    return false;
  }

  bool IsExcluded(const std::string& path, bool in_directory) {
    llvm::Expected<const pipeline::Config*> by = targets_.ExcludedBy(path);
    if (!by) {
      Fail(ExitStatus::Usage, path, llvm::toString(by.takeError()));
      return true;
    }
    if (*by != nullptr && !in_directory) {
      command::Report(env_, ExitStatus::Ok,
                      Quoted(path) + " is excluded by " + Quoted((*by)->path));
    }
    return *by != nullptr;
  }

  // The entry of a policy.
  SuiteFiles& SuiteOf(const std::string& policy, bool in_directory) {
    const auto [place, is_new] =
        by_policy_.try_emplace(env_.files.Absolute(policy), found_.suites.size());
    if (is_new) found_.suites.push_back({policy, {}, {}, true});
    SuiteFiles& suite = found_.suites[place->second];
    suite.in_directory &= in_directory;
    return suite;
  }

  void AddPolicy(const std::string& path, bool in_directory) {
    const std::string claims = StemOf(path) + std::string(kClaims);
    const std::string events = StemOf(path) + std::string(kEvents);
    const auto is_test = [&](const std::string& file) {
      return Exists(file) && !IsExcluded(file, /*in_directory=*/true);
    };
    const bool has_claims = is_test(claims);
    const bool has_events = is_test(events);
    if (!has_claims && !has_events) {
      if (in_directory) return found_.without_tests.push_back(path);
      return Fail(ExitStatus::Usage, path,
                  fmt::format("{} has no tests: there is neither {} nor {}", Quoted(path),
                              Quoted(claims), Quoted(events)));
    }
    SuiteFiles& suite = SuiteOf(path, in_directory);
    if (has_claims) suite.claims = claims;
    if (has_events) suite.events = events;
  }

  static bool HasTests(const std::string& path) {
    return path.ends_with(kClaims) || path.ends_with(kEvents);
  }

  // A file of claims or events, for each policy beside it. Without one, its tests would never be
  // run.
  void AddTests(const std::string& path, bool in_directory) {
    const std::string stem = StemOf(path);
    bool has_policy = false;
    for (const std::string_view ending : kPolicies) {
      const std::string policy = stem + std::string(ending);
      if (!Exists(policy)) continue;
      has_policy = true;
      SuiteFiles& suite = SuiteOf(policy, in_directory);
      (path.ends_with(kClaims) ? suite.claims : suite.events) = path;
    }
    if (has_policy) return;
    // Files of events are not only for tests, and other programs have files of that name.
    if (in_directory && path.ends_with(kEvents) && !Expects(path)) return;
    Fail(ExitStatus::Failure, path,
         fmt::format("{}: there is no policy {} beside it", Quoted(path), Quoted(stem + ".pol")));
  }

  // Whether a line is meant as a test: a JSON object with `expect` and the name of an operation.
  bool Expects(const std::string& path) const {
    llvm::Expected<std::string> text = env_.files.Read(path);
    if (!text) {
      llvm::consumeError(text.takeError());
      return true;  // the error is reported when it is read as tests
    }
    llvm::StringRef rest = *text;
    while (!rest.empty()) {
      const auto [line, more] = rest.split('\n');
      rest = more;
      if (line.contains("\"expect\"") && line.contains("\"op\"") && IsTest(line)) return true;
    }
    return false;
  }

  static bool IsTest(llvm::StringRef line) {
    if (line.size() > event::kLongestLine) return false;
    auto tree = support::JsonTree::Parse(line.str(), support::JsonText::Lenient);
    if (!tree) {
      llvm::consumeError(tree.takeError());
      return false;
    }
    const support::JsonValue root = (*tree)->root();
    const std::optional<std::string_view> operation = root["op"].String();
    return root["expect"].exists() && operation && runtime::FindOperation(*operation);
  }

  command::FileTargets& targets_;
  command::Environment& env_;
  std::map<std::string, std::size_t> by_policy_;  // by its absolute path
  FoundSuites found_;
};

}  // namespace

std::vector<std::string> SuiteFiles::Near() const {
  const std::string stem = StemOf(policy);
  return {policy, stem + std::string(kClaims), stem + std::string(kEvents)};
}

FoundSuites FindSuites(std::span<const std::string> operands, command::FileTargets& targets,
                       command::Environment& env) {
  return Finder(targets, env).Run(operands);
}

}  // namespace ipec::driver
