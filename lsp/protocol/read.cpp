// From parameters to values.

#include <algorithm>
#include <limits>

#include "lsp/protocol/json.h"

namespace ipec::lsp {
namespace {

namespace json = llvm::json;

// Undoes what ReadMessage did to single bytes.
std::string Text(llvm::StringRef text, bool has_bytes) {
  if (!has_bytes) return text.str();
  std::string bytes;
  while (!text.empty()) {
    const bool carried =
        text.size() >= 4 && text.startswith("\xF4\x8F") && (text[2] == '\xBA' || text[2] == '\xBB');
    if (carried) {
      bytes += static_cast<char>((static_cast<unsigned>(text[2]) & 3U) << 6U |
                                 (static_cast<unsigned>(text[3]) & 0x3FU));
    } else {
      bytes += text[0];
    }
    text = text.drop_front(carried ? 4 : 1);
  }
  return bytes;
}

const json::Object* ObjectIn(const json::Value* value) {
  return value == nullptr ? nullptr : value->getAsObject();
}

const json::Object* ObjectAt(const json::Object* object, llvm::StringRef key) {
  return object == nullptr ? nullptr : object->getObject(key);
}

std::string StringAt(const json::Object* object, llvm::StringRef key) {
  if (object == nullptr) return {};
  const auto text = object->getString(key);
  return text ? text->str() : std::string();
}

// A number or a string, as JSON.
std::string TokenAt(const json::Object* object, llvm::StringRef key) {
  const json::Value* const value = object == nullptr ? nullptr : object->get(key);
  if (value == nullptr || (!value->getAsString() && !value->getAsInteger())) return {};
  return Written([&](JsonWriter& json) { json.value(*value); }).text;
}

std::optional<std::uint32_t> NumberAt(const json::Object& object, llvm::StringRef key) {
  const auto number = object.getInteger(key);
  if (!number || *number < 0 || *number > std::numeric_limits<std::uint32_t>::max()) return {};
  return static_cast<std::uint32_t>(*number);
}

std::optional<EditorPlace> PlaceIn(const json::Value* value) {
  const json::Object* const object = ObjectIn(value);
  if (object == nullptr) return {};
  const auto line = NumberAt(*object, "line");
  const auto character = NumberAt(*object, "character");
  if (!line || !character) return {};
  return EditorPlace{*line, *character};
}

std::optional<EditorRange> RangeIn(const json::Value* value) {
  const json::Object* const object = ObjectIn(value);
  if (object == nullptr) return {};
  const auto start = PlaceIn(object->get("start"));
  const auto end = PlaceIn(object->get("end"));
  if (!start || !end) return {};
  return EditorRange{*start, *end};
}

template <typename Visit>
void ForEach(const json::Array* array, Visit visit) {
  if (array == nullptr) return;
  for (const json::Value& value : *array) visit(value);
}

template <typename Visit>
void ForEach(const json::Object* object, llvm::StringRef key, Visit visit) {
  ForEach(object == nullptr ? nullptr : object->getArray(key), visit);
}

// False: one of them is malformed.
bool ReadChanges(const json::Object& object, bool has_bytes, std::vector<TextChange>& changes) {
  bool good = object.getArray("contentChanges") != nullptr;
  ForEach(&object, "contentChanges", [&](const json::Value& value) {
    const json::Object* const one = value.getAsObject();
    const auto text = one == nullptr ? llvm::None : one->getString("text");
    if (!text) {
      good = false;
      return;
    }
    TextChange& change = changes.emplace_back();
    change.text = Text(*text, has_bytes);
    const json::Value* const range = one->get("range");
    if (range == nullptr || range->getAsNull()) return;
    change.range = RangeIn(range);
    good &= change.range.has_value();
  });
  return good;
}

void ReadFolders(const json::Object* object, llvm::StringRef key, std::vector<Folder>& folders) {
  ForEach(object, key, [&](const json::Value& value) {
    const std::string uri = StringAt(value.getAsObject(), "uri");
    if (!uri.empty()) folders.push_back({uri, StringAt(value.getAsObject(), "name")});
  });
}

void ReadFiles(const json::Object& object, Asked& asked) {
  ForEach(&object, "changes", [&](const json::Value& value) {
    asked.files.push_back({StringAt(value.getAsObject(), "uri"), {}});
  });
  ForEach(&object, "files", [&](const json::Value& value) {
    const json::Object* const file = value.getAsObject();
    FileEvent event{StringAt(file, "oldUri"), StringAt(file, "newUri")};
    if (event.uri.empty()) event.uri = StringAt(file, "uri");
    asked.files.push_back(std::move(event));
  });
  ForEach(&object, "previousResultIds", [&](const json::Value& value) {
    const json::Object* const one = value.getAsObject();
    asked.previous.push_back({StringAt(one, "uri"), StringAt(one, "value")});
  });
  const json::Object* const event = object.getObject("event");
  ReadFolders(event, "added", asked.added);
  ReadFolders(event, "removed", asked.removed);
}

// The first field that is needed and not there.
std::string_view Missing(const json::Object& object, unsigned needs, const Asked& asked) {
  if ((needs & needs::Uri) != 0 && asked.uri.empty()) return "textDocument.uri";
  if ((needs & needs::Position) != 0 && !asked.position) return "position";
  if ((needs & needs::TextRange) != 0 && !asked.range) return "range";
  if ((needs & needs::PositionList) != 0 && object.getArray("positions") == nullptr) {
    return "positions";
  }
  if ((needs & needs::NewName) != 0 && !object.getString("newName")) return "newName";
  if ((needs & needs::Query) != 0 && !object.getString("query")) return "query";
  if ((needs & needs::Command) != 0 && asked.command.empty()) return "command";
  return {};
}

bool FlagAt(const json::Object* object, llvm::StringRef key, bool otherwise) {
  return object == nullptr ? otherwise : object->getBoolean(key).getValueOr(otherwise);
}

// What stands at a path such as `lint.enable`, however much of it is one word: editors write
// settings both ways.
const json::Value* SettingAt(const json::Object* object, llvm::StringRef path) {
  if (object == nullptr) return nullptr;
  if (const json::Value* const found = object->get(path)) return found;
  for (std::size_t dot = path.find('.'); dot != llvm::StringRef::npos;
       dot = path.find('.', dot + 1)) {
    const json::Object* const inner = object->getObject(path.take_front(dot));
    if (const json::Value* const found = SettingAt(inner, path.drop_front(dot + 1))) return found;
  }
  return nullptr;
}

// The settings of one client, in the section `ipec` where it has one.
class SettingsReader {
 public:
  explicit SettingsReader(const json::Object& object) : object_(object) {
    for (const auto& [key, value] : object) {
      if (llvm::StringRef(key) == "ipec" || llvm::StringRef(key).startswith("ipec.")) {
        section_ = "ipec.";
      }
    }
  }

