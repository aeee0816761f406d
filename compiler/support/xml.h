#pragma once

// Text for XML.

#include <string>
#include <string_view>

namespace ipec::support {

// The text for an element or an attribute in double quotes. Bytes that XML cannot represent are
// written as Printable writes them.
std::string Xml(std::string_view text);

}  // namespace ipec::support
