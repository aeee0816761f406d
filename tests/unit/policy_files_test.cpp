// From operands to files, in memory; tests/command/lint_files_test.py compares with git itself.

#include "compiler/pipeline/policy_files.h"

#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

#include "compiler/pipeline/git_config.h"
#include "compiler/support/path_pattern.h"

namespace ipec::pipeline {
namespace {

using Paths = std::vector<std::string>;
using support::MatchesPattern;

Paths Found(support::FileSystem& files, const std::string& operand) {
  const auto report = [](llvm::Error error) { FAIL_CHECK(llvm::toString(std::move(error))); };
  return PoliciesOf(files, operand, report).paths;
}

TEST_CASE("patterns of paths") {
  CHECK(MatchesPattern("*.pol", "a.pol"));
  CHECK_FALSE(MatchesPattern("*.pol", "a/b.pol"));
  CHECK(MatchesPattern("a?c*e", "abcdde"));
  CHECK_FALSE(MatchesPattern("a?c", "a/c"));
  CHECK_FALSE(MatchesPattern("", "a"));
  CHECK(MatchesPattern("*", ""));
  CHECK_FALSE(MatchesPattern(std::string(40, '*') + "b", std::string(40, 'a')));
}

TEST_CASE("two stars match directories if they are a whole name") {
  CHECK(MatchesPattern("**/b.pol", "a/c/b.pol"));
  CHECK(MatchesPattern("**/b.pol", "b.pol"));
  CHECK_FALSE(MatchesPattern("**/b.pol", "a/xb.pol"));
  CHECK(MatchesPattern("a/**", "a/b/c"));
  CHECK_FALSE(MatchesPattern("a/**", "a"));
  CHECK(MatchesPattern("a/**/b", "a/b"));
  CHECK(MatchesPattern("a/**/b", "a/x/y/b"));
  CHECK_FALSE(MatchesPattern("a/**/b", "a/x/yb"));
  CHECK_FALSE(MatchesPattern("a**b", "a/b"));
  CHECK_FALSE(MatchesPattern("[a]**/b", "a/c/b"));
  CHECK(MatchesPattern("a**/b", "ac/b"));  // as git: see the comment in MatchesPattern
  CHECK(MatchesPattern("***/b", "a/c/b"));
  CHECK(MatchesPattern("**/x*/**/y", "a/x1/x2/b/y"));
}

TEST_CASE("sets of bytes, and literal bytes") {
  CHECK(MatchesPattern("[a-c]x", "bx"));
  CHECK_FALSE(MatchesPattern("[a-c]x", "dx"));
  CHECK(MatchesPattern("[!a-c]x", "dx"));
  CHECK(MatchesPattern("[^a]", "b"));
  CHECK(MatchesPattern("[]a]", "]"));
  CHECK(MatchesPattern("[a-]", "-"));
  CHECK(MatchesPattern("[[:digit:][:upper:]]", "7"));
  CHECK_FALSE(MatchesPattern("[[:digit:]]", "x"));
  CHECK_FALSE(MatchesPattern("a[!b]c", "a/c"));
  CHECK_FALSE(MatchesPattern("[a", "[a"));
  CHECK(MatchesPattern("\\*", "*"));
  CHECK_FALSE(MatchesPattern("\\*", "a"));
  CHECK_FALSE(MatchesPattern("a\\", "a\\"));
}

TEST_CASE("a directory stands for the policies that git does not ignore") {
  support::MemoryFileSystem files;
  files.files = {
      {"/r/.git/HEAD", "ref: refs/heads/main\n"},
      {"/r/.git/objects/info/packs", ""},
      {"/r/.git/refs/heads/main", ""},
      {"/r/.git/info/exclude", "secret.pol\n"},
      {"/r/.gitignore", "# a comment\n/build/\n*.ipe\n!kept.ipe\n\\#odd.pol\nblank.pol  \n"},
      {"/r/a.pol", ""},
      {"/r/a.txt", ""},
      {"/r/blank.pol", ""},
      {"/r/build/b.pol", ""},
      {"/r/#odd.pol", ""},
      {"/r/.hidden/c.pol", ""},
      {"/r/sub/.gitignore", "!d.ipe\nbuild\n"},
      {"/r/sub/d.ipe", ""},
      {"/r/sub/e.ipe", ""},
      {"/r/sub/kept.ipe", ""},
      {"/r/sub/f.policy", ""},
      {"/r/sub/secret.pol", ""},
      {"/r/sub/build", ""},
      {"/r/z.d/g.pol", ""},
  };
  CHECK(Found(files, "/r") ==
        Paths{"/r/a.pol", "/r/sub/d.ipe", "/r/sub/f.policy", "/r/sub/kept.ipe", "/r/z.d/g.pol"});
  // Directories above count too.
  CHECK(Found(files, "/r/sub") == Paths{"/r/sub/d.ipe", "/r/sub/f.policy", "/r/sub/kept.ipe"});
  // An operand is accepted.
  CHECK(Found(files, "/r/sub/e.ipe") == Paths{"/r/sub/e.ipe"});
  CHECK(Found(files, "/r/no.pol") == Paths{"/r/no.pol"});
  CHECK(Found(files, "-") == Paths{"-"});
}

TEST_CASE("a directory that git ignores is searched if it is named") {
  support::MemoryFileSystem files;
  files.files = {
      {"/r/.git/HEAD", "ref: refs/heads/main\n"},
      {"/r/.git/objects/info/packs", ""},
      {"/r/.git/refs/heads/main", ""},
      {"/r/.gitignore", "build/\n*.ipe\n/out/*\n"},
      {"/r/build/a.pol", ""},
      {"/r/build/a.ipe", ""},
      {"/r/build/deep/b.pol", ""},
      {"/r/build/deep/build/c.pol", ""},
      {"/r/out/d.pol", ""},
      {"/r/plain.pol", ""},
  };
  CHECK(Found(files, "/r") == Paths{"/r/plain.pol"});
  CHECK(Found(files, "/r/build") == Paths{"/r/build/a.pol", "/r/build/deep/b.pol"});
  CHECK(Found(files, "/r/build/deep") == Paths{"/r/build/deep/b.pol"});
  CHECK(Found(files, "/r/build/deep/build") == Paths{"/r/build/deep/build/c.pol"});
  // A rule that matches the files applies in a directory that is named.
  CHECK(Found(files, "/r/out").empty());
  CHECK(Found(files, "/r/out/d.pol") == Paths{"/r/out/d.pol"});
}

TEST_CASE("outside repositories, .gitignore files count from the operand down") {
  support::MemoryFileSystem files;
  files.files = {
      {"/d/.gitignore", "*.ipe\n"}, {"/d/e/.gitignore", "b.pol\n"},
      {"/d/e/a.ipe", ""},           {"/d/e/a.pol", ""},
      {"/d/e/b.pol", ""},
  };
  CHECK(Found(files, "/d") == Paths{"/d/e/a.pol"});
  CHECK(Found(files, "/d/e") == Paths{"/d/e/a.ipe", "/d/e/a.pol"});
}

TEST_CASE("upper and lower case, as core.ignoreCase") {
  using support::MatchesPatternInAnyCase;
  CHECK(MatchesPatternInAnyCase("Build/*.POL", "build/A.pol"));
  CHECK(MatchesPatternInAnyCase("*[A-C].pol", "xb.POL"));
  CHECK(MatchesPatternInAnyCase("[[:upper:]]", "x"));
  CHECK_FALSE(MatchesPatternInAnyCase("[A-C]", "d"));
  CHECK_FALSE(MatchesPattern("Build", "build"));
}

TEST_CASE("git's configuration of ignored files") {
  support::MemoryFileSystem files;
  files.variables = {{"HOME", "/user/u"}};
  files.files = {
      {"/user/u/.gitconfig",
       "[core]\n\texcludesFile = \"~/a b\" ; why\n[include]\n\tpath = more\n"},
      {"/user/u/more", "[Core]\nIgnoreCase\n[includeIf \"gitdir:~/work/\"]path = work.inc\n"},
      {"/user/u/work.inc", "[core] excludesfile = \\\n work.ignore # rest\n"},
      {"/user/u/work/r/.git/config", "[extensions]\nworktreeConfig = yes\nobjectFormat = sha256\n"},
      {"/user/u/work/r/.git/config.worktree", "[core]\nignoreCase = false\n[broken\nx = 1\n"},
  };
  const auto settings = [&](const std::string& root) {
    return GitSettingsOf(files, root + "/.git", root + "/.git");
  };
  const GitSettings inside = settings("/user/u/work/r");
  CHECK(inside.excludes_file == "work.ignore");
  CHECK(ExcludesFileOf(files, inside, "/user/u/work/r") == "/user/u/work/r/work.ignore");
  CHECK_FALSE(inside.ignores_case);
  CHECK(inside.hash_size == 32);
  const GitSettings outside = settings("/other");
  CHECK(ExcludesFileOf(files, outside, "/other") == "/user/u/a b");
  CHECK(outside.ignores_case);
  files.variables["GIT_CONFIG_GLOBAL"] = "/dev/null";
  CHECK(ExcludesFileOf(files, settings("/other"), "/other") == "/user/u/.config/git/ignore");
  files.variables["XDG_CONFIG_HOME"] = "/xdg";
  CHECK(ExcludesFileOf(files, settings("/other"), "/other") == "/xdg/git/ignore");
}

TEST_CASE("names in findings do not begin with `./`") {
  CHECK(Shown("./a.pol") == "a.pol");
  CHECK(Shown(".//./a/b.pol") == "a/b.pol");
  CHECK(Shown("../a.pol") == "../a.pol");
  CHECK(Shown("./") == "./");
}

}  // namespace
}  // namespace ipec::pipeline
