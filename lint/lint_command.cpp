// `ipec lint`: reports what the kernel accepts but a careful reviewer would not.

#include "lint/lint_command.h"

#include "compiler/command/read_base.h"
#include "compiler/command/read_inventory.h"
#include "lint/lint_run.h"

namespace ipec::lint {
namespace {

using namespace command;

constexpr Choice<std::string_view> kFailOn[] = {
    {"error", "error"}, {"warning", "warning"}, {"info", "info"}};

constexpr auto kOptions = Table<LintOptions>(
    Value<&LintOptions::targets>("--target", "T",
                                 "the kernel dialect; findings for several targets are merged"),
    Value<&LintOptions::kernels>("--kernel", "CONFIG",
                                 "the configuration of a kernel: target, missing properties"),
    Value<&LintOptions::against>("--against", "BASE", kAgainstHelp),
    Value<&LintOptions::with>("--with", "INVENTORY", kWithHelp),
    Value<&LintOptions::select>(
        "--select", "RULES", "apply only these rules: codes, prefixes, names, categories, `all`"),
    Value<&LintOptions::ignore>("--ignore", "RULES", "do not apply these rules"),
    Value<&LintOptions::severity>("--severity", "RULE=LEVEL", "error, warning, info, style or off"),
    OneOf<&LintOptions::fail_on, kFailOn>(
        "--fail-on", "LEVEL", "the lowest severity that fails: error, warning (the default), info"),
    Flag<&LintOptions::exit_zero>("--exit-zero", "do not exit with status 1 because of findings"),
    Flag<&LintOptions::fix>("--fix",
                            "apply safe fixes, which are proved to keep every decision and record"),
    Flag<&LintOptions::unsafe_fixes>(
        "--unsafe-fixes", "also apply the other fixes, but no repairs of a rejected policy"),
    Flag<&LintOptions::diff>("--diff", "write nothing; print what --fix would change as a patch"),
    WithWords(Value<&LintOptions::outputs>(
                  "--output", "FORMAT[:FILE]",
                  "text, concise, json, sarif, github, gitlab, junit, checkstyle or rdjson"),
              OutputSet::Names),
    Flag<&LintOptions::statistics>("--statistics",
                                   "print the number of findings of each rule instead of findings"),
    Value<&LintOptions::baseline>("--baseline", "FILE", "do not report findings that FILE lists"),
    Flag<&LintOptions::write_baseline>("--write-baseline",
                                       "write all findings of this run to the baseline"),
    Flag<&LintOptions::error_on_empty>("--error-on-empty",
                                       "exit status 1 if a directory has nothing to lint"),
    Value<&LintOptions::config>("--config", "FILE", "use this ipec.toml for all files"),
    Flag<&LintOptions::show_config>("--show-config", "print the configuration of each FILE"),
    Value<&LintOptions::stdin_filename>("--stdin-filename", "NAME", "the name of the input `-`"));

}  // namespace

const Command kLintCommand{
    .operands = "[FILE|DIR…]",
    .description =
        "Reports what the kernel accepts but a careful reviewer would not. If the kernel rejects\n"
        "the policy, only its errors are reported. A directory, by default the current one,\n"
        "means the policies (*.pol, *.ipe and *.policy) and the files of claims (*.claims),\n"
        "which are checked and repaired, in and below it, except files that git ignores, files in\n"
        "hidden directories that git does not track, and files of other programs. A FILE or\n"
        "DIR that is named is linted even if git ignores it. Files that match `exclude` in\n"
        "ipec.toml are left out. A file that is named twice is linted once.\n"
        "Of a signed file that is named, the policy in it is linted, without fixes.\n"
        "`-` is standard input. `ipec explain RULE` explains a rule; a comment\n"
        "`# ipec: allow(RULE) reason` on or above a statement suppresses its findings.\n"
        "The project's configuration is `ipec.toml` in the file's directory or above it.\n"
        "With --against, the rules about changes compare each policy with its base: in git, what\n"
        "it was in a revision (also under another name), or one FILE for all. A policy that is\n"
        "new in git gets a note. A base that cannot be read is status 3.\n"
        "With --with, the rules about images compare each policy with what is in the image. A\n"
        "template (*.pol.in, *.ipe.in) that is named is rendered with its values, and findings\n"
        "are about the template; without --with, placeholders stand for any digest.\n"
        "A repair of a rejected policy is a guess at the author's intention: it is shown but\n"
        "never applied. With --diff and --write-baseline, errors go to standard error.\n"
        "Exit status 1: findings at or above the level of --fail-on (with the output sarif only\n"
        "if --fail-on is given); with --diff, a difference or a rejected policy. 2: a usage or\n"
        "configuration error. 3: a file could not be read or written; the others are linted.",
    .example =
        "  $ ipec lint --output=concise device.pol\n"
        "  device.pol:5:1: warning: this rule duplicates line 4 [IPE1003 duplicate-rule]",
    .runner = Runs<RunLint>(kOptions),
};

}  // namespace ipec::lint
