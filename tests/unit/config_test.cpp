// ipec.toml: every key reads back as it is shown, and every mistake is reported with its place.

#include <catch2/catch.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "compiler/pipeline/config_files.h"
#include "compiler/support/path_pattern.h"

namespace ipec::pipeline {
namespace {

std::string ErrorIn(std::string_view text) {
  llvm::Expected<Config> config = ParseConfig("t.toml", text);
  return config ? "none" : llvm::toString(config.takeError());
}

// The lines `key = value` of a shown configuration, also of keys without a value, which are
// comments.
std::vector<std::string> KeyLines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    const std::size_t key = line.starts_with("# ") ? 2 : 0;
    const std::size_t end = line.find_first_not_of("abcdefghijklmnopqrstuvwxyz-", key);
    if (end != std::string::npos && end != key && line.compare(end, 3, " = ") == 0) {
      lines.push_back(line);
    }
  }
  return lines;
}

TEST_CASE("a shown configuration reads back as the same") {
  constexpr std::string_view kFull = R"(
target = ["rfc-v7", "linux-6.12"]
kernel = "configs/device"
inventory = "image/inventory.json"
exclude = ["fixtures/", "*.policy"]
[per-file-target]
"a \"b\"*.pol" = "linux-6.19"
[format]
align = true
sort-properties = true
[diff]
accepted = "ci/accepted.txt"
[lint]
ruleset = "2026.1"
select = ["style"]
ignore = "IPE1"
severity = {weak-digest = "off"}
fail-on = "info"
unsuppressible = ["all"]
boot-policies = ["boot\t\u007f\\*.pol"]
systemd-policies = ["**/ipe/*.pol"]
missing-properties = ["fsverity_digest"]
signature-bytes = 1500
today = "2026-01-02"
)";
  llvm::Expected<Config> config = ParseConfig("t.toml", kFull);
  REQUIRE(bool(config));
  CHECK(config->lint.boot_policies[0] == "boot\t\x7F\\*.pol");
  CHECK(config->lint.ignore == std::vector<std::string>{"IPE1"});
  const std::string shown = ShowConfig(*config);
  llvm::Expected<Config> again = ParseConfig("t.toml", shown);
  REQUIRE(bool(again));
  CHECK(ShowConfig(*again) == shown);
  // Each key got a value above that is not its default. A key without a default is a comment.
  const std::string by_default = ShowConfig(Config());
  const std::vector<std::string> shown_keys = KeyLines(shown);
  const std::vector<std::string> default_keys = KeyLines(by_default);
  REQUIRE(shown_keys.size() == default_keys.size());
  CHECK(default_keys.size() > 10);
  for (std::size_t i = 0; i < shown_keys.size(); ++i) CHECK(shown_keys[i] != default_keys[i]);
  llvm::Expected<Config> defaults = ParseConfig("", by_default);
  REQUIRE(bool(defaults));
  CHECK(ShowConfig(*defaults) == by_default);
}

// A text and the error in it.
struct Mistake {
  std::string_view text;
  std::string_view error;
};

