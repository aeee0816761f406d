#include "compiler/support/json_writer.h"
#include "compiler/table/emit.h"

namespace ipec::table {
namespace {

using policy::Policy;

std::string Hex(std::span<const std::uint8_t> bytes) {
  std::string made;
  made.reserve(bytes.size() * 2);
  for (const std::uint8_t byte : bytes) {
    made += "0123456789abcdef"[byte >> 4];
    made += "0123456789abcdef"[byte & 15];
  }
  return made;
}

void WriteCondition(support::JsonWriter& out, const Policy& policy,
                    const policy::Condition& condition) {
  out.attribute("property", runtime::Name(condition.property));
  if (runtime::Kind(condition.property) == runtime::PropertyKind::Boolean) {
    out.attribute("value", condition.expected);
    return;
  }
  const runtime::Digest digest = policy.digests.Get(condition.digest);
  if (!policy.semantics.bare_digests) out.attribute("algorithm", digest.algorithm);
  out.attribute("digest", Hex(digest.bytes));
}

void WriteRule(support::JsonWriter& out, const Policy& policy, const policy::Rule& rule) {
  out.attribute("line", rule.line);
  out.attribute("op", runtime::Name(rule.operation));
  out.attributeArray("properties", [&] {
    for (const policy::Condition& condition : policy.ConditionsOf(rule)) {
      out.object([&] { WriteCondition(out, policy, condition); });
    }
  });
  out.attribute("action", runtime::Name(rule.action));
}

// The global default is the one without an operation.
void WriteDefault(support::JsonWriter& out, const std::optional<policy::Default>& given,
                  std::optional<std::string_view> operation) {
  if (!given) return;
  out.object([&] {
    out.attribute("line", given->line);
    if (operation)
      out.attribute("op", *operation);
    else
      out.attribute("op", nullptr);
    out.attribute("action", runtime::Name(given->action));
  });
}

}  // namespace

std::string EmitJson(const Policy& policy, const targets::Target& target) {
  std::string text;
  support::JsonWriter out(text);
  const policy::Version& version = policy.version;
  out.object([&] {
    out.attribute("version", 1);
    out.attribute("target", target.name);
    if (!target.missing.empty()) {
      out.attributeArray("missing_properties", [&] {
        for (const runtime::Property property : target.missing) out.value(Name(property));
      });
    }
    out.attribute("name", policy.name);
    out.attribute("policy_version", std::to_string(version.major) + "." +
                                        std::to_string(version.minor) + "." +
                                        std::to_string(version.revision));
    out.attributeArray("defaults", [&] {
      WriteDefault(out, policy.global_default, std::nullopt);
      for (const runtime::Operation operation : runtime::kOperations) {
        WriteDefault(out, policy.DefaultOf(operation), Name(operation));
      }
    });
    out.attributeArray("rules", [&] {
      for (const policy::Rule& rule : policy.rules) {
        out.object([&] { WriteRule(out, policy, rule); });
      }
    });
  });
  text += '\n';
  return text;
}

}  // namespace ipec::table
