// `ipec lint`: what the kernel accepts and a careful reviewer would not.

#include "lint/lint_command.h"

#include "lint/lint_run.h"

namespace ipec::lint {
namespace {

using namespace command;

constexpr Choice<std::string_view> kFailOn[] = {
    {"error", "error"}, {"warning", "warning"}, {"info", "info"}};

constexpr auto kOptions = Table<LintOptions>(
    Values<&LintOptions::targets>("--target", "T",
                                  "judge for this kernel dialect; several are merged"),
    Values<&LintOptions::select>(
        "--select", "RULES", "apply these rules only: codes, prefixes, names, categories, `all`"),
    Values<&LintOptions::ignore>("--ignore", "RULES", "do not apply these"),
    Values<&LintOptions::severity>("--severity", "RULE=LEVEL",
                                   "error, warning, info, style or off"),
    OneOf<&LintOptions::fail_on, kFailOn>(
        "--fail-on", "LEVEL", "the mildest finding that fails: error, warning (the default), info"),
    Flag<&LintOptions::exit_zero>("--exit-zero", "findings do not make the exit status 1"),
    Flag<&LintOptions::fix>("--fix",
                            "apply fixes that are proved to keep every decision and record"),
    Flag<&LintOptions::unsafe_fixes>(
        "--unsafe-fixes", "apply the other fixes, too, but no repair of what a kernel refuses"),
    Flag<&LintOptions::diff>("--diff", "print what --fix would change as a patch, write nothing"),
    Values<&LintOptions::outputs>(
        "--output", "FORMAT[:FILE]",
        "text, concise, json, sarif, github, gitlab, junit, checkstyle or rdjson"),
    Flag<&LintOptions::statistics>("--statistics",
                                   "print how often each rule found something, no findings"),
    Value<&LintOptions::baseline>("--baseline", "FILE", "do not tell findings that FILE lists"),
    Flag<&LintOptions::write_baseline>("--write-baseline",
                                       "write all findings of this run to the baseline"),
    Flag<&LintOptions::error_on_empty>("--error-on-empty",
                                       "exit status 1 when a directory has nothing to lint"),
    Value<&LintOptions::config>("--config", "FILE", "use this ipec.toml for all files"),
    Flag<&LintOptions::show_config>("--show-config",
                                    "print the configuration that counts for each FILE"),
    Value<&LintOptions::stdin_filename>("--stdin-filename", "NAME", "the name of what `-` reads"));

}  // namespace

const Command kLintCommand{
    .operands = "[FILE|DIR…]",
    .description =
        "Tells what the kernel accepts and a careful reviewer would not. What the kernel refuses\n"
        "comes first and stops the rules of that file. A directory, by default the current one,\n"
        "stands for the *.pol, *.ipe and *.policy files in and below it, but not those that git\n"
        "ignores, nor those in hidden directories, nor files of other programs. What `exclude`\n"
        "of ipec.toml means is left out. A file that is named twice is linted once.\n"
        "`-` is standard input. `ipec explain RULE` has the reasons behind a rule;\n"
        "`# ipec: allow(RULE) reason` on or above a statement silences it. What is the same for\n"
        "everybody stands in `ipec.toml`, looked for from each file's folder upward.\n"
        "A repair of what the kernel refuses is a guess at what was meant: it is shown and never\n"
        "applied. With --diff and --write-baseline a refusal is told on standard error.\n"
        "Exit status 1: findings at or above the level of --fail-on, with the output sarif only\n"
        "when --fail-on is given; with --diff a difference or a refused policy. 2: a wrong call "
        "or\n"
        "configuration. 3: a file could not be read or written; the others are linted.",
    .example =
        "  $ ipec lint --output=concise device.pol\n"
        "  device.pol:5:1: warning: this rule says again what line 4 says [IPE1003 duplicate-rule]",
    .runner = Runs<RunLint>(kOptions),
};

}  // namespace ipec::lint