  const json::Value* At(llvm::StringRef path) const {
    return SettingAt(&object_, section_ + path.str());
  }
  void Flag(llvm::StringRef path, bool& flag) const {
    if (const json::Value* const value = At(path)) flag = value->getAsBoolean().getValueOr(flag);
  }
  void Text(llvm::StringRef path, std::string& text) const {
    const json::Value* const value = At(path);
    if (const auto said = value == nullptr ? llvm::None : value->getAsString()) text = said->str();
  }

 private:
  const json::Object& object_;
  std::string section_;
};

}  // namespace

std::string ReadAsked(const std::shared_ptr<const Params>& params, unsigned needs, Asked& asked) {
  static const json::Object kEmpty;
  asked.raw = params;
  const json::Object* object = params == nullptr ? &kEmpty : params->value.getAsObject();
  if (object == nullptr) {
    if (needs != needs::Nothing) return "`params` is not an object";
    object = &kEmpty;
  }
  const bool has_bytes = params != nullptr && params->has_bytes;
  if (const json::Object* const document = ObjectAt(object, "textDocument")) {
    asked.uri = StringAt(document, "uri");
    if (const auto version = document->getInteger("version")) asked.version = *version;
    if (const auto text = document->getString("text")) asked.text = Text(*text, has_bytes);
    if ((needs & needs::Text) != 0 && !document->getString("text")) {
      return "`textDocument.text` is missing";
    }
  }
  // An item that is sent back to be resolved says whose it is.
  if (const json::Object* const data = ObjectAt(object, "data")) {
    asked.uri = StringAt(data, "uri");
    asked.key = StringAt(data, "key");
    if (const auto version = data->getInteger("version")) asked.version = *version;
  }
  asked.position = PlaceIn(object->get("position"));
  asked.range = RangeIn(object->get("range"));
  bool good = (needs & needs::Changes) == 0 || ReadChanges(*object, has_bytes, asked.changes);
  if (!good) return "`contentChanges` is malformed";
  ForEach(object, "positions", [&](const json::Value& value) {
    const auto place = PlaceIn(&value);
    good &= place.has_value();
    if (place) asked.positions.push_back(*place);
  });
  if (!good) return "`positions` is malformed";
  asked.typed = StringAt(object, "ch");
  asked.new_name = StringAt(object, "newName");
  const json::Object* const context = object->getObject("context");
  asked.include_declaration = FlagAt(context, "includeDeclaration", false);
  ForEach(context, "only", [&](const json::Value& value) {
    if (const auto kind = value.getAsString()) asked.only.push_back(kind->str());
  });
  asked.query = StringAt(object, "query");
  asked.previous_result = StringAt(object, "previousResultId");
  ReadFiles(*object, asked);
  asked.progress = TokenAt(object, "workDoneToken");
  asked.partial = TokenAt(object, "partialResultToken");
  asked.command = StringAt(object, "command");
  asked.cancelled = TokenAt(object, object->get("id") != nullptr ? "id" : "token");
  asked.trace = StringAt(object, "value");
  const std::string_view missing = Missing(*object, needs, asked);
  if (!missing.empty()) return "`" + std::string(missing) + "` is missing";
  return {};
}

void ReadSettings(const Params* params, EditorSettings& settings) {
  if (params == nullptr) return;
  const json::Value* value = &params->value;
  // The answer to workspace/configuration is a list of one.
  if (const json::Array* const list = value->getAsArray()) {
    if (list->empty()) return;
    value = &list->front();
  }
  const json::Object* object = value->getAsObject();
  if (const json::Object* const wrapped = ObjectAt(object, "settings")) object = wrapped;
  if (object == nullptr) return;
  const SettingsReader reader(*object);
  if (const json::Value* const target = reader.At("target")) {
    settings.targets.clear();
    const auto add = [&](const json::Value& one) {
      if (const auto name = one.getAsString(); name && !name->empty()) {
        settings.targets.push_back(name->str());
      }
    };
    add(*target);
    ForEach(target->getAsArray(), add);
  }
  reader.Text("config", settings.config);
  reader.Text("completion.again", settings.complete_again);
  reader.Flag("lint.enable", settings.lint);
  reader.Flag("inlayHints.enable", settings.inlay_hints);
  reader.Flag("codeLens.enable", settings.code_lens);
}

InitializeParams ReadInitialize(const Params* params) {
  InitializeParams read;
  const json::Object* const object = params == nullptr ? nullptr : params->value.getAsObject();
  if (object == nullptr) return read;
  const json::Object* const capabilities = object->getObject("capabilities");
  const auto has = [&](llvm::StringRef path) {
    const json::Object* at = capabilities;
    while (at != nullptr) {
      const std::pair<llvm::StringRef, llvm::StringRef> parts = path.split('.');
      const llvm::StringRef key = parts.first;
      const llvm::StringRef rest = parts.second;
      const json::Value* const value = at->get(key);
      if (value == nullptr || value->getAsNull()) return false;
      if (rest.empty()) return value->getAsBoolean().getValueOr(true);
      if (const json::Array* const list = value->getAsArray()) {
        return std::any_of(list->begin(), list->end(),
                           [&](const json::Value& member) { return member.getAsString() == rest; });
      }
      at = value->getAsObject();
      path = rest;
    }
    return false;
  };
#define IPEC_CAPABILITY(id, path) read.client.id = has(path);
#include "lsp/protocol/capabilities.def"
  ForEach(ObjectAt(capabilities, "general"), "positionEncodings", [&](const json::Value& value) {
    const auto name = value.getAsString();
    const auto found = name ? FindEncoding({name->data(), name->size()}) : std::nullopt;
    if (found) read.client.encodings.push_back(*found);
  });
  ReadFolders(object, "workspaceFolders", read.folders);
  if (read.folders.empty()) {
    const std::string root = StringAt(object, "rootUri");
    if (!root.empty()) read.folders.push_back({root, {}});
  }
  if (const json::Value* const options = object->get("initializationOptions")) {
    Params wrapped;
    wrapped.value = *options;
    ReadSettings(&wrapped, read.settings);
  }
  read.trace = StringAt(object, "trace");
  read.process = object->getInteger("processId").getValueOr(0);
  return read;
}

}  // namespace ipec::lsp
