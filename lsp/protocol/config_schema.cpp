#include "lsp/protocol/config_schema.h"

#include <set>
#include <string_view>
#include <vector>

#include "compiler/pipeline/config_keys.h"
#include "lint/settings.h"
#include "lsp/protocol/json.h"

namespace ipec::lsp {
namespace {

using pipeline::ConfigKey;
using pipeline::KeyType;
using pipeline::KeyWords;

// A string, and which one if only some are valid. Names of rules are also codes and prefixes.
void WriteText(JsonWriter& json, KeyWords words) {
  json.attribute("type", "string");
  std::vector<std::string_view> known = pipeline::WordsOf(words);
  if (words == KeyWords::Ruleset) {
    known.assign(std::begin(lint::kRulesets), std::end(lint::kRulesets));
  }
  if (known.empty()) return;
  json.attributeArray("enum", [&] {
    for (const std::string_view word : known) json.value(word);
  });
}

void WriteType(JsonWriter& json, const ConfigKey& key) {
  switch (key.type) {
    case KeyType::Flag:
      return json.attribute("type", "boolean");
    case KeyType::Word:
      return WriteText(json, key.words);
    case KeyType::Words:
      return json.attributeArray("anyOf", [&] {
        json.object([&] { WriteText(json, key.words); });
        json.object([&] {
          json.attribute("type", "array");
          json.attributeObject("items", [&] { WriteText(json, key.words); });
        });
      });
    case KeyType::Number:
      json.attribute("type", "integer");
      return json.attribute("minimum", 0);
    case KeyType::Table:
      json.attribute("type", "object");
      return json.attributeObject("additionalProperties", [&] { WriteText(json, key.words); });
  }
}

// The keys of a section, with those of its own sections if it is the whole file.
void WriteKeys(JsonWriter& json, std::string_view section) {
  json.attribute("type", "object");
  json.attribute("additionalProperties", false);
  json.attributeObject("properties", [&] {
    std::set<std::string_view> sections;
    for (const ConfigKey& key : pipeline::ConfigKeys()) {
      const std::size_t dot = key.name.find('.');
      const std::string_view own =
          dot == std::string_view::npos ? std::string_view() : key.name.substr(0, dot);
      if (own == section) {
        const std::string_view name = key.name.substr(dot == std::string_view::npos ? 0 : dot + 1);
        json.attributeObject(name, [&] {
          json.attribute("description", key.meaning);
          WriteType(json, key);
        });
      } else if (section.empty() && sections.insert(own).second) {
        json.attributeObject(own, [&] { WriteKeys(json, own); });
      }
    }
  });
}

}  // namespace

std::string ConfigSchema() {
  return Written([](JsonWriter& json) {
           json.object([&] {
             json.attribute("$schema", "http://json-schema.org/draft-07/schema#");
             json.attribute("title", "ipec.toml");
             WriteKeys(json, {});
           });
         }).text +
         "\n";
}

}  // namespace ipec::lsp
