#include "compiler/driver/help_topics.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "compiler/driver/runtime_topic.h"
#include "compiler/pipeline/config_keys.h"
#include "compiler/support/wording.h"
#include "compiler/targets/digest_algorithms.h"
#include "compiler/targets/features.h"
#include "compiler/targets/meanings.h"
#include "compiler/targets/targets.h"
#include "lint/settings.h"

namespace ipec::driver {
namespace {

using manual::Topic;
using manual::TopicSection;
using targets::Target;

// `a`, `b` or `c`.
std::string Choices(std::span<const std::string_view> words) {
  std::vector<std::string> quoted;
  quoted.reserve(words.size());
  for (const std::string_view word : words) quoted.push_back(fmt::format("`{}`", word));
  return support::Listed(quoted, "or");
}

// From "the error" to "The error."
std::string Sentence(std::string_view words) {
  std::string made(words);
  if (!made.empty() && made[0] >= 'a' && made[0] <= 'z') made[0] = static_cast<char>(made[0] - 32);
  return made + ".";
}

std::string ValueOf(const pipeline::ConfigKey& key) {
  std::vector<std::string_view> words = pipeline::WordsOf(key.words);
  if (key.words == pipeline::KeyWords::Ruleset) {
    words.assign(std::begin(lint::kRulesets), std::end(lint::kRulesets));
  }
  std::string type = Sentence(pipeline::Describe(key.type));
  if (words.empty()) return type;
  return fmt::format("{} Valid words are {}.", type, Choices(words));
}

Topic ConfigTopic() {
  Topic topic{.name = "ipec.toml",
              .section = '5',
              .summary = "the configuration of ipec for a directory of policies",
              .sections = {},
              .commands = {"ipec", "ipec-fmt", "ipec-lint"}};
  topic.sections.push_back(
      {"Description",
       "The nearest `ipec.toml` in the directory of a policy or above it applies, or the one that "
       "`--config` names. It is TOML. Options of a call take precedence. `ipec lint --show-config` "
       "prints the values that apply to a file. Keys before the first table are for all commands.",
       {}});
  TopicSection keys{"Keys", "Keys with a dot are in the table before the dot.", {}};
  for (const pipeline::ConfigKey& key : pipeline::ConfigKeys()) {
    keys.entries.push_back(
        {std::string(key.name), fmt::format("{} {}", Sentence(key.meaning), ValueOf(key))});
  }
  topic.sections.push_back(std::move(keys));
  topic.sections.push_back({"Examples",
                            "  target = [\"linux-6.12\", \"linux-6.19\"]\n"
                            "\n"
                            "  [lint]\n"
                            "  fail-on = \"info\"\n",
                            {}});
  return topic;
}

// "Known to `linux-6.12` and …." for a word that not all targets know.
template <typename Knows>
std::string KnownTo(Knows knows) {
  std::vector<std::string> names;
  for (const Target& target : targets::AllTargets()) {
    if (knows(target)) names.push_back(fmt::format("`{}`", target.name));
  }
  if (names.size() == targets::AllTargets().size()) return {};
  return fmt::format(" Known to {}.", support::Listed(names, "and"));
}

// The differences between dialects, each with the targets for which it holds.
template <typename Word>
std::string Notes(Word word) {
  std::vector<std::pair<std::string_view, std::vector<std::string>>> notes;
  for (const Target& target : targets::AllTargets()) {
    const std::string_view note = targets::NoteOn(word, target);
    if (note.empty()) continue;
    auto known = std::find_if(notes.begin(), notes.end(),
                              [&](const auto& each) { return each.first == note; });
    if (known == notes.end()) known = notes.insert(notes.end(), {note, {}});
    known->second.push_back(fmt::format("`{}`", target.name));
  }
  std::string text;
  for (const auto& [note, names] : notes) {
    text += fmt::format(" For {}: {}", support::Listed(names, "and"), note);
  }
  return text;
}

std::string MeaningText(const targets::Meaning& meaning) {
  const std::string_view space = meaning.details.empty() ? "" : " ";
  return fmt::format("{}{}{}", Sentence(meaning.summary), space, meaning.details);
}

TopicSection Words(std::string_view title, std::string prose,
                   std::span<const std::string_view> words) {
  TopicSection section{title, std::move(prose), {}};
  for (const std::string_view word : words) {
    if (const targets::Meaning* const meaning = targets::MeaningOf(word)) {
      section.entries.push_back({std::string(word), MeaningText(*meaning)});
    }
  }
  return section;
}

TopicSection Operations() {
  TopicSection section{"Operations", "", {}};
  for (const std::string_view name : runtime::kOperationNames) {
    const auto operation = runtime::FindOperation(name);
    if (!operation || *operation == runtime::Operation::Unknown) continue;
    section.entries.push_back(
        {std::string(name),
         MeaningText(targets::MeaningOf(*operation)) + Notes(*operation) +
             KnownTo([&](const Target& target) { return target.Knows(*operation); })});
  }
  std::vector<std::string_view> seen;
  for (const Target& target : targets::AllTargets()) {
    for (const targets::Alias& alias : target.aliases()) {
      if (std::find(seen.begin(), seen.end(), alias.spelling) != seen.end()) continue;
      seen.push_back(alias.spelling);
      std::vector<std::string> names;
      for (const runtime::Operation one : alias.operations) {
        names.push_back(fmt::format("`{}`", Name(one)));
      }
      section.entries.push_back(
          {std::string(alias.spelling), fmt::format("Stands for {}. Known to `{}`.",
                                                    support::Listed(names, "and"), target.name)});
    }
  }
  return section;
}

TopicSection Properties() {
  TopicSection section{"Properties", "", {}};
  for (const std::string_view name : runtime::kPropertyNames) {
    const auto property = runtime::FindProperty(name);
    if (!property) continue;
    const bool is_boolean = Kind(*property) == runtime::PropertyKind::Boolean;
    const targets::Meaning& meaning = targets::MeaningOf(*property);
    std::string text = MeaningText(meaning) + Notes(*property);
    if (!meaning.option.empty()) {
      text += fmt::format(" The kernel needs `{}`.", meaning.option);
    }
    section.entries.push_back(
        {fmt::format("{}={}", name, is_boolean ? "TRUE|FALSE" : "ALGORITHM:HEX"), std::move(text)});
  }
  return section;
}

TopicSection Digests() {
  std::vector<std::string_view> names;
  for (const targets::DigestAlgorithm& row : targets::kDigestAlgorithms) names.push_back(row.name);
  std::vector<std::string> bare;
  for (const Target& target : targets::AllTargets()) {
    if (target.Has(targets::Feature::BareDigests)) bare.push_back(fmt::format("`{}`", target.name));
  }
  return {"Digests",
          fmt::format("Algorithms have the names of the kernel: {}. For {}, a digest has no "
                      "algorithm: hex digits alone.",
                      Choices(names), support::Listed(bare, "and")),
          {}};
}

TopicSection TargetList() {
  TopicSection section{"Targets", "Kernels read a policy in these dialects:", {}};
  for (const Target& target : targets::AllTargets()) {
    std::string text = Sentence(target.summary);
    if (!target.other_names.empty()) {
      text += fmt::format(" Other names: {}.", Choices(target.other_names));
    }
    if (target.Has(targets::Feature::QuotedValues)) text += " Values may be in quotes.";
    section.entries.push_back({std::string(target.name), std::move(text)});
  }
  return section;
}

Topic PolicyTopic() {
  constexpr std::string_view kStatements[] = {"policy_name", "policy_version", "DEFAULT", "op",
                                              "action"};
  constexpr std::string_view kValues[] = {"ALLOW", "DENY", "TRUE", "FALSE"};
  Topic topic{.name = "ipe-policy",
              .section = '5',
              .summary = "the language of Linux IPE policies",
              .sections = {},
              .commands = {"ipec", "ipec-check", "ipec-explain", "ipec-targets"}};
  topic.sections.push_back(
      {"Description",
       "A policy is text, a statement on each line. The first one is the header. A `#` begins a "
       "comment, also within a word. The first rule of the event's operation whose properties all "
       "match decides; without one, the DEFAULT of the operation, else the global DEFAULT. "
       "Properties of a rule are between its operation and its action, in any order:\n"
       "\n"
       "  policy_name=NAME policy_version=A.B.C\n"
       "  DEFAULT action=DENY\n"
       "  DEFAULT op=FIRMWARE action=ALLOW\n"
       "  op=EXECUTE dmverity_signature=TRUE action=ALLOW\n",
       {}});
  topic.sections.push_back(Words("Statements", "", kStatements));
  topic.sections.push_back(Operations());
  topic.sections.push_back(Properties());
  topic.sections.push_back(Words("Values", "", kValues));
  topic.sections.push_back(Digests());
  topic.sections.push_back(TargetList());
  return topic;
}

constexpr TopicRow kTopics[] = {
    {"ipe-policy", PolicyTopic}, {"ipec-runtime", RuntimeTopic}, {"ipec.toml", ConfigTopic}};

}  // namespace

std::span<const TopicRow> Topics() {
  return kTopics;
}

const TopicRow* FindTopic(std::string_view name) {
  const auto* const found = std::find_if(std::begin(kTopics), std::end(kTopics),
                                         [&](const TopicRow& row) { return row.name == name; });
  return found == std::end(kTopics) ? nullptr : found;
}

}  // namespace ipec::driver
