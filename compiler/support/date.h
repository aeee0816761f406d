#pragma once

// Days of the calendar as people write them: YYYY-MM-DD. Texts of that shape are in order.

#include <string>
#include <string_view>

namespace ipec::support {

// Whether `text` is a day of the Gregorian calendar, from the year 1 on: not 2026-02-30.
bool IsDate(std::string_view text);

// The day it is, in UTC.
std::string Today();

}  // namespace ipec::support