TEST_CASE("mistakes are reported with their place and a way out") {
  constexpr Mistake kMistakes[] = {
      {"[lint]\nfailon = \"x\"\n",
       "t.toml:2:1: unknown key `lint.failon`; did you mean `lint.fail-on`?"},
      {"[lnt]\n", "t.toml:1:2: unknown key `lnt`; did you mean `lint`?"},
      {"[something]\n",
       "t.toml:1:2: unknown key `something`; `ipec lint --show-config` lists all keys"},
      {"[formt]\n", "t.toml:1:2: unknown key `formt`; did you mean `format`?"},
      {"[Lint]\n", "t.toml:1:2: unknown key `Lint`; did you mean `lint`?"},
      {"select = []\n", "t.toml:1:1: unknown key `select`; did you mean `lint.select`?"},
      {"[format]\nselect = []\n",
       "t.toml:2:1: unknown key `format.select`; did you mean `lint.select`?"},
      {"[lint]\nfail-on = \"errors\"\n",
       "t.toml:2:11: `lint.fail-on` must be one of error, warning, info, got `errors`; did you "
       "mean `error`?"},
      {"target = [\"linux-6.12\",\n  \"linux-6.11\"]\n",
       "t.toml:2:3: `target` names an unknown target `linux-6.11`; Linux has IPE since 6.12; a "
       "kernel with a backport is most like `linux-6.12`"},
      {"per-file-target = {'a' = 'linux-612'}",
       "t.toml:1:26: `per-file-target.a` names an unknown target `linux-612`; did you mean "
       "`linux-6.12`?"},
      {"[lint.severity]\na = \"fatal\"\n",
       "t.toml:2:5: `lint.severity.a` must be one of error, warning, info, style, off, got "
       "`fatal`"},
      {"[lint]\ntoday = \"tomorrow\"\n",
       "t.toml:2:9: `lint.today` must be a date like 2026-12-31, got `tomorrow`"},
      {"lint.today = '2026-13-45'",
       "t.toml:1:14: `lint.today` must be a date like 2026-12-31, got `2026-13-45`"},
      {"lint.today = '2026-02-30'",
       "t.toml:1:14: `lint.today` must be a date like 2026-12-31, got `2026-02-30`"},
      {"lint.today = '9999-99-99'",
       "t.toml:1:14: `lint.today` must be a date like 2026-12-31, got `9999-99-99`"},
      {"lint.today = 2026-12-31", "t.toml:1:14: `lint.today` must be a string"},
      {"[format]\nalign = 1\n", "t.toml:2:9: `format.align` must be true or false"},
      {"[lint]\nselect = [1]\n", "t.toml:2:11: `lint.select` must be a list of strings"},
      {"[lint]\nsignature-bytes = -1\n", "t.toml:2:19: `lint.signature-bytes` must be a number"},
  };
  for (const Mistake& mistake : kMistakes) {
    INFO(mistake.text);
    CHECK(ErrorIn(mistake.text) == mistake.error);
  }
  CHECK_THAT(ErrorIn("x = [\n"), Catch::StartsWith("t.toml:2:1: expected a value"));
  // The first mistake of the file, whatever the names of the keys are.
  CHECK_THAT(ErrorIn("z = 1\na = 1\n"), Catch::StartsWith("t.toml:1:1: unknown key `z`"));
  // A word of any length is quoted in part, and nothing of it moves the cursor.
  CHECK(ErrorIn("\"\\u001b[2J" + std::string(5000, 'k') + "\" = 1\n") ==
        "t.toml:1:1: unknown key `\\x1b[2J" + std::string(76, 'k') +
            "…`; `ipec lint --show-config` lists all keys");
}

TEST_CASE("the most specific pattern for a file applies") {
  // The first of each pair is the more specific one; both match the file.
  struct Pair {
    const char* special;
    const char* general;
    const char* path;
  };
  constexpr Pair kPairs[] = {
      {"*.pol", "*", "/p/a.pol"},
      {"special.pol", "*.pol", "/p/special.pol"},
      {"a[0-9].pol", "a*.pol", "/p/a1.pol"},
      {"a?.pol", "a*.pol", "/p/a1.pol"},
      {"boot/*.pol", "*.pol", "/p/boot/a.pol"},
      {"boot/old/*", "boot/**", "/p/boot/old/a.pol"},
      {"*.pol", "**.pol", "/p/a.pol"},
      {"zz*.pol", "*.pol", "/p/zz.pol"},
      {"\\*.pol", "*.pol", "/p/*.pol"},
      {"foo/x.pol", "foo/**/x.pol", "/p/foo/x.pol"},
      {"foo/*.pol", "foo/**/*.pol", "/p/foo/x.pol"},
      {"foo/*.pol", "**/foo/*.pol", "/p/foo/x.pol"},
      {"a/**/b/*", "a/**", "/p/a/c/b/x.pol"},
      {"v7/**", "*.pol", "/p/v7/a.pol"},
      {"v7/", "*.pol", "/p/v7/a/b.pol"},
      {"/v7/a.pol", "*.pol", "/p/v7/a.pol"},
      {"./v7/a.pol", "*.pol", "/p/v7/a.pol"},
  };
  const auto target_of = [](const std::string& toml, const char* path) {
    llvm::Expected<Config> config = ParseConfig("t", "[per-file-target]\n" + toml);
    REQUIRE(bool(config));
    config->directory = config->here = "/p/";
    return std::string(TargetsOf(*config, path)[0]->name);
  };
  CHECK(target_of("'/v7/a.pol' = 'rfc-v7'\n", "/p/q/v7/a.pol") == "linux-6.12");
  for (const Pair& pair : kPairs) {
    INFO(pair.special << " and " << pair.general);
    const std::string special = "'" + std::string(pair.special) + "' = 'rfc-v7'\n";
    const std::string general = "'" + std::string(pair.general) + "' = 'linux-6.19'\n";
    CHECK(target_of(special, pair.path) == "rfc-v7");
    CHECK(target_of(general, pair.path) == "linux-6.19");
    CHECK(target_of(special + general, pair.path) == "rfc-v7");
    CHECK(target_of(general + special, pair.path) == "rfc-v7");
  }
  // Of equally specific ones, the last.
  CHECK(target_of("'a*' = 'rfc-v7'\n'*b' = 'linux-6.19'\n", "/p/ab") == "linux-6.19");
  CHECK(target_of("'*b' = 'linux-6.19'\n'a*' = 'rfc-v7'\n", "/p/ab") == "rfc-v7");
}

