#pragma once

// Text from files on its way to a terminal.

#include <string>
#include <string_view>

namespace ipec::support {

// `text` with everything that could move a cursor, change a colour or hide something written as
// `\xHH` (`\t`, `\n` and `\r` by name). Well-formed UTF-8 letters stay as they are; direction marks
// and other invisible code points do not. Line ends within messages are escaped, too.
std::string Printable(std::string_view text);

}  // namespace ipec::support
