#include "compiler/records/body.h"

#include <algorithm>

#include "compiler/records/field_values.h"
#include "llvm/ADT/StringExtras.h"

namespace ipec::records {
namespace {

enum class Form : std::uint8_t { Word, Untrusted, Name, Digest, Hash, Rule };

struct Field {
  Type type;
  llvm::StringLiteral key;
  Form form;
  Slot slot;
};

constexpr Field kFields[] = {
#define IPEC_FIELD(type, key, form, slot) {Type::type, key, Form::form, Slot::slot},
#include "compiler/records/fields.def"
};

constexpr bool IsOfType(const Field& field, Type type) {
  return field.type == type;
}

// The rows of each type are neighbours.
struct Rows {
  std::size_t begin;
  std::size_t end;
};
constexpr auto kRows = [] {
  std::array<Rows, kTypes> rows{};
  for (std::size_t type = 0; type < kTypes; ++type) {
    std::size_t begin = 0;
    while (!IsOfType(kFields[begin], static_cast<Type>(type))) ++begin;
    std::size_t end = begin;
    while (end < std::size(kFields) && IsOfType(kFields[end], static_cast<Type>(type))) ++end;
    rows[type] = {begin, end};
  }
  return rows;
}();

// Kernels write fields in one order, so the search begins with the row after the last one found.
const Field* FindField(Rows rows, std::size_t& next, llvm::StringRef key) {
  const auto find = [&](std::size_t begin, std::size_t end) -> const Field* {
    for (std::size_t at = begin; at < end; ++at) {
      if (kFields[at].key != key) continue;
      next = at + 1;
      return &kFields[at];
    }
    return nullptr;
  };
  const std::size_t start = next;
  if (const Field* field = find(start, rows.end)) return field;
  return find(rows.begin, start);
}

bool IsKey(char letter) {
  return llvm::isAlnum(letter) || letter == '_' || letter == '-';
}

// A field without a row.
FieldValue SkipValue(llvm::StringRef rest) {
  if (!rest.startswith("\"")) return {Taken(), std::nullopt, std::min(rest.find(' '), rest.size())};
  const std::size_t end = rest.find('"', 1);
  if (end == llvm::StringRef::npos) return {Broken(Trouble::Cut), std::nullopt, 0};
  return {Taken(), std::nullopt, end + 1};
}

FieldValue ReadValue(const Field& field, llvm::StringRef rest, std::string& store) {
  switch (field.form) {
    case Form::Word:
      return ReadWord(rest);
    case Form::Untrusted:
      return ReadUntrusted(rest, store);
    case Form::Name:
      return ReadName(rest, field.key);
    case Form::Digest:
      return ReadDigest(rest, store);
    case Form::Hash:
      return ReadHash(rest, field.key, store);
    case Form::Rule:
      return ReadRule(rest, store);
  }
  return {};
}

}  // namespace

Outcome BodyReader::Scan(Type type, llvm::StringRef body) {
  values_.fill({});
  const Rows rows = kRows[support::IndexOf(type)];
  std::size_t next = rows.begin;
  for (;;) {
    body = body.drop_while([](char letter) { return letter == ' '; });
    if (body.empty()) return Taken();
    const llvm::StringRef key = body.take_while(IsKey);
    body = body.drop_front(key.size());
    if (body.empty()) return Broken(Trouble::Cut, key);
    if (key.empty() || body.front() != '=') return Broken(Trouble::Malformed, key);
    body = body.drop_front();
    const Field* field = FindField(rows, next, key);
    const FieldValue read = field == nullptr
                                ? SkipValue(body)
                                : ReadValue(*field, body, decoded_[support::IndexOf(field->slot)]);
    if (read.outcome.kind != Outcome::Kind::Taken) return Broken(read.outcome.trouble, key);
    body = body.drop_front(read.length);
    if (field == nullptr) continue;
    Value& value = values_[support::IndexOf(field->slot)];
    if (value.is_there) return Broken(Trouble::Repeated, key);
    value = {true, read.text};
  }
}

}  // namespace ipec::records
