#include "lsp/features/words.h"

#include <fmt/format.h>

#include "compiler/support/printable.h"
#include "compiler/support/wording.h"
#include "compiler/targets/features.h"
#include "compiler/targets/meanings.h"

namespace ipec::lsp {
namespace {

using targets::Meaning;

std::string Paragraphs(std::string_view title, const Meaning& meaning, std::string_view note) {
  std::string text = fmt::format("**`{}`** – {}\n", title, meaning.summary);
  if (!meaning.details.empty()) text += fmt::format("\n{}\n", meaning.details);
  if (!note.empty()) text += fmt::format("\n{}\n", note);
  return text;
}

std::string NotBuilt(const Configured& configured, policy::Property property) {
  const std::vector<std::string> names = configured.Without(property);
  if (names.empty()) return {};
  const bool in_all = names.size() == configured.targets.size();
  return fmt::format("**Not in {}:** a rule that tests `{}` never matches{}.\n\n",
                     in_all ? "this kernel" : support::Listed(names), Name(property),
                     in_all ? "" : " there");
}

}  // namespace

std::string Code(std::string_view text) {
  constexpr std::size_t kMost = 100;
  std::string shown = support::Printable(text.size() <= kMost ? text : text.substr(0, kMost / 2));
  if (text.size() > kMost) shown += "…" + support::Printable(text.substr(text.size() - kMost / 4));
  std::string fence = "`";
  while (shown.find(fence) != std::string::npos) fence += '`';
  return fence.size() == 1 ? fence + shown + fence : fence + " " + shown + " " + fence;
}

std::string DocOf(const targets::Target& target, policy::Operation operation) {
  std::string text = Paragraphs("op=" + std::string(Name(operation)), targets::MeaningOf(operation),
                                targets::NoteOn(operation, target));
  const auto known = targets::TargetsKnowing(operation);
  if (known.size() < targets::AllTargets().size()) {
    text += fmt::format("\nKnown to {}.\n", support::ListedInQuotes(known));
  } else {
    text += "\nKnown to every target.\n";
  }
  return text;
}

std::string DocOf(const targets::Target& target, const targets::Alias& alias) {
  std::string text = fmt::format(
      "**`op={}`** – an alias for several operations\n\n"
      "A rule or DEFAULT for it is one for each of these, in this order:\n\n",
      alias.spelling);
  for (const policy::Operation operation : alias.operations) {
    text += fmt::format("- `{}`: {}\n", Name(operation), targets::MeaningOf(operation).summary);
  }
  return text + fmt::format("\nRecords contain the operation, not the alias. Known to `{}`.\n",
                            target.name);
}

std::string DocOf(const Snapshot& snapshot, policy::Property property) {
  const targets::Target& target = snapshot.target();
  const Meaning& meaning = targets::MeaningOf(property);
  const bool boolean = runtime::Kind(property) == runtime::PropertyKind::Boolean;
  const std::string_view value = boolean                                     ? "TRUE|FALSE"
                                 : target.Has(targets::Feature::BareDigests) ? "HEX"
                                                                             : "ALGORITHM:HEX";
  std::string text = NotBuilt(*snapshot.configured, property);
  text += Paragraphs(fmt::format("{}={}", Name(property), value), meaning,
                     targets::NoteOn(property, target));
  if (meaning.option.empty()) {
    text += "\nNeeds no kernel option besides IPE itself. Known to every target.\n";
  } else {
    text += fmt::format("\nNeeds `{}=y`; without it {}. Known to every target.\n", meaning.option,
                        boolean ? "neither TRUE nor FALSE matches" : "it never matches");
  }
  return text;
}

std::string DocOf(const targets::DigestAlgorithm& algorithm) {
  std::string text = fmt::format("**`{}`** – {} bytes, {} hex digits\n", algorithm.name,
                                 algorithm.bytes, algorithm.bytes * 2);
  text += algorithm.fsverity ? "\nFor root hashes of dm-verity and for digests of fs-verity.\n"
                             : "\nFor root hashes of dm-verity; fs-verity does not support it.\n";
  if (algorithm.strength == targets::Strength::Broken) {
    text += "\nIt is broken: do not rely on it.\n";
  }
  return text;
}

std::string DocOf(const lint::Rule& rule) {
  return fmt::format("**{} {}** ({})\n\n{}", rule.descriptor.code, rule.descriptor.name,
                     lint::Name(rule.category), rule.body->docs);
}

std::string DocOfWord(std::string_view word) {
  const Meaning* meaning = targets::MeaningOf(word);
  return meaning == nullptr ? std::string() : Paragraphs(word, *meaning, {});
}

std::string DocOfForeign(const targets::Target& target, targets::ForeignWord::Kind kind,
                         std::string_view word) {
  const targets::ForeignWord* row = targets::FindForeignWord(kind, word);
  if (row == nullptr) return {};
  std::string text =
      fmt::format("**`{}`** – not known to `{}`\n\n{}.\n", row->spelling, target.name, row->who);
  std::vector<std::string> instead;
  for (const policy::Operation operation : row->replacement) {
    if (target.Knows(operation)) instead.push_back(fmt::format("op={}", Name(operation)));
  }
  if (!instead.empty()) {
    text += fmt::format("\nUse {} instead.\n", support::ListedInQuotes(instead));
  }
  return text;
}

std::string DocOfVerb(std::string_view verb) {
  for (const SuppressionVerb& row : kSuppressionVerbs) {
    if (row.word != verb) continue;
    return fmt::format(
        "**`# ipec: {}`** – {}\n\nIt names rules, or their codes, separated by commas. The reason "
        "after the parenthesis is required; `until=2030-12-31` in it makes the comment expire. "
        "A comment that suppresses nothing is itself a finding.\n",
        row.word, row.summary);
  }
  return {};
}

}  // namespace ipec::lsp
