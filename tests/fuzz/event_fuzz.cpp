// Any line as an event, for every target: LLVM's JSON reader accepts everything that the reader
// accepts, and both see the same values. The first byte chooses the target.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>

#include "compiler/event/event_reader.h"
#include "compiler/targets/targets.h"
#include "tests/unit/json_oracle.h"

namespace {

using ipec::event::EventReader;
using ipec::tests::JsonObject;

void Require(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "event_fuzz: %s\n", what);
  std::abort();
}

void CompareText(const JsonObject& object, std::string_view field, std::string_view got,
                 bool exact) {
  const std::optional<std::string> value = object.String(field);
  Require(value.has_value() || got.empty(), "a string out of nothing");
  // LLVM replaces the lone surrogates that carry single bytes.
  if (value && exact) Require(*value == got, "another string");
}

void Compare(const EventReader& reader, std::string_view line) {
  llvm::Expected<JsonObject> object = JsonObject::Parse(line);
  if (!object) Require(false, llvm::toString(object.takeError()).c_str());
  const ipec::runtime::Event& event = reader.event();
  const bool exact = line.find("\\u") == std::string_view::npos;
  CompareText(*object, "op", Name(event.operation), true);
  CompareText(*object, "hook", Name(event.hook), true);
  CompareText(*object, "comm", event.comm, exact);
  Require(object->Boolean("enforcing").value_or(true) == event.enforcing, "enforcing");
  Require(object->Boolean("boot_verified").value_or(false) == event.boot_verified, "boot");
  if (const auto pid = object->Integer("pid")) Require(*pid == event.pid, "pid");
  const ipec::event::Expectation& expects = reader.expectation();
  CompareText(*object, "expect", expects.action ? Name(*expects.action) : "", true);
  CompareText(*object, "rule", expects.rule.value_or(""), exact);
  CompareText(*object, "name", expects.name, exact);
  CompareText(*object, "why", expects.why, exact);
  const std::optional<JsonObject> file = object->Object("file");
  Require(file.has_value() == event.file.has_value(), "file");
  if (file) CompareText(*file, "path", event.file->path.value_or(""), exact);
  const std::optional<JsonObject> dmverity = object->Object("dmverity");
  Require(dmverity.has_value() == event.dmverity.has_value(), "dmverity");
  if (dmverity) {
    Require(dmverity->Boolean("signed").value_or(false) == event.dmverity->is_signed,
            "dmverity signed");
    Require(dmverity->Has("roothash") == event.dmverity->roothash.has_value(), "root hash");
  }
  const std::optional<JsonObject> fsverity = object->Object("fsverity");
  Require(fsverity.has_value() == event.fsverity.has_value(), "fsverity");
  if (fsverity) {
    Require(fsverity->Boolean("signed").value_or(false) == event.fsverity->is_signed,
            "fsverity signed");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto targets = ipec::targets::AllTargets();
  EventReader reader(ipec::event::DialectOf(targets[data[0] % targets.size()]));
  // A separate copy, so that a read beyond the line is detected.
  const std::string line(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (llvm::Error error = reader.Read(line)) {
    llvm::handleAllErrors(std::move(error), [&](const ipec::event::MalformedEvent& malformed) {
      Require(!malformed.words().empty(), "rejected without a reason");
      Require(malformed.column() >= 1 && malformed.column() <= line.size() + 1,
              "a column outside the line");
    });
  } else {
    Compare(reader, line);
  }
  return 0;
}
