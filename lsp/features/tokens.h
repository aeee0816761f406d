#pragma once

// Semantic tokens: words that the target knows, without guesses. Text that is not understood has no
// token.

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "compiler/support/enum_set.h"
#include "lsp/snapshot.h"

namespace ipec::lsp {

enum class TokenType : std::uint8_t {
#define IPEC_TOKEN_TYPE(id, spelling) id,
#include "lsp/features/tokens.def"
};

enum class TokenModifier : std::uint8_t {
#define IPEC_TOKEN_MODIFIER(id, spelling) id,
#include "lsp/features/tokens.def"
};

using TokenModifiers = support::EnumSet<TokenModifier>;

inline constexpr std::array kTokenTypes = {
#define IPEC_TOKEN_TYPE(id, spelling) std::string_view(spelling),
#include "lsp/features/tokens.def"
};

inline constexpr std::array kTokenModifiers = {
#define IPEC_TOKEN_MODIFIER(id, spelling) std::string_view(spelling),
#include "lsp/features/tokens.def"
};

struct SemanticToken {
  support::Span span;
  TokenType type = TokenType::Keyword;
  TokenModifiers modifiers;
};

// In order, not overlapping, not empty and without line ends (a lone `\r` is one).
std::vector<SemanticToken> TokensOf(const Snapshot& snapshot);
// The tokens of the lines of `range`.
std::vector<SemanticToken> TokensIn(const Snapshot& snapshot, support::Span range);

// The single edit that turns `before` into `after`, as sent to clients: numbers in groups of five.
struct TokenEdit {
  std::uint32_t start = 0;
  std::uint32_t removed = 0;
  std::span<const std::uint32_t> inserted;  // of `after`
};
// Nothing if they are equal.
std::optional<TokenEdit> DifferenceOf(std::span<const std::uint32_t> before,
                                      std::span<const std::uint32_t> after);

}  // namespace ipec::lsp
