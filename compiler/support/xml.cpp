#include "compiler/support/xml.h"

#include "compiler/support/printable.h"

namespace ipec::support {

std::string Xml(std::string_view text) {
  std::string out;
  for (const char byte : Printable(text)) {
    switch (byte) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += byte;
    }
  }
  return out;
}

}  // namespace ipec::support
