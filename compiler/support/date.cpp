#include "compiler/support/date.h"

#include <algorithm>

#include "llvm/ADT/StringExtras.h"

namespace ipec::support {

bool IsDate(std::string_view text) {
  constexpr std::string_view kShape = "YYYY-MM-DD";
  if (text.size() != kShape.size()) return false;
  for (std::size_t i = 0; i < kShape.size(); ++i) {
    if (kShape[i] == '-' ? text[i] != '-' : !llvm::isDigit(text[i])) return false;
  }
  const auto number = [&](std::size_t begin, std::size_t end) {
    int value = 0;
    for (std::size_t i = begin; i < end; ++i) value = value * 10 + (text[i] - '0');
    return value;
  };
  const int year = number(0, 4);
  return year > 0 &&
         std::chrono::year_month_day(std::chrono::year(year), std::chrono::month(number(5, 7)),
                                     std::chrono::day(number(8, 10)))
             .ok();
}

std::string DateText(std::chrono::year_month_day date) {
  const auto padded = [](unsigned number, std::size_t width) {
    const std::string digits = std::to_string(number);
    return std::string(width - std::min(width, digits.size()), '0') + digits;
  };
  return padded(static_cast<int>(date.year()), 4) + '-' +
         padded(static_cast<unsigned>(date.month()), 2) + '-' +
         padded(static_cast<unsigned>(date.day()), 2);
}

std::string Today() {
  return DateText(std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now()));
}

}  // namespace ipec::support
