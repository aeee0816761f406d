#include "compiler/event/line_read.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

#include "compiler/support/numbers.h"
#include "compiler/support/suggest.h"
#include "compiler/support/wording.h"
#include "llvm/ADT/StringExtras.h"

namespace ipec::event {
namespace {

using support::IndexOf;
using support::Listed;
using support::Quoted;
using support::Suggest;

constexpr FieldRow kRows[] = {
#define IPEC_EVENT_FIELD(object, id, spelling, holds, most) \
  {spelling, most, Object::object, Field::id, Holds::holds},
#include "compiler/event/fields.def"
};

constexpr std::string_view kObjectNames[] = {"an event", "`file`", "`dmverity`", "`fsverity`"};
std::string_view NameOf(Object object) {
  return kObjectNames[IndexOf(object)];
}

std::string_view Expected(Holds holds) {
  switch (holds) {
    case Holds::Word:
      return "a word in quotes";
    case Holds::Text:
      return "a string";
    case Holds::Boolean:
      return "`true` or `false`";
    case Holds::Number:
      return "a whole number";
    case Holds::Digest:
      return "a string such as \"sha256:1f2e…\"";
    case Holds::Time:
      return "a number of seconds";
    case Holds::Object:
      return "an object";
  }
  return "";
}

bool Fits(Holds holds, JsonKind kind) {
  switch (holds) {
    case Holds::Word:
    case Holds::Text:
    case Holds::Digest:
      return kind == JsonKind::String;
    case Holds::Boolean:
      return kind == JsonKind::True || kind == JsonKind::False;
    case Holds::Number:
      return kind == JsonKind::Number;
    case Holds::Time:
      return kind == JsonKind::Number || kind == JsonKind::String;
    case Holds::Object:
      return kind == JsonKind::Object;
  }
  return false;
}

std::vector<std::string_view> NamesOf(policy::OperationSet operations) {
  std::vector<std::string_view> names;
  for (const runtime::Operation operation : operations) names.push_back(Name(operation));
  return names;
}

}  // namespace

bool LineRead::Whole() {
  const JsonKind kind = cursor.Peek();
  if (kind != JsonKind::Object) {
    return cursor.Fail(cursor.offset(),
                       "an event must be an object, `{\"op\":…,\"hook\":…}`, found " +
                           std::string(Describe(kind)));
  }
  const std::size_t begin = cursor.offset();
  if (!Members(Object::Event) ||
      !cursor.ReadEnd("unexpected text after the event; each line is one event")) {
    return false;
  }
  for (Field needed : {Field::Op, Field::Hook}) {
    if (!seen.Contains(needed)) {
      return cursor.Fail(begin, "the event has no " + Quoted(kRows[IndexOf(needed)].spelling));
    }
  }
  return Possible();
}

bool LineRead::Members(Object object) {
  if (!cursor.OpenObject()) return false;
  bool first = true;
  std::string_view key;
  while (cursor.NextMember(first, key)) {
    const std::size_t offset = cursor.key_offset();
    first = false;
    const FieldRow* row = std::find_if(std::begin(kRows), std::end(kRows), [&](const FieldRow& r) {
      return r.object == object && r.spelling == key;
    });
    if (row == std::end(kRows)) return UnknownField(object, key, offset);
    if (seen.Contains(row->field)) return cursor.Fail(offset, "duplicate field " + Quoted(key));
    seen.Add(row->field);
    if (row->field == Field::File) file_offset = offset;
    if (row->field == Field::BootVerified) boot_verified_offset = offset;
    if (row->field == Field::Dmverity) dmverity_offset = offset;
    if (row->field == Field::Fsverity) fsverity_offset = offset;
    if (!Value(*row)) return false;
  }
  return !cursor.failed();
}

bool LineRead::UnknownField(Object object, std::string_view key, std::size_t offset) {
  std::vector<std::string_view> fields;
  std::string elsewhere;
  for (const FieldRow& row : kRows) {
    if (row.object == object) fields.push_back(row.spelling);
    if (row.object != object && row.spelling == key) {
      elsewhere = "; it belongs in " + std::string(NameOf(row.object));
    }
  }
  const std::string way_out =
      elsewhere.empty() ? Suggest(key, fields, "; it has " + Listed(fields)) : elsewhere;
  return cursor.Fail(offset,
                     std::string(NameOf(object)) + " has no field " + Quoted(key) + way_out);
}

bool LineRead::WrongType(const FieldRow& row, JsonKind found) {
  if (found == JsonKind::Null) {
    return cursor.Fail(cursor.offset(),
                       Quoted(row.spelling) + " is null; omit it if the kernel has no value");
  }
  return cursor.Fail(cursor.offset(), Quoted(row.spelling) + " must be " +
                                          std::string(Expected(row.holds)) + ", found " +
                                          std::string(Describe(found)));
}

bool LineRead::Value(const FieldRow& row) {
  const JsonKind kind = cursor.Peek();
  if (!Fits(row.holds, kind)) return WrongType(row, kind);
  const std::size_t offset = cursor.offset();
  std::string_view text;
  bool flag = false;
  switch (row.holds) {
    case Holds::Number:
      return Number(row);
    case Holds::Time:
      return Time();
    case Holds::Word:
      return cursor.ReadString(text) && Word(row, text, offset);
    case Holds::Text:
      return cursor.ReadString(text) && Text(row, text, offset);
    case Holds::Digest:
      return cursor.ReadString(text) && Digest(row, text, offset);
    case Holds::Boolean:
      if (!cursor.ReadBoolean(flag)) return false;
      if (row.field == Field::Enforcing) event.enforcing = flag;
      if (row.field == Field::BootVerified) event.boot_verified = flag;
      if (row.field == Field::DmveritySigned) event.dmverity->is_signed = flag;
      if (row.field == Field::FsveritySigned) event.fsverity->is_signed = flag;
      return true;
    case Holds::Object:
      if (row.field == Field::File) event.file.emplace();
      if (row.field == Field::Dmverity) event.dmverity.emplace();
      if (row.field == Field::Fsverity) event.fsverity.emplace();
      return Members(row.field == Field::File       ? Object::File
                     : row.field == Field::Dmverity ? Object::Dmverity
                                                    : Object::Fsverity);
  }
  return false;
}

bool LineRead::Word(const FieldRow& row, std::string_view word, std::size_t offset) {
  if (row.field == Field::Expect) return Expect(word, offset);
  return row.field == Field::Op ? Operation(word, offset) : Hook(word, offset);
}

bool LineRead::Operation(std::string_view word, std::size_t offset) {
  const auto operation = runtime::FindOperation(word);
  if (operation && dialect.operations.Contains(*operation)) {
    event.operation = *operation;
    return true;
  }
  const auto known = NamesOf(dialect.operations);
  std::string way_out = Suggest(word, known);
  if (operation) {
    const auto others = targets::TargetsKnowing(*operation);
    way_out = "; " + Listed(others) + (others.size() == 1 ? " has it" : " have it");
  }
  if (way_out.empty()) way_out = "; it has " + Listed(known);
  return cursor.Fail(offset, dialect.name + " has no operation " + Quoted(word) + way_out);
}

bool LineRead::Hook(std::string_view word, std::size_t offset) {
  hook_offset = offset;
  const auto hook = runtime::FindHook(word);
  if (hook && Knows(*hook)) {
    event.hook = *hook;
    return true;
  }
  std::vector<std::string_view> known;
  for (const runtime::Hook each : targets::AllHooks()) {
    if (Knows(each)) known.push_back(Name(each));
  }
  return cursor.Fail(offset, dialect.name + " has no hook " + Quoted(word) +
                                 Suggest(word, known, "; it has " + Listed(known)));
}

bool LineRead::Expect(std::string_view word, std::size_t offset) {
  for (const runtime::Action action : {runtime::Action::Allow, runtime::Action::Deny}) {
    if (word == Name(action)) {
      expectation.action = action;
      return true;
    }
  }
  return cursor.Fail(offset, "`expect` must be `ALLOW` or `DENY`, found " + Quoted(word));
}

bool LineRead::Text(const FieldRow& row, std::string_view text, std::size_t offset) {
  if (text.find('\0') != std::string_view::npos) {
    return cursor.Fail(offset, Quoted(row.spelling) + " contains a NUL");
  }
  if (row.field == Field::Comm) event.comm = text;
  if (row.field == Field::Rule) expectation.rule = text;
  if (row.field == Field::Name) expectation.name = text;
  if (row.field == Field::Why) expectation.why = text;
  if (row.field == Field::Path) event.file->path = text;
  if (row.field == Field::Dev) event.file->device = text;
  return true;
}

bool LineRead::Number(const FieldRow& row) {
  std::string_view literal;
  const std::size_t offset = cursor.offset();
  if (!cursor.ReadNumber(literal)) return false;
  std::uint64_t value = 0;
  const auto result = std::from_chars(literal.data(), literal.data() + literal.size(), value);
  if (result.ptr != literal.data() + literal.size() || result.ec != std::errc() ||
      value > row.most) {
    return cursor.Fail(offset, Quoted(row.spelling) + " must be a whole number from 0 to " +
                                   std::to_string(row.most) + ", got " + Quoted(literal));
  }
  if (row.field == Field::Pid) event.pid = support::ToInt(value);
  if (row.field == Field::Ino) event.file->inode = value;
  if (row.field == Field::Serial) stamp.serial = value;
  return true;
}

// `1653364370.067`, as a number or as a string: some JSON writers keep large numbers exact that
// way.
bool LineRead::Time() {
  std::string_view literal;
  const std::size_t offset = cursor.offset();
  const bool in_quotes = cursor.Peek() == JsonKind::String;
  if (!(in_quotes ? cursor.ReadString(literal) : cursor.ReadNumber(literal))) return false;
  const char* const end = literal.data() + literal.size();
  auto result = std::from_chars(literal.data(), end, stamp.seconds);
  bool good = result.ec == std::errc();
  if (good && result.ptr != end) {
    const std::string_view decimals(result.ptr + 1, end);
    good = *result.ptr == '.' && !decimals.empty() && decimals.size() <= 3 &&
           decimals.find_first_not_of("0123456789") == std::string_view::npos;
    std::string millis(decimals.substr(0, 3));
    millis.resize(3, '0');
    if (good) std::from_chars(millis.data(), millis.data() + millis.size(), stamp.millis);
  }
  if (good) return true;
  return cursor.Fail(offset,
                     "`time` must be a number of seconds with at most three decimals, such as "
                     "1653364370.067, got " +
                         Quoted(literal));
}

bool LineRead::Digest(const FieldRow& row, std::string_view text, std::size_t offset) {
  runtime::Digest digest;
  std::string_view hex = text;
  const std::size_t colon = text.find(':');
  if (colon != std::string_view::npos) {
    digest.algorithm = text.substr(0, colon);
    hex = text.substr(colon + 1);
  } else if (!dialect.bare_digests) {
    return cursor.Fail(offset,
                       Quoted(row.spelling) + " has no algorithm; write for example \"sha256:…\"");
  }
  // Dialects without algorithms ignore an algorithm that a tool wrote.
  if (dialect.bare_digests) digest.algorithm = {};
  if (hex.empty()) return cursor.Fail(offset, Quoted(row.spelling) + " has no hex digits");
  for (std::size_t i = 0; i < hex.size(); ++i) {
    if (!llvm::isHexDigit(hex[i])) {
      return cursor.Fail(offset, Quoted(row.spelling) + " has " + Quoted(hex.substr(i, 1)) +
                                     " in place of a hex digit");
    }
  }
  if (hex.size() % 2 != 0) {
    return cursor.Fail(offset, Quoted(row.spelling) + " has an odd number of hex digits, " +
                                   std::to_string(hex.size()));
  }
  const std::size_t first = digests.size();
  digests.resize(first + hex.size() / 2);  // within the reserved size: no reallocation
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    digests[first + i / 2] = llvm::hexFromNibbles(hex[i], hex[i + 1]);
  }
  digest.bytes = {digests.data() + first, digests.size() - first};
  (row.field == Field::Roothash ? event.dmverity->roothash : event.fsverity->digest) = digest;
  return true;
}

