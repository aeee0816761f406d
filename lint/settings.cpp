#include "lint/settings.h"

#include <algorithm>

#include "compiler/support/printable.h"
#include "compiler/support/streams.h"
#include "compiler/support/suggest.h"
#include "compiler/support/wording.h"
#include "lint/image.h"
#include "lint/setting_mistakes.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::lint {
namespace {

constexpr bool IsRuleset(std::string_view word) {
  return std::find(std::begin(kRulesets), std::end(kRulesets), word) != std::end(kRulesets);
}

// A rule is not on by default before it exists.
constexpr bool AreRulesets(std::string_view on, std::string_view since) {
  return IsRuleset(since) && (on == kOnRequest || (IsRuleset(on) && IsInRuleset(since, on)));
}

#define IPEC_RULE(code, name, category, severity, on, since, shown, id) \
  static_assert(AreRulesets(on, since), name " has a wrong ruleset");
#include "lint/rules.def"

// How a selector means a rule: by its own name or code, or with others, by their category or the
// beginning of their codes.
enum class Selection : std::uint8_t { None, ByName, InGroup };

Selection SelectionOf(std::string_view selector, const Rule& rule) {
  const llvm::StringRef word(selector.data(), selector.size());
  const llvm::StringRef code(rule.descriptor.code.data(), rule.descriptor.code.size());
  const llvm::StringRef name(rule.descriptor.name.data(), rule.descriptor.name.size());
  const std::string_view category = Name(rule.category);
  if (word.equals_insensitive(name) || word.equals_insensitive(code)) return Selection::ByName;
  const bool others = word == "all" || word == llvm::StringRef(category.data(), category.size()) ||
                      (word.size() > 3 && code.startswith_insensitive(word));
  return others ? Selection::InGroup : Selection::None;
}

std::size_t CountSelected(std::string_view selector) {
  return support::ToSize(std::count_if(AllRules().begin(), AllRules().end(), [&](const Rule& rule) {
    return SelectionOf(selector, rule) != Selection::None;
  }));
}

std::string Unknown(std::string_view what, std::string_view word,
                    const std::vector<std::string_view>& words) {
  return "unknown " + std::string(what) + " " + support::Quoted(support::Abbreviated(word)) +
         support::Suggest(word, words);
}

std::vector<std::string_view> RuleWords() {
  std::vector<std::string_view> words;
  for (const Rule& rule : AllRules()) {
    words.push_back(rule.descriptor.name);
    words.push_back(rule.descriptor.code);
  }
  for (const Rule& rule : AllRules()) words.push_back(Name(rule.category));
  return words;
}

class Resolver {
 public:
  // An error names the file and place of a word if `config` is where the words come from.
  Resolver(Settings& settings, const pipeline::Config* config)
      : settings_(settings), config_(config) {}

  // The key of the configuration whose words follow.
  Resolver& Of(std::string_view key) {
    key_ = key;
    return *this;
  }

  // Turns on or off the rules that the selectors name.
  void Turn(bool on, std::span<const std::string> selectors) {
    for (const std::string& selector : selectors) {
      ForEach(selector, [&](const Rule& rule, Selection selection) {
        if (!on) return Disable(rule);
        if (selection != Selection::ByName && !IsPinned(rule)) return;
        settings_.requested[rule.id] = true;
        if (settings_.severity[rule.id]) return;
        settings_.severity[rule.id] = rule.descriptor.severity;
        settings_.chosen[rule.id] = false;
      });
    }
  }

  void SetLevel(const std::string& selector, const std::string& level) {
    // In the order of Severity; `off` is last.
    static const std::vector<std::string_view> kLevels = {"error", "warning", "info", "style",
                                                          "off"};
    const auto found = std::find(kLevels.begin(), kLevels.end(), level);
    if (found == kLevels.end()) return Fail(selector, Unknown("level", level, kLevels));
    ForEach(selector, [&](const Rule& rule, Selection selection) {
      if (*found == "off") {
        Disable(rule);
      } else if (selection == Selection::ByName || IsPinned(rule)) {
        const std::size_t number = support::ToSize(found - kLevels.begin());
        settings_.severity[rule.id] = support::FromIndex<Severity>(number);
        settings_.chosen[rule.id] = true;
        settings_.requested[rule.id] = true;
      }
    });
  }

  void Disable(const Rule& rule) {
    settings_.severity[rule.id].reset();
    settings_.requested[rule.id] = false;
  }

  // Whether the rule is in the ruleset that the configuration pins.
  bool IsPinned(const Rule& rule) const {
    return IsInRuleset(rule.since, settings_.config.lint.ruleset);
  }

