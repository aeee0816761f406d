// The names of targets, and what the error message about an unknown one advises.

#include "compiler/targets/targets.h"

#include <catch2/catch.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/targets/digest_algorithms.h"
#include "compiler/targets/unknown_target.h"

namespace ipec::targets {
namespace {

std::vector<std::string_view> NamesOf(const Target& target) {
  std::vector<std::string_view> names{target.name};
  names.insert(names.end(), target.other_names.begin(), target.other_names.end());
  return names;
}

TEST_CASE("each name is the name of one target") {
  std::set<std::string_view> seen;
  for (const Target& target : AllTargets()) {
    for (const std::string_view name : NamesOf(target)) {
      INFO(name);
      CHECK(seen.insert(name).second);
      CHECK(FindTarget(name) == &target);
    }
  }
  for (const char* release : {"linux-6.12", "linux-6.13", "linux-6.14", "linux-6.15", "linux-6.16",
                              "linux-6.17", "linux-6.18", "linux-6.19", "linux-7.0", "linux-7.1",
                              "linux-7.2", "linux-7.3", "linux-7.4"}) {
    CHECK(seen.count(release) == 1);
  }
  CHECK(FindTarget("") == nullptr);
  CHECK(FindTarget("linux-6.11") == nullptr);
}

// The ways in which people write a release that has a name.
TEST_CASE("a release in another notation leads to its name") {
  for (const Target& target : AllTargets()) {
    for (const std::string_view name : NamesOf(target)) {
      if (!name.starts_with("linux-")) continue;
      const std::string number(name.substr(6));
      for (const std::string& written :
           {number, "v" + number, "linux" + number, "linux_" + number, "Linux " + number,
            "linux-" + number + ".117", number + ".117-amd64", number + ".0-200.fc42.x86_64",
            number + "-rc3", "linux-v" + number, number + "+"}) {
        std::string message = "unknown target `";
        message.append(written).append("`; that release is `").append(name).append("`");
        if (name != target.name) message.append(", which is like `").append(target.name) += '`';
        CHECK(UnknownTarget(written) == message);
      }
    }
  }
}

struct Unknown {
  std::string_view name;
  std::string_view message;  // after "unknown target `NAME`"
};

TEST_CASE("an unknown target has an advice") {
  constexpr std::string_view kBefore =
      "; Linux has IPE since 6.12; a kernel with a backport is most like `linux-6.12`";
  constexpr std::string_view kAfter =
      "; it would be like `linux-7.4`, if the policy language has not changed";
  constexpr std::string_view kOther = "; see `ipec targets`";
  constexpr Unknown kUnknown[] = {
      {"linux-6.11", kBefore},
      {"6.6.96.2-2.azl3", kBefore},
      {"linux-5.15", kBefore},
      {"linux-6.1", kBefore},
      {"linux-7.5", kAfter},
      {"linux-7.9", kAfter},
      {"7.12.3-arch1-1", kAfter},
      {"linux-8.0", kAfter},
      {"linux-6.20", "; Linux has no such release; see `ipec targets`"},
      {"v6.20.1", "; Linux has no such release; see `ipec targets`"},
      // No releases: misspelt names.
      {"linux-6.41", "; did you mean `linux-6.14`?"},
      {"linux-6.121", "; did you mean `linux-6.12`?"},
      {"linux-7.40", "; did you mean `linux-7.4`?"},
      {"linux-71.2", "; did you mean `linux-7.2`?"},
      {"linux-612", "; did you mean `linux-6.12`?"},
      {"linus-6.12", "; did you mean `linux-6.12`?"},
      {"linux-6.l4", "; did you mean `linux-6.14`?"},
      {"linux-6.12x", "; did you mean `linux-6.12`?"},
      {"rfc-v8", "; did you mean `rfc-v7`?"},
      {"RFC_V7", "; did you mean `rfc-v7`?"},
      {"", kOther},
      {"linux", kOther},
      {"5", kOther},
      {"linux-7",
       "; its releases are `linux-7.0`, `linux-7.1`, `linux-7.2`, `linux-7.3`, `linux-7.4`"},
      {"6.", kOther},
      {".12", kOther},
      {"windows", kOther},
      {"99999999999999999999.1", kOther},
      {"6.99999999999999999999", kOther},
      {"400.1", kOther},
  };
  for (const Unknown& unknown : kUnknown) {
    CHECK(UnknownTarget(unknown.name) ==
          "unknown target `" + std::string(unknown.name) + "`" + std::string(unknown.message));
  }
  // A long one is not printed whole.
  CHECK(UnknownTarget(std::string(10'000, 'x')).size() < 300);
}

TEST_CASE("names of drivers and other notations lead to the algorithm") {
  struct Row {
    std::string_view name;
    std::string_view meant;  // empty: none
    bool is_driver;
  };
  constexpr Row kRows[] = {
      {"sha256-generic", "sha256", true},
      {"sha256-ni", "sha256", true},
      {"sha256_avx2", "sha256", true},
      {"SHA512-AVX", "sha512", true},
      {"sha1-ssse3", "sha1", true},
      {"sha3-256-generic", "sha3-256", true},
      {"sha3-512-ce", "sha3-512", true},
      {"blake2b-512-generic", "blake2b-512", true},
      {"sm3-neon", "sm3", true},
      {"rmd160-generic", "rmd160", true},
      {"streebog256-generic", "streebog256", true},
      {"SHA256", "sha256", false},
      {"sha-256", "sha256", false},
      {"SHA_512", "sha512", false},
      {"sha3_256", "sha3-256", false},
      {"sha3256", "sha3-256", false},
      {"blake2b512", "blake2b-512", false},
      {"sha256", "", false},
      {"sha3-256", "", false},
      {"sha512-256", "", false},
      {"sha256-", "sha256", false},
      {"sha256-2x", "", false},
      {"sha256generic", "", false},
      {"sha", "", false},
      {"", "", false},
      {"tiger", "", false},
  };
  for (const Row& row : kRows) {
    INFO(row.name);
    const DigestAlgorithm* meant = FindMeantAlgorithm(row.name);
    CHECK((meant == nullptr ? std::string_view() : meant->name) == row.meant);
    if (meant != nullptr) CHECK(IsDriverOf(*meant, row.name) == row.is_driver);
  }
  CHECK(FindMeantAlgorithm("sha256-" + std::string(1000, 'x')) == nullptr);
}

}  // namespace
}  // namespace ipec::targets
