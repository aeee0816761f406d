// `ipec explain`: the documentation of a finding or an errno, offline.

#include "compiler/diagnostics/explain.h"

#include <fmt/format.h>

#include "compiler/driver/commands.h"
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

// A finding of `ipec show`.
void PrintProfileFinding(const targets::ProfileFindingKind& row, Environment& env) {
  env.out << fmt::format("# {}\n\n{}\n\nLevel {}, reported by `ipec show` about a kernel.\n",
                         row.name, row.explanation, diagnostics::Name(row.severity));
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
    for (const targets::ProfileFindingKind& row : targets::ProfileFindingKinds()) {
      env.out << fmt::format("{:9}{}  kernel, {}\n", "", row.name, diagnostics::Name(row.severity));
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
    for (const targets::ProfileFindingKind& row : targets::ProfileFindingKinds()) {
      PrintProfileFinding(row, env);
      env.out << '\n';
    }
    return ExitStatus::Ok;
  }
  if (options.operands.empty()) {
    return Report(env, ExitStatus::Usage,
                  "`ipec explain` needs a code, a name or an errno; `--list` lists the codes");
  }
  const std::string& what = options.operands[0];
  for (const targets::ProfileFindingKind& row : targets::ProfileFindingKinds()) {
    if (!llvm::StringRef(what).equals_insensitive({row.name.data(), row.name.size()})) continue;
    PrintProfileFinding(row, env);
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
