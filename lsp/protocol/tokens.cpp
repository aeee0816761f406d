// Semantic tokens, inlay hints and code lenses: what is shown in and between the words.

#include "lsp/features/tokens.h"
#include "lsp/features/claim_lenses.h"
#include "lsp/features/hints.h"
#include "lsp/features/lenses.h"
#include "lsp/protocol/dispatch.h"
#include "lsp/protocol/json.h"

namespace ipec::lsp {
namespace {

using Numbers = std::vector<std::uint32_t>;

// Five numbers a token: lines and characters since the one before, length, type, modifiers.
Numbers NumbersOf(const std::vector<SemanticToken>& tokens, Positions& positions) {
  Numbers numbers;
  numbers.reserve(tokens.size() * 5);
  EditorPlace last;
  for (const SemanticToken& token : tokens) {
    const EditorPlace start = positions.PlaceOf(token.span.begin);
    const EditorPlace end = positions.PlaceOf(token.span.end);
    numbers.push_back(start.line - last.line);
    numbers.push_back(start.character - (start.line == last.line ? last.character : 0));
    numbers.push_back(end.character - start.character);
    numbers.push_back(support::ToU32(support::IndexOf(token.type)));
    numbers.push_back(token.modifiers.bits());
    last = start;
  }
  return numbers;
}

void WriteNumbers(JsonWriter& json, llvm::StringRef key, std::span<const std::uint32_t> numbers) {
  // Thousands of them for each keystroke: written as text at once.
  std::string text = "[";
  for (const std::uint32_t number : numbers) {
    if (text.size() > 1) text += ',';
    text += std::to_string(number);
  }
  WriteRaw(json, key, text + "]");
}

}  // namespace

namespace answers {

Reply Tokens(const Call& call, const DocumentParams& /*params*/) {
  Positions positions = call.positions();
  const Numbers numbers = NumbersOf(TokensOf(*call.snapshot), positions);
  const std::string id = call.host.tokens().Keep(call.snapshot->uri, numbers);
  return {Written([&](JsonWriter& json) {
    json.object([&] {
      json.attribute("resultId", id);
      WriteNumbers(json, "data", numbers);
    });
  })};
}

Reply TokensDelta(const Call& call, const ResultParams& params) {
  TokenStore& store = call.host.tokens();
  const std::optional<Numbers> before = store.Find(call.snapshot->uri, params.previous_result);
  if (!before) return Tokens(call, params);
  Positions positions = call.positions();
  const Numbers after = NumbersOf(TokensOf(*call.snapshot), positions);
  const std::string id = store.Keep(call.snapshot->uri, after);
  const std::optional<TokenEdit> edit = DifferenceOf(*before, after);
  return {Written([&](JsonWriter& json) {
    json.object([&] {
      json.attribute("resultId", id);
      json.attributeArray("edits", [&] {
        if (!edit) return;
        json.object([&] {
          json.attribute("start", edit->start);
          json.attribute("deleteCount", edit->removed);
          WriteNumbers(json, "data", edit->inserted);
        });
      });
    });
  })};
}

Reply TokensRange(const Call& call, const RangeParams& params) {
  Positions positions = call.positions();
  const support::Span range = positions.SpanOf(params.range);
  const Numbers numbers = NumbersOf(TokensIn(*call.snapshot, range), positions);
  return {Written(
      [&](JsonWriter& json) { json.object([&] { WriteNumbers(json, "data", numbers); }); })};
}

Reply InlayHints(const Call& call, const RangeParams& params) {
  HintsWanted wanted;
  wanted.numbers = wanted.cases = call.settings.inlay_hints;
  Positions positions = call.positions();
  const support::Span range = positions.SpanOf(params.range);
  return {Written([&](JsonWriter& json) {
    json.array([&] {
      if (!call.settings.inlay_hints) return;
      for (const Hint& hint : HintsIn(*call.snapshot, range, wanted)) {
        json.object([&] {
          WritePosition(json, "position", positions.PlaceOf(hint.offset));
          json.attribute("label", hint.label);
          if (!hint.tooltip.empty()) json.attribute("tooltip", hint.tooltip);
          json.attribute(hint.before ? "paddingRight" : "paddingLeft", true);
        });
      }
    });
  })};
}

namespace {

// A lens of a claim leads to the statement that decides against it, or to the policy.
Reply ClaimLenses(const Call& call) {
  const PolicyBeside policy = FindPolicyBeside(call);
  Positions positions = call.positions();
  return {Written([&](JsonWriter& json) {
    json.array([&] {
      for (const ClaimLens& lens : ClaimLensesOf(*call.snapshot, policy.snapshot.get())) {
        json.object([&] {
          WriteRange(json, "range", positions.RangeOf(lens.span));
          json.attributeObject("command", [&] {
            json.attribute("title", lens.title);
            json.attribute("command", policy.snapshot == nullptr ? "" : "ipec.showStatement");
            if (policy.snapshot == nullptr) return;
            json.attributeArray("arguments", [&] {
              json.object([&] {
                json.attribute("uri", policy.uri);
                if (!lens.decides) return;
                Positions in_policy = call.positions(*policy.snapshot);
                WriteRange(json, "range", in_policy.RangeOf(*lens.decides));
              });
            });
          });
        });
      }
    });
  })};
}

}  // namespace

Reply CodeLenses(const Call& call, const DocumentParams& /*params*/) {
  if (call.snapshot->claims) return ClaimLenses(call);
  Positions positions = call.positions();
  return {Written([&](JsonWriter& json) {
    json.array([&] {
      if (!call.settings.code_lens) return;
      for (const Lens& lens : LensesOf(*call.snapshot)) {
        json.object([&] {
          WriteRange(json, "range", positions.RangeOf(lens.span));
          // It leads to what decides instead, or else to the table.
          json.attributeObject("command", [&] {
            json.attribute("title", lens.title);
            json.attribute("command",
                           lens.places.empty() ? "ipec.showTable" : "ipec.showStatement");
            json.attributeArray("arguments", [&] {
              json.object([&] {
                json.attribute("uri", call.snapshot->uri);
                if (lens.places.empty()) return;
                WriteRange(json, "range", positions.RangeOf(lens.places.front()));
              });
            });
          });
        });
      }
      for (const EventLens& lens : EventLensesOf(*call.snapshot)) {
        json.object([&] {
          WriteRange(json, "range", positions.RangeOf(lens.span));
          json.attributeObject("command", [&] {
            json.attribute("title", "evaluate");
            json.attribute("command", "ipec.evaluate");
            json.attributeArray("arguments", [&] {
              json.object([&] {
                json.attribute("uri", call.snapshot->uri);
                json.attribute("event", lens.event);
              });
            });
          });
        });
      }
    });
  })};
}

}  // namespace answers
}  // namespace ipec::lsp
