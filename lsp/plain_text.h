#pragma once

// Converts our Markdown for clients that show plain text: removes headings, emphasis, fences and
// rules. Words in backticks keep them, as in messages.

#include <string>
#include <string_view>

namespace ipec::lsp {

std::string PlainText(std::string_view markdown);

}  // namespace ipec::lsp
