// `ipec matrix --output=json`: the contract in the README of this directory. Fields are only added.

#include "compiler/matrix/output_json.h"

#include <optional>
#include <string>

#include "compiler/event/write_event.h"
#include "compiler/matrix/outputs.h"
#include "compiler/support/errno.h"
#include "compiler/support/json_writer.h"
#include "llvm/ADT/StringExtras.h"

namespace ipec::matrix {

PrintReport PrintJson;

namespace {

using policy::Operation;
using support::JsonWriter;

template <typename Value>
void WriteOrNull(std::string_view key, const std::optional<Value>& value, JsonWriter& json) {
  if (value) {
    json.attribute(key, *value);
  } else {
    json.attribute(key, nullptr);
  }
}

class Places {
 public:
  Places(const Report& report, JsonWriter& json) : report_(report), json_(json) {}

  void Write() {
    json_.array([&] {
      for (const Row& row : report_.matrix->rows) {
        json_.breakLine();
        PlaceOf(row);
      }
    });
  }

 private:
  void PlaceOf(const Row& row) {
    const Place& place = row.place;
    const bool is_volume = place.kind == Place::Kind::Volume;
    json_.object([&] {
      json_.attribute("place", Name(place.kind));
      WriteOrNull("name", is_volume ? std::optional(place.name) : std::nullopt, json_);
      json_.attribute("file", place.has_file());
      json_.attribute("boot_verified", place.kind == Place::Kind::Initramfs);
      if (place.is_on_volume()) {
        json_.attributeObject("dmverity", [&] {
          WriteOrNull("roothash",
                      place.roothash ? std::optional(Hex(*place.roothash)) : std::nullopt, json_);
          json_.attribute("signed", place.is_signed);
        });
      } else {
        json_.attribute("dmverity", nullptr);
      }
      json_.attribute("fsverity", place.facts.size() > 1);
      json_.attributeObject("cells", [&] {
        for (const Operation operation : report_.matrix->operations) {
          json_.attributeBegin(runtime::Name(operation));
          CellOf(place, (*row.cells)[operation]);
          json_.attributeEnd();
        }
      });
    });
  }

  static std::string Hex(const analysis::OwnedDigest& digest) {
    return digest.algorithm + ":" + llvm::toHex(llvm::ArrayRef(digest.bytes), /*LowerCase=*/true);
  }

  void CellOf(const Place& place, const std::optional<Cell>& cell) {
    if (!cell) {
      json_.value(nullptr);
      return;
    }
    json_.object([&] {
      AnswerOf(cell->answer);
      json_.attributeArray("exceptions", [&] {
        for (const Exception& exception : cell->exceptions) {
          json_.object([&] {
            AnswerOf(exception.answer);
            json_.attributeBegin("witness");
            json_.raw(event::WriteEvent(EventOf(place, exception)));
            json_.attributeEnd();
          });
        }
      });
      json_.attribute("more_exceptions", cell->more_exceptions);
    });
  }

  void AnswerOf(const Answer& answer) {
    json_.attribute("action", runtime::Name(answer.action));
    json_.attribute("match", event::NameOf(answer.match));
    if (answer.line == 0) {
      json_.attribute("rule", nullptr);
      return;
    }
    json_.attributeObject("rule", [&] {
      json_.attribute("line", answer.line);
      json_.attribute("text", report_.TextOf(answer));
    });
  }

  const Report& report_;
  JsonWriter& json_;
};

class Json {
 public:
  Json(const Report& report, llvm::raw_ostream& out) : report_(report), json_(out) {}

  void Print() {
    json_.object([&] {
      json_.attribute("version", 1);
      json_.attribute("policy", report_.file);
      json_.attribute("name", report_.policy->name);
      json_.attribute("target", report_.target->name);
      json_.attributeArray("missing_properties", [&] {
        for (const runtime::Property property : report_.target->missing) {
          json_.value(runtime::Name(property));
        }
      });
      WriteOrNull("inventory", report_.inventory_file, json_);
      json_.attributeBegin("places");
      Places(report_, json_).Write();
      json_.attributeEnd();
      Stages();
      json_.attributeArray("assumptions", [&] {
        for (const std::string& assumption : report_.assumptions) json_.value(assumption);
      });
      json_.attributeArray("findings", [&] {
        for (const Finding& finding : report_.findings) {
          json_.object([&] {
            json_.attribute("severity", diagnostics::Name(finding.kind->severity));
            json_.attribute("name", finding.kind->name);
            json_.attribute("policy", finding.file);
            json_.attribute("message", finding.message);
          });
        }
      });
    });
  }

 private:
  void OrNull(std::string_view key, const std::optional<support::Errno>& error) {
    WriteOrNull(key, error ? std::optional(support::Name(*error)) : std::nullopt, json_);
  }

  void Stages() {
    json_.attributeArray("handovers", [&] {
      for (std::size_t i = 0; i < report_.handovers.size(); ++i) {
        const Handover& handover = report_.handovers[i];
        json_.object([&] {
          json_.attribute("before", report_.stages[i]);
          json_.attribute("after", report_.stages[i + 1]);
          OrNull("new_policy", handover.new_policy);
          OrNull("update", handover.update);
          OrNull("activate", handover.activate);
        });
      }
    });
  }

  const Report& report_;
  JsonWriter json_;
};

}  // namespace

void WritePlaces(const Report& report, JsonWriter& json) {
  Places(report, json).Write();
}

void PrintJson(const Report& report, bool, llvm::raw_ostream& out) {
  Json(report, out).Print();
  out << '\n';
}

}  // namespace ipec::matrix
