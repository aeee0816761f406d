#include "tests/unit/record_json.h"

#include <optional>

#include "compiler/support/json_writer.h"

namespace ipec::tests {
namespace {

using support::JsonWriter;

constexpr llvm::StringLiteral kFiles[] = {"none", "named", "too-long", "unknown"};

template <typename Value>
void Optional(JsonWriter& json, std::string_view key, const std::optional<Value>& value) {
  if (value) json.attribute(key, *value);
}

void Policy(JsonWriter& json, std::string_view key, const records::PolicyName& policy) {
  json.attributeBegin(key);
  json.object([&] {
    json.attribute("name", policy.name);
    json.attribute("version", policy.version);
    json.attribute("digest", policy.digest);
  });
  json.attributeEnd();
}

void Body(JsonWriter& json, const records::Access& access) {
  json.attribute("operation", access.operation);
  json.attribute("hook", access.hook);
  Optional(json, "enforcing", access.enforcing);
  Optional(json, "pid", access.pid);
  json.attribute("comm", access.comm);
  json.attribute("file", kFiles[support::IndexOf(access.file)]);
  json.attribute("path", access.path);
  json.attribute("deleted", access.is_deleted);
  json.attribute("memfd", access.is_memfd);
  json.attribute("device", access.device);
  Optional(json, "inode", access.inode);
  json.attribute("rule", access.rule);
  json.attribute("allows", access.allows);
}

void Body(JsonWriter& json, const records::Activation& activation) {
  json.attribute("old_recorded", activation.is_old_recorded);
  if (activation.old_policy) Policy(json, "old", *activation.old_policy);
  Policy(json, "new", activation.new_policy);
}

void Body(JsonWriter& json, const records::Load& load) {
  if (load.policy) Policy(json, "policy", *load.policy);
  json.attribute("success", load.is_success);
  Optional(json, "errno", load.error);
}

void Body(JsonWriter& json, const records::Mode& mode) {
  json.attribute("enforcing", mode.enforcing);
  Optional(json, "old_enforcing", mode.old_enforcing);
}

void Body(JsonWriter& json, const records::SystemCall& call) {
  json.attribute("exe", call.executable);
  json.attribute("comm", call.comm);
  Optional(json, "pid", call.pid);
  Optional(json, "ppid", call.parent_pid);
  Optional(json, "syscall", call.number);
  Optional(json, "success", call.is_success);
}

void Body(JsonWriter& json, const records::ProcessTitle& title) {
  json.attribute("title", title.text);
}

}  // namespace

std::string JsonOf(const records::Record& record) {
  std::string text;
  JsonWriter json(text);
  json.keepBytes();
  json.object([&] {
    json.attribute("type", Name(record.type()));
    json.attribute("dialect", Name(record.dialect));
    json.attribute("line", record.line);
    if (!record.node.empty()) json.attribute("node", record.node);
    Optional(json, "milliseconds", record.stamp.milliseconds);
    Optional(json, "serial", record.stamp.serial);
    std::visit([&](const auto& body) { Body(json, body); }, record.body);
  });
  return text;
}

std::string JsonOf(const records::Tally& tally) {
  std::string text;
  JsonWriter json(text);
  json.keepBytes();
  json.object([&] {
    json.attribute("lines", tally.lines);
    json.attribute("ignored", tally.ignored);
    json.attribute("notices", tally.notices);
    json.attribute("suppressed", tally.suppressed);
    json.attribute("lost", tally.lost);
    for (std::size_t type = 0; type < records::kTypes; ++type) {
      json.attribute(Name(support::FromIndex<records::Type>(type)), tally.records[type]);
    }
    for (std::size_t at = 0; at < records::kTroubles; ++at) {
      const records::TroubleCount& trouble = tally.troubles[at];
      if (trouble.count == 0) continue;
      json.attributeBegin(Name(support::FromIndex<records::Trouble>(at)));
      json.object([&] {
        json.attribute("count", trouble.count);
        json.attribute("line", trouble.first_line);
        json.attribute("field", std::string_view(trouble.first_field));
      });
      json.attributeEnd();
    }
  });
  return text;
}

}  // namespace ipec::tests
