#pragma once

// Makes text from files safe for a terminal.

#include <string>
#include <string_view>

namespace ipec::support {

// `text`, with everything that could move the cursor, change a color or hide something written as
// `\xHH` (`\t`, `\n` and `\r` by name). Well-formed UTF-8 is unchanged, except for direction marks
// and other invisible code points. Line breaks within messages are escaped too.
std::string Printable(std::string_view text);

// The same of a word that a message quotes, which may be of any length: of a long one, the
// beginning.
std::string Abbreviated(std::string_view word);

}  // namespace ipec::support
