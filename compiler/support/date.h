#pragma once

// Calendar dates, YYYY-MM-DD. Strings of that form sort by date.

#include <chrono>
#include <string>
#include <string_view>

namespace ipec::support {

// Whether `text` is a date of the Gregorian calendar, from year 1 on: 2026-02-30 is not.
bool IsDate(std::string_view text);

// A date from year 0 on in this form.
std::string DateText(std::chrono::year_month_day date);

// The current date, in UTC.
std::string Today();

}  // namespace ipec::support
