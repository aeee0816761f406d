// The answer to `initialize`: what the server can do.

#include "lsp/features/completion.h"
#include "lsp/protocol_json.h"

namespace ipec::lsp {
namespace {

void WriteCapabilities(JsonWriter& json, const Client& client, PositionEncoding encoding) {
  if (!client.encodings.empty()) WriteText(json, "positionEncoding", Name(encoding));
  json.attributeObject("textDocumentSync", [&] {
    json.attribute("openClose", true);
    json.attribute("change", 2);  // incremental
    json.attribute("save", true);
  });
  json.attributeObject("diagnosticProvider", [&] {
    json.attribute("identifier", "ipec");
    json.attribute("interFileDependencies", false);
    json.attribute("workspaceDiagnostics", true);
    json.attribute("workDoneProgress", true);
  });
  json.attributeObject("completionProvider", [&] {
    json.attributeArray("triggerCharacters", [&] {
      for (const std::string_view trigger : kCompletionTriggers) WriteText(json, trigger);
    });
    json.attribute("resolveProvider", true);
  });
  json.attribute("hoverProvider", true);
  json.attribute("foldingRangeProvider", true);
  json.attributeObject("workspace", [&] {
    json.attributeObject("workspaceFolders", [&] {
      json.attribute("supported", true);
      json.attribute("changeNotifications", true);
    });
    json.attributeObject("fileOperations", [&] {
      json.attributeObject("didRename", [&] {
        json.attributeArray("filters", [&] {
          for (const char* glob : {"**/ipec.toml", "**/*.{pol,ipe,policy}", "**/"}) {
            json.object([&] {
              json.attribute("scheme", "file");
              json.attributeObject("pattern", [&] { json.attribute("glob", glob); });
            });
          }
        });
      });
    });
  });
}

}  // namespace

Json InitializeResult(const Client& client, PositionEncoding encoding, std::string_view version) {
  return Written([&](JsonWriter& json) {
    json.object([&] {
      json.attributeObject("capabilities", [&] { WriteCapabilities(json, client, encoding); });
      json.attributeObject("serverInfo", [&] {
        json.attribute("name", "ipec");
        WriteText(json, "version", version);
      });
    });
  });
}

}  // namespace ipec::lsp
