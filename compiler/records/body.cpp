#include "compiler/records/body.h"

#include <algorithm>
#include <string_view>

#include "compiler/records/field_values.h"
#include "llvm/ADT/StringExtras.h"

namespace ipec::records {
namespace {

enum class FieldForm : std::uint8_t { Word, Untrusted, Name, Digest, Hash, Rule };

struct Field {
  Type type;
  std::string_view key;
  FieldForm form;
  Slot slot;
};

constexpr Field kFields[] = {
#define IPEC_FIELD(type, key, form, slot) {Type::type, key, FieldForm::form, Slot::slot},
#include "compiler/records/fields.def"
};

constexpr bool IsOfType(const Field& field, Type type) {
  return field.type == type;
}

// One of 64 bits: most keys without a row have another one than all keys with a row.
constexpr std::uint64_t BitOf(std::size_t length, char first) {
  return std::uint64_t{1} << ((length * 5 + support::ToByte(first)) % 64);
}

// The rows of each type are neighbours.
struct Rows {
  std::size_t begin;
  std::size_t end;
  std::uint64_t bits;  // of their keys
};
constexpr auto kRows = [] {
  std::array<Rows, kTypes> rows{};
  for (std::size_t type = 0; type < kTypes; ++type) {
    Rows& range = rows[type];
    while (!IsOfType(kFields[range.begin], static_cast<Type>(type))) ++range.begin;
    range.end = range.begin;
    while (range.end < std::size(kFields) &&
           IsOfType(kFields[range.end], static_cast<Type>(type))) {
      const std::string_view key = kFields[range.end++].key;
      range.bits |= BitOf(key.size(), key.front());
    }
  }
  return rows;
}();

// Kernels write fields in one order, so the search begins with the row after the last one found.
const Field* FindField(const Rows& rows, std::size_t& next, llvm::StringRef key) {
  if ((rows.bits & BitOf(key.size(), key.front())) == 0) return nullptr;
  const auto find = [&](std::size_t begin, std::size_t end) -> const Field* {
    for (std::size_t at = begin; at < end; ++at) {
      if (key != llvm::StringRef(kFields[at].key)) continue;
      next = at + 1;
      return &kFields[at];
    }
    return nullptr;
  };
  const std::size_t start = next;
  if (const Field* field = find(start, rows.end)) return field;
  return find(rows.begin, start);
}

constexpr auto kKeyCharacters = [] {
  std::array<bool, 256> is_key{};
  for (unsigned letter = 'a'; letter <= 'z'; ++letter) is_key[letter] = true;
  for (unsigned letter = 'A'; letter <= 'Z'; ++letter) is_key[letter] = true;
  for (unsigned digit = '0'; digit <= '9'; ++digit) is_key[digit] = true;
  is_key['_'] = is_key['-'] = true;
  return is_key;
}();

// The length of the key at the beginning of `text`.
std::size_t KeyLength(llvm::StringRef text) {
  std::size_t length = 0;
  while (length < text.size() && kKeyCharacters[support::ToByte(text[length])]) ++length;
  return length;
}

// The length of the value of a field without a row; npos if its quotes are not closed.
std::size_t SkippedLength(llvm::StringRef rest) {
  if (!rest.startswith("\"")) return std::min(rest.find(' '), rest.size());
  const std::size_t end = rest.find('"', 1);
  return end == llvm::StringRef::npos ? end : end + 1;
}

FieldValue ReadValue(const Field& field, llvm::StringRef rest, std::string& store) {
  switch (field.form) {
    case FieldForm::Word:
      return ReadWord(rest);
    case FieldForm::Untrusted:
      return ReadUntrusted(rest, store);
    case FieldForm::Name:
      return ReadName(rest, field.key);
    case FieldForm::Digest:
      return ReadDigest(rest, store);
    case FieldForm::Hash:
      return ReadHash(rest, field.key, store);
    case FieldForm::Rule:
      return ReadRule(rest, store);
  }
  return {};
}

}  // namespace

Outcome BodyReader::Scan(Type type, llvm::StringRef body) {
  values_.fill({});
  const Rows& rows = kRows[support::IndexOf(type)];
  std::size_t next = rows.begin;
  for (;;) {
    while (!body.empty() && body.front() == ' ') body = body.drop_front();
    if (body.empty()) return Taken();
    const llvm::StringRef key = body.take_front(KeyLength(body));
    body = body.drop_front(key.size());
    if (body.empty()) return Broken(Trouble::Cut, key);
    if (key.empty() || body.front() != '=') return Broken(Trouble::Malformed, key);
    body = body.drop_front();
    const Field* field = FindField(rows, next, key);
    if (field == nullptr) {
      const std::size_t length = SkippedLength(body);
      if (length == llvm::StringRef::npos) return Broken(Trouble::Cut, key);
      body = body.drop_front(length);
      continue;
    }
    const FieldValue read = ReadValue(*field, body, decoded_[support::IndexOf(field->slot)]);
    if (read.outcome.kind != Outcome::Kind::Taken) return Broken(read.outcome.trouble, key);
    body = body.drop_front(read.length);
    Value& value = values_[support::IndexOf(field->slot)];
    if (value.is_there) return Broken(Trouble::Repeated, key);
    value = {true, read.text};
  }
}

}  // namespace ipec::records
