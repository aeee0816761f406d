// `ipec fmt`: formats policies. The result is compared with the input by meaning before it is
// written.

#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "compiler/command/read_policy.h"
#include "compiler/content/content.h"
#include "compiler/driver/commands.h"
#include "compiler/driver/target_option.h"
#include "compiler/pipeline/claims_reading.h"
#include "compiler/pipeline/config_files.h"
#include "compiler/pipeline/format_text.h"
#include "compiler/pipeline/git_repository.h"
#include "compiler/pipeline/policy_files.h"
#include "compiler/pipeline/report_paths.h"
#include "compiler/support/line_diff.h"
#include "compiler/support/printable.h"
#include "compiler/support/streams.h"
#include "compiler/support/wording.h"

namespace ipec::driver {
namespace {

using namespace command;
using support::ErrorOf;
using support::Quoted;

struct FmtOptions : TargetOptions {
  bool check = false;
  bool diff = false;
  bool error_on_empty = false;
  std::optional<std::string> lines;
  bool group = false;
  bool sort_properties = false;
  std::optional<std::string> stdin_filename;
};

constexpr auto kOptions = Table<FmtOptions>(
    Flag<&FmtOptions::check>("--check",
                             "write nothing; print the names of files that would change"),
    Flag<&FmtOptions::diff>("--diff", "write nothing; print the changes as a patch"),
    Flag<&FmtOptions::error_on_empty>("--error-on-empty",
                                      "exit status 1 if a directory has nothing to format"),
    Value<&FmtOptions::lines>("--lines", "A:B", "format only these lines, counted from 1"),
    Flag<&FmtOptions::group>("--group",
                             "also move statements: header, defaults, then each operation's rules"),
    Flag<&FmtOptions::sort_properties>("--sort-properties",
                                       "also sort the properties of a rule by name"),
    Value<&FmtOptions::stdin_filename>("--stdin-filename", "NAME",
                                       "the name of the input `-`, for finding ipec.toml"),
    kTargetOption);

std::string_view Describe(format::Oddity why, bool is_claims) {
  switch (why) {
    case format::Oddity::ControlByte:
      return "a control byte; the line is left unchanged";
    case format::Oddity::OddBlank:
      return "whitespace that is neither a space nor a tab; the line is left unchanged";
    case format::Oddity::LoneReturn:
      return is_claims
                 ? "a lone carriage return, which ends a claim; it is kept"
                 : "a lone carriage return, which ends a line for the kernel only; it is kept";
    case format::Oddity::OpenQuote:
      return "an unclosed quote; the line is left unchanged";
    case format::Oddity::GluedText:
      return "text that touches a word or a comment; the line is left unchanged";
    case format::Oddity::Hidden:
      return is_claims
                 ? "a NUL byte, which ends the claims; the rest is left unchanged"
                 : "a NUL byte, which ends the policy for the kernel; the rest is left unchanged";
  }
  return {};
}

struct Call {
  const FmtOptions& options;
  const targets::Target* target = nullptr;  // null: use ipec.toml
  bool color = false;
  bool in_directory = false;  // the file was found, not named
  format::LineRange lines = {};
};

void Report(const format::Result& result, const support::SourceBuffer& source, Environment& env) {
  const support::LineMap lines(source.text());
  const std::string name = support::Printable(source.name());
  for (const format::Left& left : result.left) {
    const support::Position at = lines.PositionOf(left.where.begin);
    env.err << fmt::format("{}:{}:{}: note: {}\n", name, at.line, at.column,
                           Describe(left.why, pipeline::IsClaimsName(source.name())));
  }
  if (result.not_grouped) {
    env.err << fmt::format("{}: note: not grouped, because {}\n", name, *result.not_grouped);
  }
}

format::Style StyleOf(const pipeline::Config& config, const Call& call) {
  format::Style style = pipeline::StyleOf(config);
  style.sort_properties |= call.options.sort_properties;
  style.group = call.options.group;
  style.lines = call.lines;
  return style;
}

ExitStatus FormatText(const std::string& operand, const std::string& name,
                      const std::string& in_patch, const support::SourceBuffer& read,
                      const pipeline::Config& config, const Call& call, Environment& env) {
  const format::Style style = StyleOf(config, call);
  std::vector<const targets::Target*> chosen;
  if (call.target != nullptr) chosen.push_back(call.target);
  if (llvm::Error error = pipeline::CheckTargets(config, name, chosen)) {
    return command::Report(env, ExitStatus::Usage, llvm::toString(std::move(error)));
  }
  const auto targets = pipeline::TargetsOf(config, name, chosen);
  const support::SourceBuffer source(name, read.text().str());
  support::SourceBuffer copy(name, read.text().str());
  const format::Result result =
      pipeline::IsClaimsName(name)
          ? pipeline::FormatText(pipeline::ClaimsReading(std::move(copy), targets), style)
          : pipeline::FormatText(pipeline::Reading(std::move(copy), targets), style);
  Report(result, source, env);
  const bool changed = result.text != source.text();
  if (result.failure) {
    return Report(env, ExitStatus::Failure,
                  Quoted(name) + " is left unchanged: " + std::string(*result.failure));
  }
  if (call.options.diff) {
    PrintPatch(
        support::UnifiedDiff(in_patch, {source.text().data(), source.text().size()}, result.text),
        call.color, env);
  } else if (call.options.check) {
    if (changed) env.out << support::Printable(name) << '\n';
  } else if (operand == "-") {
    env.out << result.text;
  } else if (changed) {
    return WriteBack(read, result.text, env);
  }
  return changed && (call.options.check || call.options.diff) ? ExitStatus::Findings
                                                              : ExitStatus::Ok;
}

// The result for one file.
struct Outcome {
  ExitStatus status;
  bool is_left_out = false;
};

// Leaves a file out that ipec.toml excludes; a text from standard input is given back.
Outcome SkipExcluded(const std::string& operand, const std::string& name, const std::string& config,
                     const Call& call, Environment& env) {
  if (!call.in_directory) {
    Report(env, ExitStatus::Ok, Quoted(name) + " is excluded by " + Quoted(config));
  }
  if (operand == "-" && !call.options.check && !call.options.diff) {
    llvm::Expected<support::SourceBuffer> read = ReadOperand(operand, env);
    if (!read) return {Report(env, read.takeError())};
    env.out << read->text();
  }
  return {ExitStatus::Ok, true};
}

Outcome FormatFile(const std::string& operand, const Call& call, pipeline::Configs& configs,
                   pipeline::ReportPaths& paths, Environment& env) {
  const std::string path =
      operand == "-" ? call.options.stdin_filename.value_or("<stdin>") : operand;
  const std::string name = paths.FromHere(path);
  llvm::Expected<const pipeline::Config*> config = configs.For(name);
  if (!config) return {Report(env, ExitStatus::Usage, llvm::toString(config.takeError()))};
  if (pipeline::IsExcluded(**config, name)) {
    return SkipExcluded(operand, name, (*config)->path, call, env);
  }
  if (pipeline::IsClaimsName(name)) {
    llvm::Expected<support::SourceBuffer> claims = ReadOperand(operand, env);
    if (!claims) return {Report(env, claims.takeError())};
    return {FormatText(operand, name, paths.ForPatch(path), *claims, **config, call, env)};
  }
  llvm::Expected<pipeline::PolicyFile> file = ReadPolicyFile(operand, env);
  if (!file) return {Report(env, file.takeError())};
  if (file->content.kind == content::Kind::Text) {
    return {FormatText(operand, name, paths.ForPatch(path), file->text, **config, call, env)};
  }
  if (call.in_directory) return {ExitStatus::Ok, true};
  return {Report(env, content::NotTextError(file->content, name, "format"))};
}

std::optional<std::uint32_t> ReadLine(std::string_view digits) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  const bool read = error == std::errc() && end == digits.data() + digits.size() && number != 0;
  return read ? std::optional(number) : std::nullopt;
}

// `A:B`, `A:` or `A`; lines from 1.
std::optional<format::LineRange> ReadRange(std::string_view text) {
  const std::size_t colon = text.find(':');
  const std::optional<std::uint32_t> first = ReadLine(text.substr(0, colon));
  if (!first) return std::nullopt;
  if (colon == std::string_view::npos) return format::LineRange{*first, *first};
  const std::string_view after = text.substr(colon + 1);
  if (after.empty()) return format::LineRange{.first = *first};
  const std::optional<std::uint32_t> last = ReadLine(after);
  if (!last || *first > *last) return std::nullopt;
  return format::LineRange{*first, *last};
}

// The lines to format. The error is one in the call.
llvm::Expected<format::LineRange> LinesOf(const FmtOptions& options) {
  if (!options.lines) return format::LineRange();
  const std::optional<format::LineRange> lines = ReadRange(*options.lines);
  if (!lines) {
    return ErrorOf("`--lines` must be `A:B`, with 1 ≤ A ≤ B, got " + Quoted(*options.lines));
  }
  if (options.group) {
    return ErrorOf("`--group` applies to the whole file and cannot be used with `--lines`");
  }
  if (options.operands.size() > 1) return ErrorOf("`--lines` needs exactly one FILE");
  return *lines;
}

ExitStatus RunFmt(const FmtOptions& options, Environment& env) {
  Call call{.options = options, .color = WantsColor(options, env, env.out)};
  if (options.target && (call.target = TargetOf(options, env)) == nullptr) {
    return ExitStatus::Usage;
  }
  llvm::Expected<format::LineRange> lines = LinesOf(options);
  if (!lines) return Report(env, ExitStatus::Usage, llvm::toString(lines.takeError()));
  call.lines = *lines;
  std::vector<std::string> operands = options.operands;
  if (operands.empty()) operands.emplace_back("-");
  pipeline::Configs configs(env.files);
  pipeline::ReportPaths paths(env.files, options.operands);
  pipeline::FilesOnce named(env.files, operands.size());
  ExitStatus status = ExitStatus::Ok;
  for (const std::string& operand : operands) {
    bool is_whole = true;
    const auto report = [&](llvm::Error error) {
      status = Worse(status, Report(env, std::move(error)));
      is_whole = false;
    };
    const pipeline::PolicyFiles found = pipeline::PoliciesAndClaimsOf(env.files, operand, report);
    bool is_empty = found.is_directory && is_whole;
    call.in_directory = found.is_directory;
    for (const std::string& path : found.paths) {
      const Outcome outcome =
          named.Add(path) ? FormatFile(path, call, configs, paths, env) : Outcome{ExitStatus::Ok};
      status = Worse(status, outcome.status);
      is_empty = is_empty && outcome.is_left_out;
    }
    if (is_empty) {
      status =
          Worse(status, Report(env, options.error_on_empty ? ExitStatus::Findings : ExitStatus::Ok,
                               pipeline::NoPolicies(operand)));
    }
  }
  return status;
}

}  // namespace