  template <typename Visit>
  void ForEach(const std::string& selector, Visit visit) {
    bool found = false;
    for (const Rule& rule : AllRules()) {
      const Selection selection = SelectionOf(selector, rule);
      if (selection == Selection::None) continue;
      found = true;
      visit(rule, selection);
    }
    // A suggestion takes long to find.
    if (!found && errors_.size() < kMostErrors)
      Fail(selector, Unknown("rule", selector, RuleWords()));
  }

  void Fail(std::string_view word, const std::string& words) {
    if (errors_.size() == kMostErrors) return;
    const bool has_place = config_ != nullptr && !config_->path.empty();
    errors_.push_back(has_place ? config_->path + std::string(config_->places.Find(key_, word)) +
                                      ": " + words
                                : words);
  }
  // The first error.
  llvm::Error Finish() const {
    return errors_.empty() ? llvm::Error::success() : support::ErrorOf(errors_.front());
  }
  const std::vector<std::string>& errors() const { return errors_; }

 private:
  Settings& settings_;
  const pipeline::Config* config_;
  std::string_view key_;
  static constexpr std::size_t kMostErrors = 20;
  std::vector<std::string> errors_;
};

}  // namespace

namespace {

// Applies the configuration to `settings`.
void ApplyConfig(Settings& settings, Resolver& file) {
  const pipeline::Config& config = settings.config;
  const std::vector<std::string_view> rulesets(std::begin(kRulesets), std::end(kRulesets));
  if (!config.lint.ruleset.empty() && !IsRuleset(config.lint.ruleset)) {
    file.Of("lint.ruleset")
        .Fail(config.lint.ruleset, Unknown("ruleset", config.lint.ruleset, rulesets) +
                                       "; the newest is " + support::Quoted(kRulesets[0]));
  }
  file.Of("lint.select").Turn(true, config.lint.select);
  file.Of("lint.ignore").Turn(false, config.lint.ignore);
  // The more specific entry applies, wherever it is written; of equally specific ones, the last.
  std::vector<std::pair<std::size_t, std::size_t>> levels;  // number of rules, entry
  for (const auto& [rule, level] : config.lint.severity) {
    levels.emplace_back(CountSelected(rule), levels.size());
  }
  std::stable_sort(levels.begin(), levels.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  for (const auto& [rules, entry] : levels) {
    file.Of("lint.severity")
        .SetLevel(config.lint.severity[entry].first, config.lint.severity[entry].second);
  }
  for (const std::string& selector : config.lint.unsuppressible) {
    file.Of("lint.unsuppressible").ForEach(selector, [&](const Rule& rule, Selection) {
      settings.unsuppressible[rule.id] = true;
    });
  }
}

// Before any configuration.
Settings DefaultSettings(const pipeline::Config& config, const std::string& today) {
  Settings settings;
  settings.config = config;
  settings.today = config.lint.today.empty() ? today : config.lint.today;
  if (config.inventory) settings.image = std::make_shared<const Image>(config.inventory.get());
  for (const Rule& rule : AllRules()) {
    const bool on = rule.on_by_default() && IsInRuleset(rule.on, config.lint.ruleset);
    if (on) settings.severity[rule.id] = rule.descriptor.severity;
  }
  return settings;
}

}  // namespace

std::vector<std::string> MistakesIn(const pipeline::Config& config) {
  Settings settings = DefaultSettings(config, {});
  Resolver file(settings, &config);
  ApplyConfig(settings, file);
  return file.errors();
}

llvm::Expected<Settings> Resolve(const pipeline::Config& config, const Overrides& overrides,
                                 const std::string& today) {
  Settings settings = DefaultSettings(config, today);
  Resolver file(settings, &config);
  ApplyConfig(settings, file);
  if (llvm::Error error = file.Finish()) return error;

  Resolver call(settings, nullptr);
  if (!overrides.select.empty()) {
    RuleMap<std::optional<Severity>> before;
    std::swap(before, settings.severity);
    const RuleMap<bool> chosen = settings.chosen;
    call.Turn(true, overrides.select);
    // A level that the configuration gives stays.
    for (const Rule& rule : AllRules()) {
      if (!settings.severity[rule.id] || !before[rule.id]) continue;
      settings.severity[rule.id] = before[rule.id];
      settings.chosen[rule.id] = chosen[rule.id];
    }
  }
  call.Turn(false, overrides.ignore);
  for (const std::string& pair : overrides.severity) {
    const std::size_t equals = pair.find('=');
    if (equals == std::string::npos) {
      call.Fail(pair, "`--severity` must be RULE=LEVEL, got " + support::Quoted(pair));
    } else {
      call.SetLevel(pair.substr(0, equals), pair.substr(equals + 1));
    }
  }
  if (llvm::Error error = call.Finish()) return error;
  return settings;
}

}  // namespace ipec::lint