TEST_CASE("a pattern that matches nothing is a mistake with its place") {
  constexpr Mistake kMistakes[] = {
      {"exclude = [\"a\", \"../x\"]\n",
       "t.toml:1:17: `exclude` has a pattern that never matches, `../x`: it matches only files "
       "below the directory of ipec.toml, and `..` leads out of it: write the pattern into an "
       "ipec.toml there"},
      {"exclude = \"/\"\n",
       "t.toml:1:11: `exclude` has a pattern that never matches, `/`: nothing is left of it "
       "without slashes: `*` matches everything"},
      {"exclude = [\"[z\"]\n",
       "t.toml:1:12: `exclude` has a pattern that never matches, `[z`: nothing closes its `[`: "
       "write `\\[` for the character itself"},
      {"exclude = ['a\\']\n",
       "t.toml:1:12: `exclude` has a pattern that never matches, `a\\`: a backslash at its end "
       "has nothing to escape: leave it out"},
      {"exclude = ['[b-a]']\n",
       "t.toml:1:12: `exclude` has a pattern that never matches, `[b-a]`: no character is in its "
       "set `[…]`"},
      {"[per-file-target]\n\"*.pol\" = \"rfc-v7\"\n\"a//b\" = \"rfc-v7\"\n",
       "t.toml:3:1: `per-file-target` has a pattern that never matches, `a//b`: it has two "
       "slashes in a row: write one"},
      {"lint.boot-policies = [\"a/./b\"]\n",
       "t.toml:1:23: `lint.boot-policies` has a pattern that never matches, `a/./b`: no path has "
       "a component `.`: leave it out"},
      {"per-file-target = {\"\" = \"rfc-v7\"}\n",
       "t.toml:1:20: `per-file-target` must not contain an empty pattern"},
  };
  for (const Mistake& mistake : kMistakes) {
    INFO(mistake.text);
    CHECK(ErrorIn(mistake.text) == mistake.error);
  }
}

// All texts of up to `length` characters of `letters`.
std::vector<std::string> Texts(std::string_view letters, std::size_t length) {
  std::vector<std::string> texts = {""};
  for (std::size_t begin = 0, size = 0; size < length; ++size) {
    const std::size_t end = texts.size();
    for (; begin < end; ++begin) {
      for (const char letter : letters) texts.push_back(texts[begin] + letter);
    }
  }
  return texts;
}

TEST_CASE("of all short patterns, just those that match no path are mistakes") {
  std::vector<std::string> paths;
  constexpr std::string_view kLetters = "a./[]!\\";
  for (const std::string& path : Texts(kLetters, 4)) {
    const std::string whole = "/" + path + "/";
    const bool is_path = whole.find("//") == std::string::npos &&
                         whole.find("/./") == std::string::npos &&
                         whole.find("/../") == std::string::npos;
    if (!is_path) continue;
    paths.push_back("/p/" + path);
    paths.push_back("/p/" + path + "/a");
  }
  Config config;
  config.directory = config.here = "/p/";
  std::size_t never = 0;
  for (const std::string& pattern : Texts(kLetters, 4)) {
    // The slash at the end has to be one.
    if (pattern.empty() || pattern.ends_with("\\/")) continue;
    INFO(pattern);
    bool means = false;
    bool excludes = false;
    config.exclude = {pattern};
    for (std::size_t i = 0; i < paths.size() && !(means && excludes); ++i) {
      means |= MatchesPath(config, pattern, paths[i]);
      excludes |= IsExcluded(config, paths[i]);
    }
    const bool is_mistake = support::WhyItNeverMatches(pattern).has_value();
    if (is_mistake == means) CHECK(is_mistake != means);
    if (is_mistake == excludes) CHECK(is_mistake != excludes);
    never += is_mistake ? 1U : 0U;
  }
  CHECK(never > 500);
}

