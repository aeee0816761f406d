// Checks that need the whole file: whether there is a header, whether every operation is decided,
// and whether securityfs accepts the name.

#include <algorithm>

#include <fmt/format.h>

#include "compiler/check/explain.h"
#include "compiler/check/show.h"
#include "compiler/check/words.h"
#include "compiler/diagnostics/definitions.h"
#include "compiler/support/characters.h"
#include "compiler/support/errno.h"
#include "compiler/support/numbers.h"
#include "compiler/support/wording.h"
#include "compiler/targets/features.h"

namespace ipec::check {
namespace {

using diagnostics::Diagnostic;
using runtime::Operation;
using support::Errno;
using support::Span;

// A NUL byte may be the reason that something is missing.
void AddHidden(const Checker& checker, Diagnostic& diagnostic) {
  const Span hidden = checker.document.hidden;
  if (hidden.size() < 2) return;
  diagnostic.AddNote(fmt::format("the policy ends at this NUL byte; the kernel ignores {} after it",
                                 support::NumberOf(hidden.size() - 1, "byte")),
                     {hidden.begin, hidden.begin + 1});
}

Span FirstStatement(const Checker& checker) {
  for (const syntax::Line& line : checker.document.lines) {
    if (line.clauses.empty() || ForeignComment(checker.Text(line.statement)) != 0) continue;
    return WholeLine(checker, line).statement;
  }
  return {};
}

// Whether a byte order mark has to be removed first: in the dialect with quotes, the rest of its
// line is not read.
bool IsMarkFirst(const Checker& checker) {
  return checker.document.lexis == syntax::Lexis::Quoted &&
         checker.document.text.startswith(kByteOrderMark);
}

void CheckHeader(Checker& checker) {
  if (checker.header) return;
  checker.Reject(Stage::Whole, Errno::kEBADMSG);
  if (checker.is_template) return;
  const bool is_empty = FirstStatement(checker).empty();
  Diagnostic& diagnostic = is_empty
                               ? checker.sink.Emit({}, diag::EmptyPolicy)
                               : checker.sink.Emit(FirstStatement(checker), diag::MissingHeader);
  AddHidden(checker, diagnostic);
  const std::string header = "policy_name=policy policy_version=0.0.1\n";
  if (is_empty) {
    const std::uint32_t at = LineBegin(checker, 0);
    diagnostic.AddGuess("insert a policy that denies everything",
                        {{{at, at}, header + "DEFAULT action=DENY\n"}});
  } else if (!IsMarkFirst(checker)) {
    const std::uint32_t at = LineBegin(checker, 0);
    diagnostic.AddFix("insert a header", {{{at, at}, header}});
  }
  // A policy without any statement is one problem, not two.
  if (is_empty) checker.broken.any = true;
}

void CheckDefaults(Checker& checker) {
  const policy::Policy& policy = checker.result.policy;
  if (policy.global_default) return;
  const bool meant_global = checker.meant_global;
  const policy::OperationSet open = policy.OperationsWithoutDefault();
  if (open.empty()) return;
  std::vector<std::string_view> missing;
  for (const Operation operation : open - checker.broken.operations - checker.meant_operations) {
    missing.push_back(runtime::Name(operation));
  }
  checker.Reject(Stage::Whole, Errno::kEBADMSG);
  if (checker.broken.any || meant_global || checker.is_template) return;
  if (missing.size() <= checker.broken.unknown) return;

  const std::size_t known = policy.semantics.operations.size();
  const std::string what = missing.size() == known ? std::string("any operation")
                           : missing.size() == 1   ? fmt::format("`{}`", missing[0])
                                                   : fmt::format("{} operations", missing.size());
  const Span where = checker.header.value_or(Span{});
  const std::uint32_t at =
      checker.header ? checker.LinesOf(where.begin).end : LineBegin(checker, 0);
  const llvm::StringRef text = checker.document.text;
  const bool new_line = checker.header && at > 0 && text[at - 1] != '\n' &&
                        (text[at - 1] != '\r' || checker.document.lexis == syntax::Lexis::Quoted);
  Diagnostic& diagnostic = checker.sink.Emit(where, diag::MissingDefault, what);
  if (missing.size() > 1) {
    diagnostic.AddNote("missing: " + support::ListedInQuotes(missing));
  }
  AddHidden(checker, diagnostic);
  if (!checker.header && IsMarkFirst(checker)) return;
  diagnostic.AddGuess("insert a global DEFAULT that denies",
                      {{{at, at}, new_line ? "\nDEFAULT action=DENY\n" : "DEFAULT action=DENY\n"}});
}

}  // namespace

void CheckWhole(Checker& checker) {
  CheckHeader(checker);
  CheckDefaults(checker);
}

void CheckNameOfHeader(Checker& checker) {
  const std::string& name = checker.result.policy.name;
  if (name.empty() || !checker.target.Has(targets::Feature::Securityfs)) return;
  // The name is the rest of the header's first word.
  const Span header = *checker.header;
  const std::uint32_t equals = support::ToU32(checker.Text(header).find('='));
  const std::uint32_t begin = header.begin + equals + 1;
  CheckName(checker, {begin, begin + support::ToU32(name.size())});
}

void CheckName(Checker& checker, Span where) {
  const std::optional<Errno> error = DirectoryNameError(checker.Text(where));
  if (error) checker.Reject(Stage::Load, *error);
  const std::size_t size = where.size();
  where = support::WholeCharacters(checker.document.text, where);
  const std::string name = checker.Text(where).str();
  if (error == Errno::kEACCES) {
    Diagnostic& diagnostic = checker.sink.Emit(where, diag::NameNotADirectory, Show(name));
    diagnostic.AddNote("a loaded policy is a directory in /sys/kernel/security/ipe/policies");
    std::string better = name;
    std::replace(better.begin(), better.end(), '/', '_');
    if (!DirectoryNameError(better)) {
      diagnostic.AddFix(fmt::format("replace with `{}`", Show(better)), {{where, better}});
    }
  } else if (error) {
    checker.sink.Emit(where, diag::NameTooLong, size);
  } else if (std::find(checker.options.loaded.begin(), checker.options.loaded.end(), name) !=
             checker.options.loaded.end()) {
    checker.Reject(Stage::Load, Errno::kEEXIST);
    checker.sink.Emit(where, diag::NameLoaded, Show(name))
        .AddNote(
            "to replace a loaded policy, write one with a higher version to its file `update`");
  }
}

bool IsAboutMissingStatement(const Diagnostic& finding) {
  const diagnostics::Descriptor* const kind = finding.descriptor;
  return kind == &diag::MissingHeader.descriptor || kind == &diag::EmptyPolicy.descriptor ||
         kind == &diag::MissingDefault.descriptor;
}

}  // namespace ipec::check
