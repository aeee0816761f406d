#include "compiler/records/journal.h"

#include <cstring>

#include "compiler/records/field_values.h"
#include "compiler/records/shapes.h"
#include "compiler/support/json_cursor.h"
#include "compiler/support/numbers.h"
#include "llvm/ADT/StringSwitch.h"

namespace ipec::records {
namespace {

using support::JsonCursor;
using support::JsonKind;

enum class JournalField : std::uint8_t { Other, Message, AuditType, AuditId, Time, Transport };

JournalField FieldOf(llvm::StringRef name) {
  return llvm::StringSwitch<JournalField>(name)
      .Case("MESSAGE", JournalField::Message)
      .Case("_AUDIT_TYPE", JournalField::AuditType)
      .Case("_AUDIT_ID", JournalField::AuditId)
      .Case("_SOURCE_REALTIME_TIMESTAMP", JournalField::Time)
      .Case("_TRANSPORT", JournalField::Transport)
      .Default(JournalField::Other);
}

bool Contains(llvm::StringRef text, llvm::StringRef part) {
  return memmem(text.data(), text.size(), part.data(), part.size()) != nullptr;
}

// The bytes of an array of numbers. Of anything else, `is_bytes` becomes false.
bool ReadBytes(JsonCursor& cursor, std::string& bytes, bool& is_bytes);

// Arrays are one value several times, or bytes; of bytes, there may be several, too.
constexpr int kDeepest = 4;

bool SkipValue(JsonCursor& cursor, int depth) {
  std::string_view text;
  bool truth = false;
  switch (cursor.Peek()) {
    case JsonKind::String:
      return cursor.ReadString(text);
    case JsonKind::Number:
      return cursor.ReadNumber(text);
    case JsonKind::True:
    case JsonKind::False:
      return cursor.ReadBoolean(truth);
    case JsonKind::Null:
      return cursor.ReadNull();
    case JsonKind::Array: {
      if (depth == kDeepest || !cursor.OpenArray()) return false;
      for (bool first = true; cursor.NextElement(first); first = false) {
        if (!SkipValue(cursor, depth + 1)) return false;
      }
      return !cursor.failed();
    }
    case JsonKind::Object: {
      if (depth == kDeepest || !cursor.OpenObject()) return false;
      for (bool first = true; cursor.NextMember(first, text); first = false) {
        if (!SkipValue(cursor, depth + 1)) return false;
      }
      return !cursor.failed();
    }
    case JsonKind::End:
    case JsonKind::Other:
      return false;
  }
  return false;
}

bool ReadBytes(JsonCursor& cursor, std::string& bytes, bool& is_bytes) {
  if (!cursor.OpenArray()) return false;
  for (bool first = true; cursor.NextElement(first); first = false) {
    if (cursor.Peek() != JsonKind::Number) {
      is_bytes = false;
      if (!SkipValue(cursor, 1)) return false;
      continue;
    }
    std::string_view literal;
    if (!cursor.ReadNumber(literal)) return false;
    const std::optional<std::uint64_t> byte = ToNumber(literal);
    if (!byte || *byte > 255) {
      is_bytes = false;
    } else {
      bytes += support::ToChar(*byte);
    }
  }
  return !cursor.failed();
}

bool ReadMember(JsonCursor& cursor, llvm::StringRef key, JournalEntry& entry) {
  if (!JournalEntry::IsWanted(key)) return SkipValue(cursor, 0);
  const JsonKind kind = cursor.Peek();
  if (kind == JsonKind::String) {
    std::string_view value;
    if (!cursor.ReadString(value)) return false;
    entry.Set(key, value);
    return true;
  }
  if (kind != JsonKind::Array) return SkipValue(cursor, 0);
  std::string bytes;
  bool is_bytes = true;
  if (!ReadBytes(cursor, bytes, is_bytes)) return false;
  if (is_bytes) entry.Set(key, bytes);
  return true;
}

}  // namespace

void JournalEntry::Clear() {
  has_message_ = is_foreign_ = is_kernel_ = false;
  number_ = 0;
  stamp_ = {};
  message_.clear();
}

bool JournalEntry::IsWanted(llvm::StringRef name) {
  return FieldOf(name) != JournalField::Other;
}

void JournalEntry::Set(llvm::StringRef name, llvm::StringRef value) {
  switch (FieldOf(name)) {
    case JournalField::Message:
      has_message_ = true;
      message_.assign(value.begin(), value.end());
      return;
    case JournalField::AuditType:
      if (const auto number = FindType(value)) number_ = *number;
      return;
    case JournalField::AuditId:
      stamp_.serial = ToNumber(value);
      return;
    case JournalField::Time:
      // In microseconds. More digits are not a time.
      if (const auto time = ToNumber(value); time && value.size() <= 18) {
        stamp_.milliseconds = static_cast<std::int64_t>(*time / 1000);
      }
      return;
    case JournalField::Transport:
      is_kernel_ = value == "kernel";
      is_foreign_ = !is_kernel_ && value != "audit";
      return;
    case JournalField::Other:
      return;
  }
}

Outcome JournalEntry::Read(LineReader& lines, Record& record) const {
  if (!has_message_ || is_foreign_) return Ignored();
  record.node = {};
  // The kernel's own stamp is in the message. That of the journal is when it read the message.
  record.stamp = is_kernel_ ? Stamp() : stamp_;
  return is_kernel_ ? lines.ReadKernelMessage(message_, record)
                    : lines.ReadMessage(message_, number_, record);
}

bool IsJsonEntry(llvm::StringRef line) {
  line = line.ltrim(" \t");
  if (!line.consume_front("{")) return false;
  line = line.ltrim(" \t");
  if (!line.consume_front("\"") || line.empty()) return false;
  return line.front() == '_' || (line.front() >= 'A' && line.front() <= 'Z');
}

bool MayBeJsonEntry(llvm::StringRef line) {
  return line.startswith("{") && Contains(line, "\"MESSAGE\"") && Contains(line, "audit");
}

Outcome ReadJsonEntry(llvm::StringRef line, std::string& store, JournalEntry& entry) {
  store.clear();
  entry.Clear();
  JsonCursor cursor(line, store, support::JsonText::Lenient);
  std::string_view key;
  bool is_read = cursor.OpenObject();
  for (bool first = true; is_read && cursor.NextMember(first, key); first = false) {
    is_read = ReadMember(cursor, key, entry);
  }
  if (!is_read || cursor.failed() || !cursor.ReadEnd("text after the entry")) {
    return Broken(Trouble::BadJson);
  }
  return Taken();
}

bool IsPrettyJson(llvm::StringRef line) {
  line = line.ltrim(" \t");
  if (!line.consume_front("\"MESSAGE\" : \"")) return false;
  const llvm::StringRef word = line.take_until([](char letter) { return letter == ' '; });
  return FindType(word).has_value() || word == "audit:";
}

}  // namespace ipec::records
