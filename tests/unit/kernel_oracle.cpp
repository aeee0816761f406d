#include "tests/unit/kernel_oracle.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <utility>
#include <vector>

namespace ipec::tests {
namespace {

constexpr int kNoEntry = 2, kAccess = 13, kInvalid = 22, kRange = 34, kTooLong = 36,
              kBadMessage = 74;

using Strings = std::vector<std::string>;

bool IsSpace(char c) {
  return std::string_view(" \t\n\v\f\r\xA0").find(c) != std::string_view::npos;
}

bool IsHex(char c) {
  return std::string_view("0123456789abcdefABCDEF").find(c) != std::string_view::npos;
}

Strings Split(std::string_view text, std::string_view separators, bool keep_empty) {
  Strings parts(1);
  for (const char c : text) {
    if (separators.find(c) != std::string_view::npos) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  if (!keep_empty) std::erase(parts, "");
  return parts;
}

int Component(std::string text) {
  if (!text.empty() && text[0] == '+') text.erase(0, 1);
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  std::string number = text.substr(0, digits);
  number.erase(0, std::min(number.find_first_not_of('0'), number.size()));
  // 18446744073709551615 is the largest number of 64 bits.
  if (number.size() > 20 || (number.size() == 20 && number > "18446744073709551615")) return kRange;
  if (digits == 0 || digits != text.size()) return kInvalid;
  if (number.size() > 5 || (number.size() == 5 && number > "65535")) return kRange;
  return 0;
}

int Version(std::string_view text) {
  const Strings parts = Split(text, ".", true);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i == 3) return kBadMessage;
    if (const int error = Component(parts[i])) return error;
  }
  return parts.size() == 3 ? 0 : kBadMessage;
}

bool Takes(std::string_view word, std::string_view key, std::string& value) {
  if (word.substr(0, key.size()) != key) return false;
  value = word.substr(key.size());
  return !value.empty();
}

const std::set<std::string> kMainlineOperations = {
    "EXECUTE", "FIRMWARE", "KMODULE", "KEXEC_IMAGE", "KEXEC_INITRAMFS", "POLICY", "X509_CERT"};
const std::set<std::string> kQuotedOperations = {"EXECUTE",      "FIRMWARE",        "KMODULE",
                                                 "KEXEC_IMAGE",  "KEXEC_INITRAMFS", "IMA_POLICY",
                                                 "IMA_X509_CERT"};
const std::set<std::string> kBooleans = {"boot_verified", "dmverity_signature",
                                         "fsverity_signature"};
const std::set<std::string> kDigests = {"dmverity_roothash", "fsverity_digest"};

int MainlineProperty(const std::string& word) {
  for (const std::string& key : kBooleans) {
    if (word == key + "=TRUE" || word == key + "=FALSE") return 0;
  }
  for (const std::string& key : kDigests) {
    std::string value;
    if (!Takes(word, key + "=", value)) continue;
    const std::size_t colon = value.find(':');
    if (colon == std::string::npos) return kBadMessage;
    const std::string digits = value.substr(colon + 1);
    return digits.size() % 2 == 0 && std::all_of(digits.begin(), digits.end(), IsHex) ? 0
                                                                                      : kInvalid;
  }
  return kBadMessage;
}

struct Defaults {
  bool global = false;
  std::set<std::string> operations;

  // False: already decided.
  bool Add(const std::string& operation) {
    if (!operation.empty()) return operations.insert(operation).second;
    return !std::exchange(global, true);
  }
  bool Complete(const std::set<std::string>& all) const { return global || operations == all; }
};

int MainlineStatement(const Strings& words, Defaults& defaults) {
  const bool is_default = words[0] == "DEFAULT";
  std::string operation;
  bool properties = false;
  std::size_t i = is_default && words.size() > 1 ? 1 : 0;
  for (; i + 1 < words.size(); ++i) {
    if (operation.empty()) {
      if (words[i].substr(0, 3) != "op=" || kMainlineOperations.count(words[i].substr(3)) == 0) {
        return kBadMessage;
      }
      operation = words[i].substr(3);
    } else {
      if (const int error = MainlineProperty(words[i])) return error;
      properties = true;
    }
  }
  if (words.back() != "action=ALLOW" && words.back() != "action=DENY") return kBadMessage;
  if (!is_default) return operation.empty() ? kBadMessage : 0;
  return properties || !defaults.Add(operation) ? kBadMessage : 0;
}

}  // namespace

int MainlineVerdict(std::string_view text) {
  text = text.substr(0, text.find('\0'));
  std::string name;
  bool header = false;
  Defaults defaults;
  for (std::string line : Split(text, "\n\r", true)) {
    line = line.substr(0, line.find('#'));
    while (!line.empty() && IsSpace(line.back())) line.pop_back();
    if (line.empty()) continue;
    const Strings words = Split(line, " \t", false);
    if (header) {
      if (const int error = MainlineStatement(words, defaults)) return error;
      continue;
    }
    std::string version;
    if (!Takes(words[0], "policy_name=", name) || words.size() < 2 ||
        !Takes(words[1], "policy_version=", version)) {
      return kBadMessage;
    }
    if (const int error = Version(version)) return error;
    if (words.size() > 2) return kBadMessage;
    header = true;
  }
  if (!header || !defaults.Complete(kMainlineOperations)) return kBadMessage;
  if (name.find('/') != std::string::npos || name == "." || name == "..") return kAccess;
  return name.size() > 255 ? kTooLong : 0;
}

