#include "lsp/features/completion_items.h"

#include <algorithm>

#include <fmt/format.h>

#include "compiler/check/words.h"
#include "compiler/policy/claims.h"
#include "compiler/support/wording.h"
#include "compiler/targets/features.h"
#include "compiler/targets/meanings.h"
#include "lint/digest_algorithms.h"
#include "llvm/ADT/StringExtras.h"

namespace ipec::lsp {
namespace {

using runtime::Name;
using support::Span;
using targets::Feature;

std::string Choice(int number, const std::vector<std::string_view>& words) {
  return fmt::format("${{{}|{}|}}", number, fmt::join(words, ","));
}

std::string_view SummaryOf(std::string_view word) {
  const targets::Meaning* meaning = targets::MeaningOf(word);
  return meaning == nullptr ? std::string_view() : meaning->summary;
}

}  // namespace

Completion& Items::Add(std::string_view label, CompletionKind kind, std::string_view detail,
                       std::string key) {
  Completion& item = items_.emplace_back();
  item.label = label;
  item.kind = kind;
  item.detail = detail;
  item.insert = label;
  item.sort = fmt::format("{:03}", items_.size());
  item.documentation = std::move(key);
  return item;
}

void Items::Word(std::string_view label, CompletionKind kind, std::string_view detail,
                 std::string key) {
  Add(label, kind, detail, std::move(key));
}

void Items::Key(std::string_view label, CompletionKind kind, std::string_view choices,
                bool has_equals, std::string_view detail, std::string key) {
  Completion& item = Add(label, kind, detail, std::move(key));
  if (has_equals) return;
  item.insert += '=';
  item.label += '=';
  item.goes_on = true;
  if (!choices.empty()) item.snippet = fmt::format("{}${{1|{}|}}", item.insert, choices);
}

void Items::Snippet(std::string_view label, std::string plain, std::string snippet,
                    std::string_view detail, std::string key) {
  Completion& item = Add(label, CompletionKind::Snippet, detail, std::move(key));
  item.insert = std::move(plain);
  item.snippet = std::move(snippet);
}

bool Items::HasRule(policy::Operation operation) const {
  const auto& rules = snapshot_.policy().rules;
  return std::any_of(rules.begin(), rules.end(), [&](const policy::Rule& rule) {
    return rule.operation == operation && rule.statement.begin != statement_.begin;
  });
}

std::vector<std::string_view> Items::OperationWords(bool of_default, Span statement) const {
  std::vector<std::string_view> words;
  const policy::Policy& policy = snapshot_.policy();
  const auto is_free = [&](policy::Operation operation) {
    const auto& other = policy.DefaultOf(operation);
    return !of_default || !other || other->statement == statement;
  };
  // Operations without a rule come first; for POLICY few policies have one.
  const auto rank = [&](policy::Operation operation) {
    if (of_default || snapshot_.claims) return 0;
    if (HasRule(operation)) return 2;
    return operation == policy::Operation::Policy ? 1 : 0;
  };
  for (const int wanted : {0, 1, 2}) {
    for (const policy::Operation operation : policy.semantics.operations) {
      if (is_free(operation) && rank(operation) == wanted) words.push_back(Name(operation));
    }
  }
  for (const targets::Alias& alias : snapshot_.target().aliases()) {
    bool free = true;
    for (const policy::Operation operation : alias.operations) free = free && is_free(operation);
    if (free) words.push_back(alias.spelling);
  }
  if (snapshot_.claims) words.push_back("*");
  return words;
}

void Items::Operations(bool of_default, Span statement) {
  for (const std::string_view word : OperationWords(of_default, statement)) {
    const auto operation = runtime::FindOperation(word);
    if (operation) {
      Word(word, CompletionKind::Operation, targets::MeaningOf(*operation).summary,
           "op:" + std::string(word));
    } else if (word == "*") {
      Word(word, CompletionKind::Operation, SummaryOf(word), "word:*");
    } else {
      Word(word, CompletionKind::Operation, "an alias for several operations",
           "alias:" + std::string(word));
    }
  }
}

void Items::Booleans() {
  for (const char* word : {"TRUE", "FALSE"}) {
    Word(word, CompletionKind::Value, SummaryOf(word), std::string("word:") + word);
  }
}

std::array<std::string_view, 2> Items::ActionWords(bool denies_first) {
  if (denies_first) return {"DENY", "ALLOW"};
  return {"ALLOW", "DENY"};
}

void Items::Actions(bool denies_first) {
  for (const std::string_view word : ActionWords(denies_first)) {
    Word(word, CompletionKind::Value, SummaryOf(word), "word:" + std::string(word));
  }
}

void Items::Algorithms(policy::Property property) {
  if (snapshot_.target().Has(Feature::BareDigests)) return;
  for (const targets::DigestAlgorithm& row : targets::kDigestAlgorithms) {
    // Only algorithms that a reviewer would accept.
    if (row.strength != targets::Strength::Strong ||
        (property == policy::Property::FsverityDigest && !row.fsverity))
      continue;
    Completion& item =
        Add(fmt::format("{}:", row.name), CompletionKind::Algorithm,
            fmt::format("{} hex digits", row.bytes * 2), "algorithm:" + std::string(row.name));
    item.goes_on = false;
  }
}

void Items::Versions(std::string_view written) {
  const check::VersionWord word = check::ReadVersion({written.data(), written.size()});
  const auto add = [&](unsigned major, unsigned minor, unsigned revision, std::string_view what) {
    constexpr unsigned kMost = UINT16_MAX;
    if (major > kMost || minor > kMost || revision > kMost) return;
    Word(fmt::format("{}.{}.{}", major, minor, revision), CompletionKind::PolicyVersion, what,
         "word:policy_version");
  };
  if (word.problem != check::VersionProblem::None) {
    add(0, 0, 1, "a first version");
    add(1, 0, 0, "a first version");
    return;
  }
  const policy::Version& now = word.version;
  add(now.major, now.minor, now.revision + 1U, "the next revision");
  add(now.major, now.minor + 1U, 0, "the next minor version");
  add(now.major + 1U, 0, 0, "the next major version");
}

void Items::PolicyName() {
  Word(NameFromPath(snapshot_), CompletionKind::Value, "the name of this file", "word:policy_name");
}

void Items::Property(policy::Property property, bool has_equals) {
  const bool boolean = runtime::Kind(property) == runtime::PropertyKind::Boolean;
  const std::vector<std::string> without = snapshot_.configured->Without(property);
  const bool nowhere = without.size() == snapshot_.configured->targets.size();
  Key(Name(property), CompletionKind::Property, boolean ? "TRUE,FALSE" : "", has_equals,
      without.empty() ? std::string(targets::MeaningOf(property).summary)
      : nowhere       ? "not in this kernel: never matches"
                      : "not in " + support::Listed(without),
      "property:" + std::string(Name(property)));
}

void Items::Action(bool has_equals, bool denies_first) {
  Key("action", CompletionKind::Keyword,
      fmt::format("{}", fmt::join(ActionWords(denies_first), ",")), has_equals, SummaryOf("action"),
      "word:action");
}

void Items::Operation(bool has_equals, bool of_default, Span statement) {
  const auto words = OperationWords(of_default, statement);
  Key("op", CompletionKind::Keyword, fmt::format("{}", fmt::join(words, ",")), has_equals,
      SummaryOf("op"), "word:op");
}

void Items::StatementStart(bool has_equals, bool alone, Span statement) {
  const policy::Policy& policy = snapshot_.policy();
  const bool global_is_free =
      !policy.global_default || policy.global_default->statement == statement;
  const auto open = OperationWords(/*of_default=*/true, statement);
  // Without a DEFAULT for each operation the kernel rejects the policy.
  const bool lacks_default =
      !has_equals && global_is_free && !policy.OperationsWithoutDefault().empty();
  if (lacks_default) DefaultStart(alone, global_is_free, open);
  Operation(has_equals, /*of_default=*/false, statement);
  if (alone) {
    const auto words = OperationWords(/*of_default=*/false, statement);
    Snippet("op=… action=…",
            fmt::format("op={} dmverity_signature=TRUE action=ALLOW", words.front()),
            fmt::format("op={} ${{2|dmverity_signature,fsverity_signature,boot_verified|}}="
                        "${{3|TRUE,FALSE|}} action=${{4|ALLOW,DENY|}}",
                        Choice(1, words)),
            "a rule", "word:op");
  }
  const bool any_is_free = global_is_free || !open.empty();
  if (!lacks_default && !has_equals && any_is_free) DefaultStart(alone, global_is_free, open);
}

void Items::DefaultStart(bool alone, bool global_is_free,
                         const std::vector<std::string_view>& open) {
  if (alone && global_is_free) {
    Snippet("DEFAULT action=…", "DEFAULT action=DENY", "DEFAULT action=${1|DENY,ALLOW|}",
            "the decision if no rule matches", "word:DEFAULT");
  }
  Word("DEFAULT", CompletionKind::Keyword, SummaryOf("DEFAULT"), "word:DEFAULT");
  if (alone && !open.empty()) {
    Snippet("DEFAULT op=… action=…", fmt::format("DEFAULT op={} action=DENY", open.front()),
            fmt::format("DEFAULT op={} action=${{2|DENY,ALLOW|}}", Choice(1, open)),
            "the decision if no rule of an operation matches", "word:DEFAULT");
  }
}

void Items::ClaimStart(bool alone) {
  for (const std::string_view word : policy::kClaimWords) {
    Word(word, CompletionKind::Keyword, SummaryOf(word), "word:" + std::string(word));
  }
  if (!alone) return;
  const auto words = OperationWords(/*of_default=*/false, {});
  Snippet("never op=…", fmt::format("never op={} boot_verified=FALSE", words.front()),
          fmt::format("${{1|never,always,only|}} op={} "
                      "${{3|boot_verified,dmverity_signature,fsverity_signature|}}="
                      "${{4|TRUE,FALSE|}}",
                      Choice(2, words)),
          "a claim", "word:never");
}

void Items::HeaderStart(bool has_equals, bool alone, bool has_statements) {
  if (alone) {
    const std::string name = NameFromPath(snapshot_);
    Snippet("policy_name=… policy_version=…",
            fmt::format("policy_name={} policy_version=0.0.1", name),
            fmt::format("policy_name=${{1:{}}} policy_version=${{2:0.0.1}}", name),
            "the header, the first statement of a policy", "word:policy_name");
    if (!has_statements) WholePolicy(name);
  }
  Key("policy_name", CompletionKind::Keyword, "", has_equals, SummaryOf("policy_name"),
      "word:policy_name");
}

void Items::WholePolicy(const std::string& name) {
  std::string rest = "\n\nDEFAULT action=DENY\n\n";
  for (const policy::Operation operation : snapshot_.policy().semantics.operations) {
    if (operation == policy::Operation::Policy) continue;
    rest += fmt::format("op={} dmverity_signature=TRUE action=ALLOW\n", Name(operation));
  }
  Snippet("a policy for a signed image",
          fmt::format("policy_name={} policy_version=0.0.1{}", name, rest),
          fmt::format("policy_name=${{1:{}}} policy_version=${{2:0.0.1}}{}", name, rest),
          "a DEFAULT that denies, and a rule for each operation", "word:policy_name");
}

std::string NameFromPath(const Snapshot& snapshot) {
  const std::string& path = snapshot.path.empty() ? snapshot.uri : snapshot.path;
  const llvm::StringRef file = llvm::StringRef(path).substr(path.rfind('/') + 1);
  std::string name;
  for (const char c : file.take_until([](char letter) { return letter == '.'; })) {
    name += llvm::isAlnum(c) || c == '-' || c == '_' ? c : '_';
  }
  constexpr std::size_t kLongest = 64;
  if (name.size() > kLongest) name.resize(kLongest);
  return name.empty() ? "policy" : name;
}

}  // namespace ipec::lsp
