#include "compiler/manual/complete.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "compiler/command/parser.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::manual {
namespace {

using command::Entry;
using command::Option;

constexpr std::array kValues = {
#define IPEC_VALUE(metavar, kind, patterns) ValueRow{metavar, ValueKind::kind, patterns},
#include "compiler/manual/values.def"
};

bool IsMetavarLetter(char c) {
  return (c >= 'A' && c <= 'Z') || c == '=' || c == ':' || (c >= 'a' && c <= 'z');
}

class Completer {
 public:
  Completer(std::span<const Entry> commands, std::span<const std::string> words, WordsOf words_of)
      : commands_(commands), words_(words), words_of_(words_of), current_(words.back()) {}

  Completion Do() {
    if (words_.size() == 1) {
      OfferCommands();
      return std::move(made_);
    }
    const auto entry = std::find_if(commands_.begin(), commands_.end(),
                                    [&](const Entry& one) { return one.name == words_[0]; });
    if (entry == commands_.end()) return {};
    CompleteWord(*entry);
    return std::move(made_);
  }

 private:
  void OfferCommands() {
    for (const Entry& entry : commands_) Add(std::string(entry.name), entry.summary);
    Add("--help", "print the commands");
    Add("--version", "print the version");
  }

  void Add(std::string word, std::string_view help) {
    if (llvm::StringRef(word).startswith(current_)) made_.offers.push_back({std::move(word), help});
  }

  static const Option* FindOption(const Entry& entry, std::string_view name) {
    for (const auto& rows : {entry.command->runner.options, command::CommonRows()}) {
      for (const Option& option : rows) {
        if (option.name == name) return &option;
      }
    }
    return nullptr;
  }

  void CompleteWord(const Entry& entry) {
    bool options_ended = false;
    const Option* waits = nullptr;  // for its value, the next word
    for (const std::string& word : words_.subspan(1, words_.size() - 2)) {
      if (waits != nullptr) {
        waits = nullptr;
      } else if (word == "--") {
        options_ended = true;
      } else if (!options_ended && word.find('=') == std::string::npos) {
        const Option* const option = FindOption(entry, word);
        if (option != nullptr && !option->metavar.empty() && !option->value_is_optional) {
          waits = option;
        }
      }
    }
    if (waits != nullptr) return OfferValue(*waits, "");
    const std::size_t equals = current_.find('=');
    if (!options_ended && llvm::StringRef(current_).startswith("-")) {
      if (equals == std::string::npos) return OfferOptions(entry);
      const Option* const option = FindOption(entry, current_.substr(0, equals));
      if (option != nullptr) OfferValue(*option, current_.substr(0, equals + 1));
      return;
    }
    for (const std::string_view metavar : MetavarsIn(entry.command->operands)) {
      OfferMetavar(metavar, "", {});
    }
  }

  void OfferOptions(const Entry& entry) {
    for (const auto& rows : {entry.command->runner.options, command::CommonRows()}) {
      for (const Option& option : rows) {
        const bool needs_value = !option.metavar.empty() && !option.value_is_optional;
        const bool is_long = option.name.size() > 2;
        Add(std::string(option.name) + (needs_value && is_long ? "=" : ""), option.help);
      }
    }
  }

  // `before` is the part of the word before the value.
  void OfferValue(const Option& option, const std::string& before) {
    for (const std::string_view word : option.choices) Add(before + std::string(word), {});
    if (!option.choices.empty()) return;
    std::vector<std::string_view> own;
    if (option.words != nullptr) own = option.words();
    for (const std::string_view metavar : MetavarsIn(option.metavar)) {
      OfferMetavar(metavar, before, own);
    }
  }

  void OfferMetavar(std::string_view metavar, const std::string& before,
                    const std::vector<std::string_view>& own) {
    const ValueRow* const row = FindValue(metavar);
    if (row == nullptr) return;
    const std::string value = current_.substr(before.size());
    switch (row->kind) {
      case ValueKind::Nothing:
        break;
      case ValueKind::Words: {
        // `json:FILE`
        const std::size_t colon = value.find(':');
        if (colon != std::string::npos) {
          OfferPaths(Completion::Paths::Files, before + value.substr(0, colon + 1), {});
        }
        for (const std::string_view word : own) Add(before + std::string(word), {});
        break;
      }
      case ValueKind::Files:
        OfferPaths(Completion::Paths::Files, before, row->patterns);
        break;
      case ValueKind::Directories:
        if (made_.paths == Completion::Paths::None) {
          OfferPaths(Completion::Paths::Directories, before, {});
        }
        break;
      default: {
        // `IPE1001,IPE2`
        const std::size_t comma = value.rfind(',');
        const std::string list =
            before + (comma == std::string::npos ? std::string() : value.substr(0, comma + 1));
        for (Offer& one : words_of_(row->kind)) Add(list + one.word, one.help);
      }
    }
  }

  void OfferPaths(Completion::Paths paths, const std::string& before, std::string_view patterns) {
    made_.paths = paths;
    made_.before_path = before;
    if (made_.patterns.empty()) made_.patterns = patterns;
  }

  const std::span<const Entry> commands_;
  const std::span<const std::string> words_;
  const WordsOf words_of_;
  const std::string& current_;
  Completion made_;
};

}  // namespace

const ValueRow* FindValue(std::string_view metavar) {
  const auto* const row = std::find_if(kValues.begin(), kValues.end(),
                                       [&](const ValueRow& one) { return one.metavar == metavar; });
  return row == kValues.end() ? nullptr : row;
}

std::vector<std::string_view> MetavarsIn(std::string_view words) {
  if (FindValue(words) != nullptr) return {words};
  std::vector<std::string_view> found;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= words.size(); ++i) {
    if (i < words.size() && IsMetavarLetter(words[i])) continue;
    const std::string_view one = words.substr(begin, i - begin);
    begin = i + 1;
    if (FindValue(one) != nullptr && std::find(found.begin(), found.end(), one) == found.end()) {
      found.push_back(one);
    }
  }
  return found;
}

Completion Complete(std::span<const Entry> commands, std::span<const std::string> words,
                    WordsOf words_of) {
  if (words.empty()) return {};
  return Completer(commands, words, words_of).Do();
}

std::string CompletionText(const Completion& completion) {
  std::string text;
  for (const Offer& offer : completion.offers) {
    text += offer.word;
    if (!offer.help.empty()) text += fmt::format("\t{}", offer.help);
    text += '\n';
  }
  switch (completion.paths) {
    case Completion::Paths::None:
      break;
    case Completion::Paths::Files:
      text += fmt::format(":files\t{}\t{}\n", completion.before_path, completion.patterns);
      break;
    case Completion::Paths::Directories:
      text += fmt::format(":directories\t{}\n", completion.before_path);
      break;
  }
  return text;
}

}  // namespace ipec::manual
