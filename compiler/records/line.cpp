#include "compiler/records/line.h"

#include <algorithm>
#include <optional>

#include "compiler/records/field_values.h"
#include "compiler/records/shapes.h"
#include "llvm/ADT/StringExtras.h"

namespace ipec::records {
namespace {

enum class Where : std::uint8_t { Whole, AfterHost };
enum class Next : std::uint8_t { Kernel, Typed, Suppressed };

struct SourceForm {
  llvm::StringLiteral tag;
  Where where;
  Next next;
};

constexpr SourceForm kForms[] = {
#define IPEC_FORM(tag, where, next) {tag, Where::where, Next::next},
#include "compiler/records/forms.def"
};

// auditd with log_format=ENRICHED appends names of users after this character.
constexpr char kEnriched = '\x1d';

// Longer than every time, host and tag.
constexpr std::size_t kLongestPrefix = 400;

const SourceForm* FindForm(llvm::StringRef tag) {
  const auto* row = std::find_if(std::begin(kForms), std::end(kForms),
                                 [&](const SourceForm& form) { return form.tag == tag; });
  return row == std::end(kForms) ? nullptr : row;
}

llvm::StringRef SkipSpaces(llvm::StringRef text) {
  return text.drop_while([](char letter) { return letter == ' ' || letter == '\t'; });
}

llvm::StringRef TrimEnd(llvm::StringRef text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\r' || text.back() == '\t')) {
    text = text.drop_back();
  }
  return text;
}

llvm::StringRef FirstWord(llvm::StringRef text) {
  return text.take_front(std::min(text.find(' '), text.size()));
}

// `<5>` and `[   50.724515] `
llvm::StringRef SkipKernelTime(llvm::StringRef line) {
  if (line.startswith("<")) {
    const llvm::StringRef priority = line.drop_front().take_while(llvm::isDigit);
    const llvm::StringRef rest = line.drop_front(priority.size() + 1);
    if (!priority.empty() && priority.size() <= 3 && rest.startswith(">")) line = rest.drop_front();
  }
  if (!line.startswith("[")) return line;
  const std::size_t end = line.take_front(kLongestStamp).find("] ");
  return end == llvm::StringRef::npos ? line : SkipSpaces(line.drop_front(end + 2));
}

// "audit" of `Oct 20 22:46:44 host audit[204]`
struct Tag {
  llvm::StringRef word;
  bool is_whole;
};
Tag TagOf(llvm::StringRef before_colon) {
  const std::size_t space = before_colon.rfind(' ');
  Tag tag{before_colon.substr(space == llvm::StringRef::npos ? 0 : space + 1),
          space == llvm::StringRef::npos};
  if (tag.word.endswith("]")) tag.word = tag.word.take_front(tag.word.find('['));
  return tag;
}

// Whether a line begins with a type, a stamp or a body, without a prefix.
bool BeginsTyped(llvm::StringRef line) {
  if (line.startswith("type=") || line.startswith("audit(")) return true;
  const char first = line.empty() ? '\0' : line.front();
  if (first >= 'A' && first <= 'Z' && FindType(FirstWord(line))) return true;
  return FindShape(0, line).shape != nullptr;
}

// `audit(1653364370.067:61): ` or ` ... `, where an author left it out.
struct StampRead {
  Outcome outcome;
  llvm::StringRef rest;
};
StampRead ReadStamp(llvm::StringRef rest, Stamp& stamp) {
  rest.consume_front("msg=");
  if (rest.consume_front("... ")) return {Taken(), SkipSpaces(rest)};
  if (!rest.consume_front("audit(")) return {Taken(), rest};
  const std::size_t end = rest.take_front(kLongestStamp).find(')');
  if (end == llvm::StringRef::npos) {
    return {Broken(rest.size() < kLongestStamp ? Trouble::Cut : Trouble::Malformed, "audit"), rest};
  }
  const std::optional<Stamp> read = ToStamp(rest.take_front(end));
  rest = rest.drop_front(end + 1);
  if (rest.startswith(" :")) return {Broken(Trouble::Interpreted), rest};
  if (!read) return {Broken(Trouble::Malformed, "audit"), rest};
  stamp = *read;
  rest.consume_front(":");
  return {Taken(), SkipSpaces(rest)};
}

}  // namespace

