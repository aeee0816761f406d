#include <algorithm>

#include "lint/code_points.h"
#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(The text contains an invisible character, or the policy name has letters that look like
others: Cyrillic or Greek letters among Latin ones, or only letters that look like Latin ones. Two
names that look alike are two policies for the kernel, but a reader of audit records confuses them.

Joiners and variation selectors are accepted in comments, where some scripts need them. Removing an
invisible character from a comment is a safe fix.

```ipe bad
policy_name=dеmo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
# Демонстрация
op=EXECUTE boot_verified=TRUE action=ALLOW
```
)";

struct Range {
  std::uint32_t first;
  std::uint32_t last;
};
template <std::size_t size>
bool In(const Range (&ranges)[size], std::uint32_t point) {
  return std::any_of(std::begin(ranges), std::end(ranges),
                     [&](Range range) { return range.first <= point && point <= range.last; });
}

// Invisible everywhere, and needed nowhere.
constexpr Range kInvisible[] = {{0x00AD, 0x00AD}, {0x034F, 0x034F},   {0x115F, 0x1160},
                                {0x180E, 0x180E}, {0x200B, 0x200B},   {0x2060, 0x2065},
                                {0x3164, 0x3164}, {0xFEFF, 0xFEFF},   {0xFFA0, 0xFFA0},
                                {0xFFF9, 0xFFFB}, {0xE0000, 0xE007F}, {0xE0100, 0xE01EF}};
// Joiners and variation selectors, which scripts and emoji need.
constexpr Range kJoining[] = {{0x200C, 0x200D}, {0xFE00, 0xFE0F}};
// bidi-control reports characters that change the direction.

enum class Script : std::uint8_t { None, Latin, Greek, Cyrillic, Armenian, Cherokee, FullWidth };

Script ScriptOf(std::uint32_t point) {
  if ((point >= U'a' && point <= U'z') || (point >= U'A' && point <= U'Z')) return Script::Latin;
  if (point >= 0x00C0 && point <= 0x024F) return Script::Latin;
  if (point >= 0x0370 && point <= 0x03FF) return Script::Greek;
  if (point >= 0x0400 && point <= 0x052F) return Script::Cyrillic;
  if (point >= 0x0531 && point <= 0x058A) return Script::Armenian;
  if ((point >= 0x13A0 && point <= 0x13FF) || (point >= 0xAB70 && point <= 0xABBF)) {
    return Script::Cherokee;
  }
  if (point >= 0xFF01 && point <= 0xFF5E) return Script::FullWidth;
  return Script::None;
}

std::string_view Name(Script script) {
  constexpr std::string_view kNames[] = {"",         "Latin",    "Greek",     "Cyrillic",
                                         "Armenian", "Cherokee", "full-width"};
  return kNames[support::IndexOf(script)];
}

// Letters of other scripts that look like Latin ones in most fonts.
constexpr std::u32string_view kLookalikes =
    U"ΑΒΕΖΗΙΚΜΝΟΡΤΥΧανορυϲϳ"
    U"АВЕЅІЈКМНОРСТУХаеѕіјорсухһԁԛԝ"
    U"ՍՕսօհոց";

bool HasLatinLookalike(std::uint32_t point) {
  return ScriptOf(point) == Script::FullWidth ||
         kLookalikes.find(point) != std::u32string_view::npos;
}

void CheckInvisible(Context& context) {
  const llvm::StringRef text = context.source.text();
  for (std::size_t at = FindHighByte(text, 0); at != llvm::StringRef::npos;) {
    const CodePoint point = CodePointAt(text, at);
    const Span where = support::SpanAt(at, point.size);
    at = FindHighByte(text, where.end);
    const Span hidden = context.document.hidden;
    if (!hidden.empty() && where.begin >= hidden.begin) return;
    if (!point.utf8 || !(In(kInvisible, point.value) || In(kJoining, point.value))) continue;
    const Span comment = context.DocumentLineAt(where.begin).comment;
    const bool commented = where.begin >= comment.begin && where.begin < comment.end;
    if (commented && In(kJoining, point.value)) continue;
    Diagnostic& finding = context.Report(where, "the character U+{:04X} is invisible", point.value);
    if (commented) finding.AddFix("remove the character", context.Replace(where, {}), true);
  }
}

void CheckName(Context& context) {
  const Span where = context.HeaderSpan("policy_name");
  const llvm::StringRef name = context.source.text(where);
  Script first = Script::None;
  bool all_lookalikes = true;
  for (std::size_t at = 0; at < name.size();) {
    const CodePoint point = CodePointAt(name, at);
    const Script script = point.utf8 ? ScriptOf(point.value) : Script::None;
    const Span letter = support::SpanAt(where.begin + at, point.size);
    at += point.size;
    if (script == Script::None) continue;
    all_lookalikes &= HasLatinLookalike(point.value);
    if (first == Script::None) first = script;
    if (script == first) continue;
    context.Report(letter, "the policy name mixes {} (U+{:04X}) and {} letters", Name(script),
                   point.value, Name(first));
    return;
  }
  if (first == Script::None || first == Script::Latin || !all_lookalikes) return;
  context.Report(where, "all {} letters of the policy name look like Latin ones", Name(first));
}

void Check(Context& context) {
  CheckInvisible(context);
  CheckName(context);
}

}  // namespace

extern const Body kInvisibleOrConfusable{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
