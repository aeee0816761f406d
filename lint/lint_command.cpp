// `ipec lint`: what the kernel accepts and a careful reviewer would not.

#include "lint/lint_command.h"

#include "lint/lint_run.h"

namespace ipec::lint {
namespace {

using namespace command;

constexpr Option kOptions[] = {
    {"--target", "T", "judge for this kernel dialect; several are merged", true},
    {"--select", "RULES", "apply these rules only: codes, prefixes, names, categories, `all`",
     true},
    {"--ignore", "RULES", "do not apply these", true},
    {"--severity", "RULE=LEVEL", "error, warning, info, style or off", true},
    {"--fail-on", "LEVEL", "the mildest finding that fails: error, warning (the default), info",
     false, "error|warning|info"},
    {"--exit-zero", "", "findings do not make the exit status 1"},
    {"--fix", "", "apply fixes that are proved to keep every decision and record"},
    {"--unsafe-fixes", "", "apply the other fixes, too, but no repair of what a kernel refuses"},
    {"--diff", "", "print what --fix would change as a patch, write nothing"},
    {"--output", "FORMAT[:FILE]",
     "text, concise, json, sarif, github, gitlab, junit, checkstyle or rdjson", true},
    {"--statistics", "", "print how often each rule found something, no findings"},
    {"--baseline", "FILE", "do not tell findings that FILE lists"},
    {"--write-baseline", "", "write all findings of this run to the baseline"},
    {"--error-on-empty", "", "exit status 1 when a directory has nothing to lint"},
    {"--config", "FILE", "use this ipec.toml for all files"},
    {"--show-config", "", "print the configuration that counts for each FILE"},
    {"--stdin-filename", "NAME", "the name of what `-` reads"},
};

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
    .options = kOptions,
    .run = RunLint,
};

}  // namespace ipec::lint
