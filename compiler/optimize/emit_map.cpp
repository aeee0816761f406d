#include "compiler/optimize/emit_text.h"
#include "compiler/support/json_writer.h"

namespace ipec::optimize {

std::string EmitMap(const EmittedText& emitted, std::string_view source) {
  std::string text;
  support::JsonWriter json(text);
  json.object([&] {
    json.attribute("version", 1);
    json.attribute("source", source);
    json.attributeArray("lines", [&] {
      for (std::size_t line = 1; line <= emitted.line_count(); ++line) {
        json.breakLine();
        json.object([&] {
          json.attribute("line", line);
          json.attributeArray("sources", [&] {
            for (const std::uint32_t from : emitted.SourcesOf(line)) json.value(from);
          });
        });
      }
      json.breakLine();
    });
  });
  text += '\n';
  return text;
}

}  // namespace ipec::optimize