TEST_CASE("a configuration of many patterns or keys is read, and a longer file is rejected") {
  support::MemoryFileSystem files;
  std::string text = "[per-file-target]\n";
  while (text.size() < 60'000) text += "'f" + std::to_string(text.size()) + "' = 'rfc-v7'\n";
  files.files = {{"/a/ipec.toml", text},
                 {"/b/ipec.toml", std::string(65'537, '\n')},
                 {"/c/ipec.toml", "x = 1\n#" + std::string(100'000, '#')},
                 {"/d/ipec.toml", "target = 'rfc-v7'" + std::string(65'519, '\n')}};
  Configs configs(files);
  llvm::Expected<const Config*> config = configs.For("/a/x.pol");
  REQUIRE(bool(config));
  CHECK((*config)->target_of.size() > 2000);
  CHECK(llvm::toString(configs.For("/b/x.pol").takeError()) ==
        "/b/ipec.toml:65537:1: the file is longer than 64 KiB, the most that is read: move "
        "settings of a directory into an ipec.toml there");
  CHECK_THAT(llvm::toString(configs.For("/c/x.pol").takeError()),
             Catch::StartsWith("/c/ipec.toml:2:65531: the file is longer than 64 KiB"));
  CHECK(bool(configs.For("/d/x.pol")));  // exactly 64 KiB
}

TEST_CASE("a path of any depth has a configuration") {
  support::MemoryFileSystem files;
  files.files = {{"/a/ipec.toml", "[format]\nalign = true\n"}};
  Configs configs(files);
  std::string deep = "/a";
  for (int i = 0; i < 300'000; ++i) deep += "/d";
  llvm::Expected<const Config*> config = configs.For(deep + "/x.pol");
  REQUIRE(bool(config));
  CHECK((*config)->format.align);
}

TEST_CASE("only the nearest ipec.toml applies") {
  support::MemoryFileSystem files;
  files.files = {{"/a/ipec.toml", "[format]\nalign = true\n"},
                 {"/a/b/ipec.toml", "[lint]\nfail-on = \"error\"\n"},
                 {"/c/ipec.toml", "nonsense\n"}};
  Configs configs(files);
  const auto path_for = [&](const std::string& file) {
    llvm::Expected<const Config*> config = configs.For(file);
    return config ? (*config)->path : llvm::toString(config.takeError());
  };
  CHECK(path_for("/a/x.pol") == "/a/ipec.toml");
  CHECK(path_for("/a/d/e/x.pol") == "/a/ipec.toml");
  CHECK(path_for("/a/b/c/x.pol") == "/a/b/ipec.toml");
  CHECK(path_for("/x.pol").empty());
  CHECK_THAT(path_for("/c/x.pol"), Catch::StartsWith("/c/ipec.toml:1:"));
  llvm::Expected<const Config*> inner = configs.For("/a/b/x.pol");
  REQUIRE(bool(inner));
  CHECK_FALSE((*inner)->format.align);
}

TEST_CASE("patterns of files are relative to the directory of the ipec.toml") {
  support::MemoryFileSystem files;
  files.files = {{"/stage/p/ipec.toml", "[per-file-target]\n\"stage/*.pol\" = \"rfc-v7\"\n"}};
  Configs configs(files);
  const auto target_of = [&](const std::string& file) {
    llvm::Expected<const Config*> config = configs.For(file);
    REQUIRE(bool(config));
    return std::string(TargetsOf(**config, file)[0]->name);
  };
  CHECK(target_of("/stage/p/stage/a.pol") == "rfc-v7");
  CHECK(target_of("/stage/p/q/stage/a.pol") == "rfc-v7");
  CHECK(target_of("/stage/p/q/../stage/a.pol") == "rfc-v7");
  CHECK(target_of("/stage/p/a.pol") == "linux-6.12");
  // Relative paths count from the working directory of ipec.
  Config config;
  config.directory = "/p/";
  config.here = "/p/stage/";
  CHECK(MatchesPath(config, "stage/*.pol", "a.pol"));
  CHECK_FALSE(MatchesPath(config, "p/*/a.pol", "a.pol"));
  CHECK(MatchesPath(config, "a.pol", "../a.pol"));
}

TEST_CASE("targets of a file") {
  llvm::Expected<Config> config = ParseConfig(
      "t",
      "target = [\"linux-6.16\", \"linux-6.19\"]\n[per-file-target]\n\"old/*.pol\" = \"rfc-v7\"\n");
  REQUIRE(bool(config));
  const auto names = [&](const std::string& path) {
    std::string list;
    for (const targets::Target* target : TargetsOf(*config, path)) {
      list += std::string(target->name) + " ";
    }
    return list;
  };
  CHECK(names("a.pol") == "linux-6.16 linux-6.19 ");
  CHECK(names("x/old/a.pol") == "rfc-v7 ");
  CHECK(names("xold/a.pol") == "linux-6.16 linux-6.19 ");
  CHECK(TargetsOf(Config(), "a.pol") ==
        std::vector<const targets::Target*>{&targets::DefaultTarget()});
}

}  // namespace
}  // namespace ipec::pipeline
