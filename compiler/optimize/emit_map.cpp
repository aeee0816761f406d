#include "compiler/optimize/emit_text.h"
#include "compiler/support/json_text.h"

namespace ipec::optimize {

std::string EmitMap(const EmittedText& emitted, std::string_view source) {
  std::string json = R"({"version":1,"source":)";
  support::AppendJson(json, source);
  json += R"(,"lines":[)";
  for (std::size_t line = 1; line <= emitted.line_count(); ++line) {
    if (line > 1) json += ',';
    json += "\n{\"line\":" + std::to_string(line) + ",\"sources\":[";
    bool first = true;
    for (const std::uint32_t from : emitted.SourcesOf(line)) {
      if (!first) json += ',';
      first = false;
      json += std::to_string(from);
    }
    json += "]}";
  }
  json += "\n]}\n";
  return json;
}

}  // namespace ipec::optimize