std::optional<Stamp> ToStamp(llvm::StringRef text) {
  const auto [time, serial] = text.split(':');
  const auto [seconds, fraction] = time.split('.');
  const std::optional<std::uint64_t> number = ToNumber(seconds);
  // Up to the year 9999.
  if (!number || seconds.size() > 12) return std::nullopt;
  Stamp stamp;
  stamp.serial = ToNumber(serial);
  if (!stamp.serial) return std::nullopt;
  std::int64_t milliseconds = static_cast<std::int64_t>(*number) * 1000;
  if (time.size() != seconds.size()) {
    const std::optional<std::uint64_t> part = ToNumber(fraction);
    if (!part || fraction.size() != 3) return std::nullopt;
    milliseconds += static_cast<std::int64_t>(*part);
  }
  stamp.milliseconds = milliseconds;
  return stamp;
}

Outcome LineReader::ReadLost(llvm::StringRef digits) {
  const std::optional<std::uint64_t> lost = ToNumber(digits.take_while(llvm::isDigit));
  if (!lost) return Ignored();
  tally_.AddLost(*lost);
  return {Outcome::Kind::Noticed, {}, {}};
}

Outcome LineReader::ReadSuppressed(llvm::StringRef words) {
  const llvm::StringRef digits = words.take_while(llvm::isDigit);
  const std::optional<std::uint64_t> suppressed = ToNumber(digits);
  if (!suppressed || words.drop_front(digits.size()) != " callbacks suppressed") return Ignored();
  tally_.suppressed += *suppressed;
  return {Outcome::Kind::Noticed, {}, {}};
}

Outcome LineReader::ReadTyped(llvm::StringRef rest, std::uint32_t number, Record& record) {
  if (rest.consume_front("audit_lost=")) return ReadLost(rest);
  if (rest.consume_front("node=")) {
    record.node = FirstWord(rest);
    rest = SkipSpaces(rest.drop_front(record.node.size()));
    if (!rest.startswith("type=")) return Ignored();
  }
  const bool has_key = rest.consume_front("type=");
  const llvm::StringRef word = FirstWord(rest);
  const bool is_number = !word.empty() && llvm::isDigit(word.front());
  if (const auto type = has_key || !is_number ? FindType(word) : std::nullopt) {
    number = *type;
    rest = SkipSpaces(rest.drop_front(word.size()));
  } else if (has_key) {
    return Ignored();
  }
  const StampRead stamp = ReadStamp(rest, record.stamp);
  if (stamp.outcome.kind != Outcome::Kind::Taken) return stamp.outcome;
  llvm::StringRef body = stamp.rest;
  body = TrimEnd(body.take_front(std::min(body.find(kEnriched), body.size())));
  if (body.empty()) {
    // Until 7.3 a second record without a body follows that of a mode.
    const bool has_body = number != 0 && number != 1404;
    return has_body ? Broken(Trouble::Cut) : Ignored();
  }
  return bodies_.Read(number, body, record);
}

Outcome LineReader::ReadPrefixed(llvm::StringRef line, bool in_kernel_log, Record& record) {
  line = SkipSpaces(line);
  // A tag of the system log, then one of the kernel log.
  for (int tags = 0; tags < 2; ++tags) {
    line = SkipKernelTime(line);
    if (BeginsTyped(line)) return ReadTyped(line, 0, record);
    const std::size_t colon = line.take_front(kLongestPrefix).find(": ");
    if (colon == llvm::StringRef::npos) return Ignored();
    const Tag tag = TagOf(line.take_front(colon));
    const SourceForm* form = FindForm(tag.word);
    if (form == nullptr) return Ignored();
    if (!tag.is_whole && (in_kernel_log || form->where == Where::Whole)) return Ignored();
    line = SkipSpaces(line.drop_front(colon + 2));
    if (form->next == Next::Suppressed) return ReadSuppressed(line);
    if (form->next == Next::Typed) return ReadTyped(line, 0, record);
    in_kernel_log = true;
  }
  return Ignored();
}

Outcome LineReader::Read(llvm::StringRef line, Record& record) {
  record.stamp = {};
  record.node = {};
  line = TrimEnd(line);
  if (line.startswith("type=") || line.startswith("node=")) return ReadTyped(line, 0, record);
  return ReadPrefixed(line, false, record);
}

Outcome LineReader::ReadMessage(llvm::StringRef message, std::uint32_t number, Record& record) {
  return ReadTyped(TrimEnd(message), number, record);
}

Outcome LineReader::ReadKernelMessage(llvm::StringRef message, Record& record) {
  return ReadPrefixed(TrimEnd(message), true, record);
}

}  // namespace ipec::records
