// `ipec replay --output=json`: a line for each group, and a summary. The contract in the README of
// this directory; fields are only added.

#include <string>

#include "compiler/replay/outputs.h"
#include "compiler/support/json_writer.h"
#include "compiler/support/numbers.h"

namespace ipec::replay {

PrintResult PrintJson;
PrintChanges PrintJsonChanges;

namespace {

using support::JsonWriter;

void OrNull(JsonWriter& json, std::string_view key, const std::string& text) {
  if (text.empty()) {
    json.attribute(key, nullptr);
  } else {
    json.attribute(key, text);
  }
}

void Time(JsonWriter& json, const TimeSpan& time) {
  const auto one = [&](std::string_view key, const std::optional<std::int64_t>& value) {
    if (value) {
      json.attribute(key, *value);
    } else {
      json.attribute(key, nullptr);
    }
  };
  one("first", time.first);
  one("last", time.last);
}

void Words(JsonWriter& json, std::string_view key, std::string_view more, const WordSample& words) {
  json.attributeArray(key, [&] {
    for (const std::string& word : words.list()) json.value(word);
  });
  json.attribute(more, words.has_more());
}

void Answer(JsonWriter& json, const Classification& classification) {
  json.attribute("after", Name(classification.outcome));
  json.attributeArray("before_lines", [&] {
    for (const std::uint32_t line : classification.was_lines) json.value(line);
  });
  if (classification.reason) {
    json.attribute("reason", Name(*classification.reason));
  } else {
    json.attribute("reason", nullptr);
  }
  json.attributeArray("statements", [&] {
    for (const Part& part : classification.parts) {
      json.object([&] {
        json.attribute("action", runtime::Name(part.action));
        json.attribute("line", part.line);
        json.attribute("text", part.text);
        json.attribute("cases", part.cases);
        json.attributeBegin("witness");
        json.raw(part.witness);
        json.attributeEnd();
      });
    }
  });
  json.attribute("more_statements", classification.more_parts);
  OrNull(json, "tells", classification.tip);
  json.attributeArray("tried", [&] {
    for (const Tried& tried : classification.tried) {
      json.object([&] {
        json.attribute("line", tried.line);
        json.attribute("text", tried.text);
        json.attribute("words", tried.words);
      });
    }
  });
  json.attribute("more_tried", classification.more_tried);
  OrNull(json, "proposal", classification.proposal);
  json.attribute("proposal_line", classification.proposal_line);
  OrNull(json, "advice", classification.advice);
}

void GroupLine(const Group& group, std::string_view kind, llvm::raw_ostream& out) {
  JsonWriter json(out);
  json.keepBytes();
  json.object([&] {
    json.attribute("version", 1);
    json.attribute("kind", kind);
    WriteGroup(group, json);
  });
  out << '\n';
}

void Summary(const Result& result, llvm::raw_ostream& out) {
  JsonWriter json(out);
  json.keepBytes();
  const Subject& subject = result.subject;
  const Evidence& evidence = result.evidence;
  json.object([&] {
    json.attribute("version", 1);
    json.attribute("kind", "summary");
    json.attribute("policy", subject.file);
    json.attribute("name", subject.name);
    json.attribute("policy_version", subject.version);
    json.attribute("target", subject.target);
    json.attribute("question", subject.digest);
    json.attribute("groups", result.groups.size());
    const auto counts = [&](std::string_view name, const auto& list) {
      json.attributeObject(name, [&] {
        for (std::size_t i = 0; i < list.size(); ++i) {
          json.attribute(Name(static_cast<Change>(i)), list[i]);
        }
      });
    };
    counts("records", result.Counts());
    counts("without_group", result.more);
    json.attribute("lines", evidence.lines);
    json.attribute("ignored", evidence.ignored);
    json.attribute("accesses", evidence.accesses);
    json.attribute("allowed", evidence.allowed);
    json.attribute("activations", evidence.activations);
    json.attribute("complete", evidence.is_complete());
    json.attribute("suppressed", evidence.suppressed);
    json.attribute("lost", evidence.lost);
    json.attributeObject("troubles", [&] {
      for (const auto& [name, count] : evidence.troubles) json.attribute(name, count);
    });
    Time(json, evidence.time);
    OrNull(json, "patch", result.patch);
    json.attribute("why", subject.shows_why);
    if (!subject.shows_usage) return;
    json.attributeArray("usage", [&] {
      for (const auto& entry : result.usage) {
        const RuleUse& use = entry.second;
        json.object([&] {
          json.attribute("line", entry.first);
          json.attribute("text", use.text);
          json.attribute("certain", use.certain);
          json.attribute("possible", use.possible);
        });
      }
    });
  });
  out << '\n';
}

}  // namespace

void WriteGroup(const Group& group, JsonWriter& json) {
  const GroupKey& key = group.key;
  json.attribute("change", Name(group.change()));
  json.attribute("op", key.operation);
  json.attribute("file", NameOf(key.file));
  OrNull(json, "path", key.path);
  json.attribute("deleted", key.is_deleted);
  OrNull(json, "dev", key.device);
  OrNull(json, "comm", key.comm);
  json.attribute("rule", key.rule);
  OrNull(json, "thumbprint", key.policy);
  json.attribute("before", runtime::Name(key.before));
  Answer(json, *group.classification);
  json.attribute("count", group.count);
  json.attribute("granted", group.granted);
  Time(json, group.time);
  Words(json, "comms", "more_comms", group.comms);
  Words(json, "hooks", "more_hooks", group.hooks);
  Words(json, "exes", "more_exes", group.executables);
  Words(json, "titles", "more_titles", group.titles);
}

void PrintJson(const Result& result, bool, llvm::raw_ostream& out) {
  for (const Group* const group : result.InOrder()) GroupLine(*group, "group", out);
  Summary(result, out);
}

void PrintJsonChanges(const Result&, std::span<const Group* const> groups, bool,
                      llvm::raw_ostream& out) {
  for (const Group* const group : groups) GroupLine(*group, "change", out);
}

}  // namespace ipec::replay
