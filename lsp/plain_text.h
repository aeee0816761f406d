#pragma once

// Our Markdown for clients that show text as it is: without marks of headings, emphasis, fences
// and rules. Words in backticks keep them, as messages do.

#include <string>
#include <string_view>

namespace ipec::lsp {

std::string PlainText(std::string_view markdown);

}  // namespace ipec::lsp