// Checks the hook of the operation: code is executed from some hooks, the kernel reads from others.
bool LineRead::Called() {
  const auto reads = [](runtime::Hook hook) {
    return hook == runtime::Hook::KernelRead || hook == runtime::Hook::KernelLoad;
  };
  const bool runs = event.operation == runtime::Operation::Execute;
  if (reads(event.hook) == runs) {
    std::vector<std::string_view> words;
    for (const runtime::Hook hook : targets::AllHooks()) {
      if (Knows(hook) && reads(hook) != runs) words.push_back(Name(hook));
    }
    return cursor.Fail(hook_offset, "a kernel never checks " + Quoted(Name(event.operation)) +
                                        " from " + Quoted(Name(event.hook)) + ", only from " +
                                        Listed(words));
  }
  if (event.hook == runtime::Hook::KernelLoad && event.file) {
    return cursor.Fail(file_offset,
                       "`KERNEL_LOAD` loads a buffer and has no `file`; files are read from "
                       "`KERNEL_READ`");
  }
  return true;
}

// Rejects facts that no kernel can have together.
bool LineRead::Possible() {
  if (!Called()) return false;
  if (!event.file) {
    constexpr std::string_view kWhy = " without `file`: only a file can have it";
    if (event.boot_verified) {
      return cursor.Fail(boot_verified_offset, Quoted("boot_verified") + std::string(kWhy));
    }
    if (event.dmverity) return cursor.Fail(dmverity_offset, Quoted("dmverity") + std::string(kWhy));
    if (event.fsverity) return cursor.Fail(fsverity_offset, Quoted("fsverity") + std::string(kWhy));
  }
  if (event.boot_verified && event.dmverity && dialect.boot_verified_excludes_dmverity) {
    return cursor.Fail(std::max(boot_verified_offset, dmverity_offset),
                       "`boot_verified` together with `dmverity`: the initramfs has no block "
                       "device, so its files are not on a dm-verity volume");
  }
  return true;
}

}  // namespace ipec::event
