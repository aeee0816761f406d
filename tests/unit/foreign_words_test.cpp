// Words of other kernels: every row of foreign_words.cpp, in every kind of statement.

#include <algorithm>
#include <catch2/catch.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "compiler/diagnostics/definitions.h"
#include "compiler/diagnostics/edits.h"
#include "compiler/targets/features.h"
#include "compiler/targets/targets.h"
#include "tests/unit/check_probe.h"

namespace ipec::tests {
namespace {

using diagnostics::Diagnostic;
using targets::ForeignWord;

// The statement in a policy that is accepted without it.
std::string PolicyWith(const std::string& statement) {
  return "policy_name=n policy_version=1.0.0\nDEFAULT action=DENY\n" + statement + "\n";
}

// Whether the target does not know the word, so that its row is used.
bool IsForeign(const ForeignWord& word, const targets::Target& target) {
  if (word.kind == ForeignWord::Kind::Property) return true;
  for (const targets::Alias& alias : target.aliases()) {
    if (alias.spelling == word.spelling) return false;
  }
  const auto operation = runtime::FindOperation(word.spelling);
  return !operation || !target.Knows(*operation);
}

bool HasReplacement(const ForeignWord& word, const targets::Target& target) {
  return std::any_of(word.replacement.begin(), word.replacement.end(),
                     [&](runtime::Operation operation) { return target.Knows(operation); });
}

// Statements with the word; `@X@` in them is a placeholder.
struct Written {
  std::string text;
  bool denies;
  bool has_placeholder;
};
std::vector<Written> StatementsWith(const ForeignWord& word) {
  constexpr std::string_view kWithProperty[] = {
      "op=EXECUTE {0}=TRUE action={1}",
      "op=EXECUTE boot_verified=TRUE {0}=TRUE action={1}",
      "op=EXECUTE {0}=@X@ action={1}",
      "op=EXECUTE {0}=TRUE fsverity_digest=@X@ action={1}",
  };
  constexpr std::string_view kWithOperation[] = {
      "op={0} action={1}",
      "op={0} boot_verified=TRUE action={1}",
      "DEFAULT op={0} action={1}",
      "op={0} fsverity_digest=@X@ action={1}",
      "op={0} bpf_signature=@X@ action={1}",
  };
  const bool is_property = word.kind == ForeignWord::Kind::Property;
  std::vector<Written> all;
  for (const std::string_view form :
       is_property ? std::span<const std::string_view>(kWithProperty) : kWithOperation) {
    const bool has_placeholder = form.find("@X@") != std::string_view::npos;
    for (const bool denies : {false, true}) {
      all.push_back({fmt::format(fmt::runtime(form), word.spelling, denies ? "DENY" : "ALLOW"),
                     denies, has_placeholder});
    }
  }
  return all;
}

const Diagnostic* Find(const Probe& probe, const diagnostics::Descriptor& descriptor) {
  for (const Diagnostic& finding : probe.findings) {
    if (finding.descriptor == &descriptor) return &finding;
  }
  return nullptr;
}

bool HasNote(const Diagnostic& finding, std::string_view words) {
  return std::any_of(finding.notes.begin(), finding.notes.end(), [&](const auto& note) {
    return note.message.find(words) != std::string::npos;
  });
}

void CheckWord(const ForeignWord& word, const targets::Target& target, const Written& written) {
  INFO(target.name << ": " << written.text);
  const std::string text = PolicyWith(written.text);
  const Probe probe = CheckText(text, target);
  const Diagnostic* unknown =
      Find(probe, word.kind == ForeignWord::Kind::Property ? diag::UnknownProperty.descriptor
                                                           : diag::UnknownOperation.descriptor);
  REQUIRE(unknown != nullptr);
  CHECK(HasNote(*unknown, word.who));
  CHECK_FALSE(FindProblem(text, target, {}, probe));
  const Diagnostic* placeholder = Find(probe, diag::UnrenderedTemplate.descriptor);
  CHECK((placeholder != nullptr) == written.has_placeholder);
  if (HasReplacement(word, target)) return;
  // Without a replacement, the repair removes the statement, unless it has a placeholder, which may
  // be rendered to something that the policy needs.
  REQUIRE(unknown->fixes.size() == (written.has_placeholder ? 0 : 1));
  if (written.has_placeholder) return;
  const diagnostics::Fix& fix = unknown->fixes[0];
  CHECK(fix.is_guess);
  CHECK(Apply(text, fix.edits) == PolicyWith("").substr(0, PolicyWith("").size() - 1));
  CHECK((fix.title.find("loosens the policy") != std::string::npos) == written.denies);
}

TEST_CASE("words of other kernels name the kernel, and their removal what it changes") {
  std::size_t words = 0;
  for (const ForeignWord& word : targets::ForeignWords()) {
    for (const targets::Target& target : targets::AllTargets()) {
      if (!IsForeign(word, target)) continue;
      ++words;
      for (const Written& written : StatementsWith(word)) CheckWord(word, target, written);
    }
  }
  CHECK(words > 100);
}

TEST_CASE("a removal that loosens the policy is announced, however the action is written") {
  const targets::Target& target = *targets::FindTarget("linux-6.12");
  for (const std::string action :
       {"action=DENY", "action=deny", "action=block", "DENY", "acton=DENY"}) {
    INFO(action);
    const Probe probe = CheckText(PolicyWith("op=READ " + action), target);
    const Diagnostic* unknown = Find(probe, diag::UnknownOperation.descriptor);
    REQUIRE(unknown != nullptr);
    REQUIRE(unknown->fixes.size() == 1);
    CHECK(unknown->fixes[0].title.find("loosens the policy") != std::string::npos);
  }
}

TEST_CASE("words of recent proposals are known") {
  using Kind = ForeignWord::Kind;
  for (const char* word :
       {"metadata_backing_file_fsverity_digest", "metadata_backing_file_dmverity_roothash",
        "metadata_backing_file_dmverity_signature", "anonymous_memory", "bpf_signature",
        "bpf_keyring", "bpf_kernel", "intended_pathname"}) {
    INFO(word);
    CHECK(targets::FindForeignWord(Kind::Property, word) != nullptr);
  }
  for (const char* word :
       {"BPF_PROG_LOAD", "BPF_PROG_LOAD_POST_INTEGRITY", "READ", "KERNEL_READ"}) {
    INFO(word);
    CHECK(targets::FindForeignWord(Kind::Operation, word) != nullptr);
  }
}

// The note about a placeholder in a digest: the first one of the finding.
std::string NoteOn(const std::string& condition, std::string_view target) {
  const Probe probe = CheckText(PolicyWith("op=EXECUTE " + condition + " action=ALLOW"),
                                *targets::FindTarget(target));
  const Diagnostic* finding = Find(probe, diag::UnrenderedTemplate.descriptor);
  return finding == nullptr ? "no placeholder" : finding->notes.at(0).message;
}

TEST_CASE("the place of a placeholder in a digest shows its meaning") {
  const std::string any =
      "it stands for a whole digest, ALGORITHM:HEX, for example `sha256:` and 64 hex digits";
  const std::string none = "the text is a template: check the rendered policy instead";
  struct Row {
    std::string condition;
    std::string note;
  };
  const Row kRows[] = {
      {"dmverity_roothash=@DMVERITY_ROOTHASH_SHA256@",
       "it stands for a whole digest, `sha256:` and 64 hex digits"},
      {"dmverity_roothash=@DMVERITY_ROOTHASH_BLAKE2B_512@",
       "it stands for a whole digest, `blake2b-512:` and 128 hex digits"},
      {"dmverity_roothash=${ROOTHASH_SHA3_256}",
       "it stands for a whole digest, `sha3-256:` and 64 hex digits"},
      {"fsverity_digest=@INTERPRETER_DIGEST@", any},
      {"fsverity_digest=\"@INTERPRETER_DIGEST@\"", any},
      {"fsverity_digest=\"dead...\"", any},
      {"fsverity_digset=@INTERPRETER_DIGEST@", any},
      {"fsverity_digest=%s", any},
      {"fsverity_digest=DIGEST", any},
      {"fsverity_digest=@NOSHA256@", any},
      {"dmverity_roothash=sha512:@HASH@", "it stands for the 128 hex digits of a sha512 digest"},
      {"dmverity_roothash=other:@HASH@", "it stands for the hex digits of a digest"},
      {"dmverity_roothash=sha256:dead...", "it stands for the 64 hex digits of a sha256 digest"},
      {"dmverity_roothash=@ALG@:0g", "it stands for the algorithm, for example `sha256`"},
      {"dmverity_roothash=sha256:ab@HASH@", none},
      {"boot_verified=@BOOT@", none},
  };
  for (const Row& row : kRows) {
    INFO(row.condition);
    CHECK(NoteOn(row.condition, "linux-6.12") == row.note);
  }
  CHECK(NoteOn("fsverity_digest=@INTERPRETER_DIGEST@", "rfc-v7") ==
        "it stands for the hex digits of a digest, without the algorithm");
  CHECK(NoteOn("fsverity_digest=ab@DIGEST@", "rfc-v7") == none);
}

}  // namespace
}  // namespace ipec::tests
