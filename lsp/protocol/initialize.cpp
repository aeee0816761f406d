// The answer to `initialize`: what the server can do.

#include <span>

#include "lsp/features/completion.h"
#include "lsp/features/formatting.h"
#include "lsp/features/tokens.h"
#include "lsp/protocol/json.h"

namespace ipec::lsp {
namespace {

constexpr std::string_view kCommands[] = {
#define IPEC_EDITOR_COMMAND(name, id) name,
#include "lsp/protocol/editor_commands.def"
};

void WriteNames(JsonWriter& json, llvm::StringRef key, std::span<const std::string_view> names) {
  json.attributeArray(key, [&] {
    for (const std::string_view name : names) json.value(name);
  });
}

void WriteCapabilities(JsonWriter& json, const Client& client, PositionEncoding encoding) {
  if (!client.encodings.empty()) json.attribute("positionEncoding", Name(encoding));
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
    WriteNames(json, "triggerCharacters", kCompletionTriggers);
    json.attribute("resolveProvider", true);
  });
  for (const char* const provider :
       {"hoverProvider", "definitionProvider", "referencesProvider", "documentHighlightProvider",
        "documentSymbolProvider", "foldingRangeProvider", "selectionRangeProvider",
        "documentFormattingProvider", "documentRangeFormattingProvider", "inlayHintProvider",
        "workspaceSymbolProvider"}) {
    json.attribute(provider, true);
  }
  json.attributeObject("documentOnTypeFormattingProvider",
                       [&] { json.attribute("firstTriggerCharacter", kFormatTrigger); });
  json.attributeObject("documentLinkProvider", [&] { json.attribute("resolveProvider", false); });
  json.attributeObject("codeLensProvider", [&] { json.attribute("resolveProvider", false); });
  // Some options are only for clients that say they know them.
  if (client.prepares_rename) {
    json.attributeObject("renameProvider", [&] { json.attribute("prepareProvider", true); });
  } else {
    json.attribute("renameProvider", true);
  }
  if (client.code_action_literals) {
    json.attributeObject("codeActionProvider", [&] {
      json.attributeArray("codeActionKinds", [&] {
        for (const char* kind : {"quickfix", "refactor.rewrite", "source.fixAll.ipec"}) {
          json.value(kind);
        }
      });
      json.attribute("resolveProvider", true);
    });
  } else {
    json.attribute("codeActionProvider", true);
  }
  json.attributeObject("semanticTokensProvider", [&] {
    json.attributeObject("legend", [&] {
      WriteNames(json, "tokenTypes", kTokenTypes);
      WriteNames(json, "tokenModifiers", kTokenModifiers);
    });
    json.attribute("range", true);
    json.attributeObject("full", [&] { json.attribute("delta", true); });
  });
  json.attributeObject("executeCommandProvider", [&] { WriteNames(json, "commands", kCommands); });
  json.attributeObject("workspace", [&] {
    json.attributeObject("workspaceFolders", [&] {
      json.attribute("supported", true);
      json.attribute("changeNotifications", true);
    });
    json.attributeObject("fileOperations", [&] {
      json.attributeObject("didRename", [&] {
        json.attributeArray("filters", [&] {
          for (const char* glob : {"**/ipec.toml", "**/*.{pol,ipe,policy,claims}", "**/"}) {
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
        json.attribute("version", version);
      });
    });
  });
}

}  // namespace ipec::lsp
