// `ipec explain`: the documentation of a finding or an errno, offline.

#include "compiler/diagnostics/explain.h"

#include <fmt/format.h>

#include "compiler/driver/commands.h"
#include "compiler/matrix/findings.h"
#include "compiler/support/suggest.h"
#include "compiler/support/wording.h"
#include "compiler/targets/kernel_profile.h"
#include "lint/explained.h"

namespace ipec::driver {
namespace {

using namespace command;

enum class ExplainFormat : std::uint8_t { Markdown };

struct ExplainOptions : CommonOptions {
  bool list = false;
  bool all = false;
  ExplainFormat format = ExplainFormat::Markdown;
};

constexpr Choice<ExplainFormat> kFormats[] = {{"markdown", ExplainFormat::Markdown}};

constexpr auto kOptions = Table<ExplainOptions>(
    Flag<&ExplainOptions::list>("--list", "list all codes and their names"),
    Flag<&ExplainOptions::all>("--all", "explain everything, as one Markdown document"),
    OneOf<&ExplainOptions::format, kFormats>("--format", "FORMAT", "markdown, the only format"));

ExitStatus Unknown(const std::string& what, Environment& env) {
  std::string words = "unknown code, name or errno " + support::Quoted(what);
  const std::string_view nearest = diagnostics::SuggestExplanation(what, lint::Explained());
  if (nearest.empty()) {
    words += "; for example IPE0201, unknown-operation or EBADMSG";
  } else {
    words += "; " + support::DidYouMean(nearest);
  }
  return Report(env, ExitStatus::Usage, words);
}

llvm::raw_ostream& PrintRow(const diagnostics::Descriptor& row, Environment& env) {
  return env.out << row.code << "  " << row.name;
}

// A finding without a code.
struct NamedFinding {
  diagnostics::Severity severity;
  std::string_view name;
  std::string_view explanation;
  std::string_view command;  // that reports it
  std::string_view about;
};

std::vector<NamedFinding> NamedFindings() {
  std::vector<NamedFinding> all;
  const auto add = [&](const auto& rows, std::string_view command, std::string_view about) {
    all.reserve(all.size() + rows.size());
    for (const auto& row : rows) {
      all.push_back({row.severity, row.name, row.explanation, command, about});
    }
  };
  add(targets::ProfileFindingKinds(), "show", "kernel");
  add(matrix::FindingKinds(), "matrix", "machine");
  return all;
}

void PrintNamedFinding(const NamedFinding& row, Environment& env) {
  env.out << fmt::format("# {}\n\n{}\n\nLevel {}, reported by `ipec {}` about a {}.\n", row.name,
                         row.explanation, diagnostics::Name(row.severity), row.command, row.about);
}

ExitStatus RunExplain(const ExplainOptions& options, Environment& env) {
  if (options.list) {
    for (const diagnostics::Descriptor* row : diagnostics::AllDescriptors())
      PrintRow(*row, env) << '\n';
    for (const diagnostics::Explained& row : lint::Explained()) {
      PrintRow(*row.descriptor, env);
      env.out << "  " << row.group << ", " << diagnostics::Name(row.descriptor->severity)
              << (row.on ? "" : ", on request") << '\n';
    }
    for (const NamedFinding& row : NamedFindings()) {
      env.out << fmt::format("{:9}{}  {}, {}\n", "", row.name, row.about,
                             diagnostics::Name(row.severity));
    }
    return ExitStatus::Ok;
  }
  if (options.all) {
    for (const diagnostics::Descriptor* row : diagnostics::AllDescriptors()) {
      env.out << *diagnostics::Explain(row->code) << '\n';
    }
    for (const diagnostics::Explained& row : lint::Explained()) {
      env.out << *diagnostics::Explain(row.descriptor->code, lint::Explained()) << '\n';
    }
    for (const NamedFinding& row : NamedFindings()) {
      PrintNamedFinding(row, env);
      env.out << '\n';
    }
    return ExitStatus::Ok;
  }
  if (options.operands.empty()) {
    return Report(env, ExitStatus::Usage,
                  "`ipec explain` needs a code, a name or an errno; `--list` lists the codes");
  }
  const std::string& what = options.operands[0];
  for (const NamedFinding& row : NamedFindings()) {
    if (!llvm::StringRef(what).equals_insensitive({row.name.data(), row.name.size()})) continue;
    PrintNamedFinding(row, env);
    return ExitStatus::Ok;
  }
  const std::optional<std::string> text = diagnostics::Explain(what, lint::Explained());
  if (!text) return Unknown(what, env);
  env.out << *text;
  if (!llvm::StringRef(*text).endswith("\n")) env.out << '\n';
  return ExitStatus::Ok;
}

}  // namespace

const Command kExplainCommand{
    .operands = "CODE|NAME|ERRNO",
    .description =
        "Explains a finding, given by code (IPE0107) or name (duplicate-default), or an\n"
        "errno of the kernel (EBADMSG, -74): its meaning, the reason, and a bad and a\n"
        "good example.",
    .example =
        "  $ ipec explain duplicate-default | head -3\n"
        "  # IPE0107 duplicate-default\n"
        "\n"
        "  Two DEFAULT statements decide the same operation, or two of them are global.",
    .most_operands = 1,
    .takes_numbers = true,
    .runner = Runs<RunExplain>(kOptions),
};

}  // namespace ipec::driver