namespace {

bool IsVisible(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte > 0x20 && byte < 0x7F) || byte > 0xA0;
}

bool IsKeyByte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || byte == '_' ||
         (byte >= 'a' && byte <= 'z') || (byte >= 0xC0 && byte != 0xD7 && byte != 0xF7);
}

struct Token {
  std::string key;
  std::string value;
  bool has_value = false;
};

// The words of a line; false: the line is rejected.
bool QuotedTokens(std::string_view line, std::vector<Token>& tokens) {
  Strings words;
  std::string word;
  bool begun = false;
  char quote = 0;
  for (const char c : line) {
    if (quote == 0 && (c == '\'' || c == '"')) {
      quote = c;
      if (begun) word += c;
      continue;
    }
    if (quote != 0 && c == quote) {
      quote = 0;
      if (begun) word += c;
      continue;
    }
    if (quote == 0 && c == '#') {
      begun = false;
      word.clear();
      break;
    }
    if (quote == 0 && IsSpace(c)) {
      if (begun) words.push_back(word);
      begun = false;
      word.clear();
      continue;
    }
    if (!begun && IsVisible(c)) begun = true;
    if (begun) word += c;
  }
  if (quote != 0) return false;
  if (begun) words.push_back(word);
  for (const std::string& text : words) {
    Token token;
    const std::size_t equals = text.find('=');
    token.key = text.substr(0, equals);
    if (!std::all_of(token.key.begin(), token.key.end(), IsKeyByte)) return false;
    token.has_value = equals != std::string::npos && equals + 1 < text.size();
    if (token.has_value) token.value = text.substr(equals + 1);
    if (token.has_value && (token.value[0] == '\'' || token.value[0] == '"')) {
      if (token.value.size() < 2 || token.value.back() != token.value[0]) return false;
      token.value = token.value.substr(1, token.value.size() - 2);
    }
    if (!std::all_of(token.value.begin(), token.value.end(),
                     [](char c) { return IsVisible(c) || c == ' ' || c == '\t'; })) {
      return false;
    }
    tokens.push_back(token);
  }
  return true;
}

bool IsAction(const Token& token) {
  return token.key == "action" && token.has_value &&
         (token.value == "ALLOW" || token.value == "DENY");
}

// The operations of a word; empty: unknown.
std::set<std::string> QuotedOperations(const std::string& word) {
  if (word == "KERNEL_READ") {
    std::set<std::string> all = kQuotedOperations;
    all.erase("EXECUTE");
    return all;
  }
  if (kQuotedOperations.count(word) == 0) return {};
  return {word};
}

int QuotedDefault(const std::vector<Token>& tokens, Defaults& defaults) {
  if (tokens[0].has_value || tokens.size() < 2 || !tokens[1].has_value) return kBadMessage;
  if (tokens[1].key == "action") {
    return IsAction(tokens[1]) && defaults.Add("") ? 0 : kBadMessage;
  }
  if (tokens[1].key != "op" || tokens.size() < 3) return kBadMessage;
  const std::set<std::string> operations = QuotedOperations(tokens[1].value);
  if (operations.empty()) return kBadMessage;
  if (!IsAction(tokens[2])) return kInvalid;
  for (const std::string& operation : operations) {
    if (!defaults.Add(operation)) return kBadMessage;
  }
  return 0;
}

int QuotedRule(const std::vector<Token>& tokens) {
  if (tokens[0].key != "op" || !tokens[0].has_value) return kInvalid;
  if (QuotedOperations(tokens[0].value).empty()) return kNoEntry;
  if (tokens.size() == 1) return kBadMessage;
  for (std::size_t i = 1; i + 1 < tokens.size(); ++i) {
    const Token& token = tokens[i];
    if (kBooleans.count(token.key) + kDigests.count(token.key) == 0) return kNoEntry;
    if (!token.has_value) return kInvalid;
    if (kBooleans.count(token.key) != 0) {
      if (token.value != "TRUE" && token.value != "FALSE") return kBadMessage;
      continue;
    }
    const std::string digits = token.value.substr(0, token.value.size() / 2 * 2);
    if (!std::all_of(digits.begin(), digits.end(), IsHex)) return kInvalid;
  }
  return IsAction(tokens.back()) ? 0 : kInvalid;
}

}  // namespace

int QuotedVerdict(std::string_view text) {
  text = text.substr(0, text.find('\0'));
  std::vector<std::vector<Token>> lines;
  for (const std::string& line : Split(text, "\n", true)) {
    std::vector<Token> tokens;
    if (!QuotedTokens(line, tokens)) return kBadMessage;
    if (!tokens.empty()) lines.push_back(tokens);
  }
  bool header = false;
  Defaults defaults;
  for (const auto& tokens : lines) {
    if (tokens[0].key == "policy_name") {
      if (std::exchange(header, true) || !tokens[0].has_value) return kBadMessage;
      if (tokens.size() > 1) {
        if (tokens[1].key != "policy_version" || !tokens[1].has_value) return kBadMessage;
        if (const int error = Version(tokens[1].value)) return error;
      }
      if (tokens.size() > 2) return kBadMessage;
    } else if (tokens[0].key == "DEFAULT") {
      if (const int error = QuotedDefault(tokens, defaults)) return error;
    }
  }
  for (const auto& tokens : lines) {
    if (tokens[0].key == "policy_name" || tokens[0].key == "DEFAULT") continue;
    if (const int error = QuotedRule(tokens)) return error;
  }
  return header && defaults.Complete(kQuotedOperations) ? 0 : kBadMessage;
}

}  // namespace ipec::tests
