#pragma once

// Texts for tests of everything that reads text: all short ones over an alphabet of significant
// bytes, and longer ones made by hand.

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace ipec::tests {

constexpr std::array<char, 12> kNastyBytes = {'a', '=',  ' ', '\t', '\v', '\xA0',
                                              '#', '\'', '"', '\n', '\r', '\0'};

// Calls `visit` with every text of up to `length` nasty bytes.
template <typename Visit>
void ForEachShortText(std::size_t length, Visit visit) {
  std::vector<std::size_t> digits;
  std::string text;
  while (true) {
    visit(static_cast<const std::string&>(text));
    std::size_t i = 0;
    while (i < digits.size() && ++digits[i] == kNastyBytes.size()) {
      digits[i] = 0;
      text[i] = kNastyBytes[0];
      ++i;
    }
    if (i < digits.size()) {
      text[i] = kNastyBytes[digits[i]];
    } else if (digits.size() == length) {
      return;
    } else {
      digits.push_back(0);
      text.push_back(kNastyBytes[0]);
    }
  }
}

constexpr std::size_t CountOfShortTexts(std::size_t length) {
  return length == 0 ? 1 : 1 + kNastyBytes.size() * CountOfShortTexts(length - 1);
}

inline std::vector<std::string> NastyTexts() {
  using namespace std::string_literals;
  std::vector<std::string> texts = {
      "policy_name=Demo policy_version=1.0.0\nDEFAULT action=DENY\nop=EXECUTE action=ALLOW\n",
      "policy_name=Demo policy_version=1.0.0\r\nDEFAULT action=DENY\r\n\r\n# end\r\n",
      "policy_name=Demo policy_version=1.0.0 # a comment\rDEFAULT action=ALLOW # that ends at \\r",
      "policy_name=\"My Policy\" policy_version='1.0.0'\n",
      "op=EXECUTE\v\xA0\f \t\v # trimmed, whitespace of all kinds\n",
      "op=EXECUTE \v\xA0 \f \f action=ALLOW\n",
      "\v\f\xA0\n \v \n\t\xA0#\n",
      "=\n==\n===a=\n= = =\na=b=c\n",
      "#\n##\n # #\na#b#c\n",
      "\"a=b\"=c 'd=\"e'\"f='\"g h=\"i#j\" k=\"l\n",
      "'\n\"\n''\n\"\"\n'\"\n\"'\n'\"'\n\"'\"'\n",
      "policy_name=a\0 policy_version=1.0.0\n"s,
      "op=\0"s,
      "# comment\0more"s,
      "'open\0'"s,
      "\xEF\xBB\xBFpolicy_name=bom policy_version=1.0.0\n",
      "op=EXECUTE dmverity_roothash=@ROOT_HASH@ action=ALLOW\n",
      "\x01\x02\x7F\x80\x85\x9F\xFF=\xC0\xE9\xF7\n",
  };
  std::string all;
  for (int byte = 255; byte >= 0; --byte) all.push_back(static_cast<char>(byte));
  texts.push_back(all);
  std::string pairs;
  for (int byte = 1; byte < 256; ++byte) {
    for (const char nasty : kNastyBytes) {
      if (nasty != 0) (pairs += static_cast<char>(byte)) += nasty;
    }
  }
  texts.push_back(pairs);
  return texts;
}

}  // namespace ipec::tests
