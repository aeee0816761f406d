#pragma once

// Reads one line, field by field as fields.def lists them.

#include <cstdint>
#include <string_view>
#include <vector>

#include "compiler/event/event_reader.h"
#include "compiler/support/enum_set.h"
#include "compiler/support/json_cursor.h"

namespace ipec::event {

using support::JsonCursor;
using support::JsonKind;

enum class Object : std::uint8_t { Event, File, Dmverity, Fsverity };
enum class Holds : std::uint8_t { Word, Text, Boolean, Number, Digest, Time, Object };

enum class Field : std::uint8_t {
#define IPEC_EVENT_FIELD(object, id, spelling, holds, most) id,
#include "compiler/event/fields.def"
};

struct FieldRow {
  std::string_view spelling;
  std::uint64_t most;
  Object object;
  Field field;
  Holds holds;
};

struct LineRead {
  const Dialect& dialect;
  JsonCursor& cursor;
  runtime::Event& event;
  Stamp& stamp;
  Expectation& expectation;
  std::vector<std::uint8_t>& digests;

  support::EnumSet<Field> seen = {};
  std::size_t hook_offset = 0;  // the first of two fields that exclude each other
  std::size_t file_offset = 0;
  std::size_t boot_verified_offset = 0;
  std::size_t dmverity_offset = 0;
  std::size_t fsverity_offset = 0;

  // Each of these returns false if the cursor has failed.
  bool Whole();

 private:
  bool Members(Object object);
  bool Value(const FieldRow& row);
  bool UnknownField(Object object, std::string_view key, std::size_t offset);
  bool WrongType(const FieldRow& row, JsonKind found);
  bool Word(const FieldRow& row, std::string_view word, std::size_t offset);
  bool Operation(std::string_view word, std::size_t offset);
  bool Hook(std::string_view word, std::size_t offset);
  bool Expect(std::string_view word, std::size_t offset);
  bool Text(const FieldRow& row, std::string_view text, std::size_t offset);
  bool Number(const FieldRow& row);
  bool Time();
  bool Digest(const FieldRow& row, std::string_view text, std::size_t offset);
  bool Possible();
  bool Called();

  bool Knows(runtime::Hook hook) const { return dialect.hooks.Contains(hook); }
};

}  // namespace ipec::event