const Command kFmtCommand{
    .operands = "[FILE|DIR…]",
    .description =
        "Formats each FILE in place; `-`, or no FILE, formats standard input to standard\n"
        "output. A directory means the policies (*.pol, *.ipe and *.policy) and files of\n"
        "claims (*.claims) in and below it, except files that git ignores, files in\n"
        "hidden directories that git does not track, and files of other programs. A FILE\n"
        "or DIR that is named is formatted even if git ignores it. Files that match\n"
        "`exclude` in ipec.toml are left out. A file that is named twice is formatted\n"
        "once.\n"
        "Normalizes spacing, blank lines and line endings, and writes digests in\n"
        "lowercase. Comments stay with their statements, malformed lines stay unchanged,\n"
        "and nothing is reordered unless requested. Each result is proved to have the\n"
        "same meaning before it is written; without a proof nothing is written.\n"
        "`ipec.toml` has `format.align` and `format.sort-properties`.\n"
        "Exit status 1: with --check or --diff, a file would change. 3: a file could not\n"
        "be read or written, or stays unchanged because its meaning would change.",
    .example =
        "  $ printf 'policy_name=a  policy_version=1.0.0\\nDEFAULT action=DENY' | ipec fmt -\n"
        "  policy_name=a policy_version=1.0.0\n"
        "\n"
        "  DEFAULT action=DENY",
    .runner = Runs<RunFmt>(kOptions),
};

}  // namespace ipec::driver
