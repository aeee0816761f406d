// The capabilities of a client and the settings of its user.

#include "lsp/protocol/json.h"

namespace ipec::lsp {
namespace {

// The value at a path such as `lint.enable`, which editors write as one name or as nested objects.
JsonValue SettingAt(JsonValue object, std::string_view path) {
  if (const JsonValue found = object[path]; found.exists()) return found;
  for (std::size_t dot = path.find('.'); dot != std::string_view::npos;
       dot = path.find('.', dot + 1)) {
    const JsonValue inner = object[path.substr(0, dot)];
    if (!inner.Is(JsonKind::Object)) continue;
    const JsonValue found = SettingAt(inner, path.substr(dot + 1));
    if (found.exists()) return found;
  }
  return {};
}

// The settings of one client, in the section `ipec` where it has one.
class SettingsReader {
 public:
  explicit SettingsReader(JsonValue object) : object_(object) {
    for (const JsonValue member : object) {
      if (member.key() == "ipec" || member.key().starts_with("ipec.")) section_ = "ipec.";
    }
  }

  JsonValue At(const std::string& path) const { return SettingAt(object_, section_ + path); }
  void Flag(const std::string& path, bool& flag) const { flag = At(path).Boolean().value_or(flag); }
  void Text(const std::string& path, std::string& text) const {
    if (const auto given = At(path).String()) text = *given;
  }

 private:
  JsonValue object_;
  std::string section_;
};

// Whether the path leads to anything but false and null; the last name may be a member of a list.
bool Has(JsonValue capabilities, std::string_view path) {
  JsonValue at = capabilities;
  while (true) {
    const std::size_t dot = path.find('.');
    at = at[path.substr(0, dot)];
    if (!at.exists() || at.Is(JsonKind::Null)) return false;
    if (dot == std::string_view::npos) return at.Boolean().value_or(true);
    path = path.substr(dot + 1);
    if (!at.Is(JsonKind::Array)) continue;
    for (const JsonValue member : at) {
      if (member.String() == path) return true;
    }
    return false;
  }
}

}  // namespace

std::vector<Folder> FoldersOf(JsonValue value) {
  std::vector<Folder> folders;
  for (const JsonValue one : ArrayOf(value)) {
    std::string uri = TextOf(one["uri"]);
    if (!uri.empty()) folders.push_back({std::move(uri), TextOf(one["name"])});
  }
  return folders;
}

void ReadSettings(const Params* params, EditorSettings& settings) {
  if (params == nullptr) return;
  JsonValue object = params->value;
  // The answer to workspace/configuration is a list of one.
  if (object.Is(JsonKind::Array)) {
    if (object.begin() == object.end()) return;
    object = *object.begin();
  }
  if (const JsonValue wrapped = object["settings"]; wrapped.Is(JsonKind::Object)) object = wrapped;
  if (!object.Is(JsonKind::Object)) return;
  const SettingsReader reader(object);
  if (const JsonValue target = reader.At("target"); target.exists()) {
    settings.targets.clear();
    const auto add = [&](JsonValue one) {
      if (std::string name = TextOf(one); !name.empty()) {
        settings.targets.push_back(std::move(name));
      }
    };
    add(target);
    for (const JsonValue one : ArrayOf(target)) add(one);
  }
  reader.Text("config", settings.config);
  reader.Text("completion.again", settings.complete_again);
  reader.Flag("lint.enable", settings.lint);
  reader.Flag("inlayHints.enable", settings.inlay_hints);
  reader.Flag("codeLens.enable", settings.code_lens);
}

InitializeParams ReadInitialize(const Params* params) {
  InitializeParams read;
  if (params == nullptr || !params->value.Is(JsonKind::Object)) return read;
  const JsonValue object = params->value;
  const JsonValue capabilities = object["capabilities"];
#define IPEC_CAPABILITY(id, path) read.client.id = Has(capabilities, path);
#include "lsp/protocol/capabilities.def"
  for (const JsonValue value : ArrayOf(capabilities["general"]["positionEncodings"])) {
    const auto name = value.String();
    const auto found = name ? FindEncoding(*name) : std::nullopt;
    if (found) read.client.encodings.push_back(*found);
  }
  read.folders = FoldersOf(object["workspaceFolders"]);
  if (read.folders.empty()) {
    const std::string root = TextOf(object["rootUri"]);
    if (!root.empty()) read.folders.push_back({root, {}});
  }
  if (const JsonValue options = object["initializationOptions"]; options.exists()) {
    const Params wrapped{params->tree, options};
    ReadSettings(&wrapped, read.settings);
  }
  read.trace = TextOf(object["trace"]);
  read.process = object["processId"].Integer().value_or(0);
  return read;
}

}  // namespace ipec::lsp
