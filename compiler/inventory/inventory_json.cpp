#include "compiler/inventory/inventory_json.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "compiler/inventory/digest_text.h"
#include "compiler/support/json_tree.h"
#include "compiler/support/numbers.h"
#include "compiler/support/printable.h"
#include "compiler/support/streams.h"
#include "compiler/support/wording.h"

namespace ipec::inventory {
namespace {

using support::JsonKind;
using support::JsonValue;

constexpr std::string_view kChecked[] = {"none", "top", "tree"};
constexpr std::size_t kCertificateDigits = 64;

// Reads members and keeps the first failure, so that its callers need no checks.
class DocumentReader {
 public:
  Inventory Whole(JsonValue root) {
    Inventory inventory;
    if (!root.Is(JsonKind::Object)) Fail("", "is not a JSON object");
    if (root["version"].Integer() != 1) {
      Fail("version", root["version"].exists() ? "is not 1" : "is missing");
    }
    Elements(root, "volumes", [&](JsonValue value, const std::string& at) {
      inventory.volumes.push_back(ReadVolume(value, at));
    });
    Elements(root, "files", [&](JsonValue value, const std::string& at) {
      inventory.files.push_back(ReadFile(value, at));
    });
    inventory.command_line = Text(root, "cmdline", "");
    return inventory;
  }

  const std::optional<std::string>& failure() const { return failure_; }

 private:
  void Fail(const std::string& at, const std::string& why) {
    if (failure_) return;
    failure_ = at.empty() ? "the document " + why : support::Quoted(at) + " " + why;
  }

  template <typename Read>
  void Elements(JsonValue root, std::string_view key, const Read& read) {
    const JsonValue list = root[key];
    if (!list.Is(JsonKind::Array)) {
      Fail(std::string(key), list.exists() ? "is not an array" : "is missing");
      return;
    }
    std::size_t index = 0;
    for (const JsonValue value : list) {
      const std::string at = std::string(key) + '[' + std::to_string(index++) + ']';
      if (!value.Is(JsonKind::Object)) Fail(at, "is not an object");
      read(value, at);
      if (failure_) return;
    }
  }

  static std::string Within(const std::string& at, std::string_view key) {
    return at.empty() ? std::string(key) : at + '.' + std::string(key);
  }

  // Nothing: null or missing.
  std::optional<std::string> Text(JsonValue object, std::string_view key, const std::string& at) {
    const JsonValue value = object[key];
    if (!value.exists() || value.Is(JsonKind::Null)) return std::nullopt;
    const std::optional<std::string_view> text = value.String();
    if (!text) Fail(Within(at, key), "is not a string");
    return std::string(text.value_or(""));
  }

  std::string NonEmpty(JsonValue object, std::string_view key, const std::string& at) {
    std::string text = Text(object, key, at).value_or("");
    if (text.empty()) Fail(Within(at, key), "is missing or empty");
    return text;
  }

  std::string Digest(JsonValue object, std::string_view key, const std::string& at) {
    std::string text = NonEmpty(object, key, at);
    if (llvm::Error error = CheckDigest(text)) {
      Fail(Within(at, key), "is not a digest: " + llvm::toString(std::move(error)));
    }
    return text;
  }

  std::optional<bool> IsSigned(JsonValue object, const std::string& at) {
    const JsonValue value = object["signed"];
    if (!value.exists() || value.Is(JsonKind::Null)) return std::nullopt;
    const std::optional<bool> is_signed = value.Boolean();
    if (!is_signed) Fail(Within(at, "signed"), "is not true, false or null");
    return is_signed;
  }

  Volume ReadVolume(JsonValue object, const std::string& at) {
    Volume volume;
    volume.name = NonEmpty(object, "name", at);
    Once(names_, volume.name, Within(at, "name"));
    volume.root_hash = Digest(object, "roothash", at);
    volume.is_signed = IsSigned(object, at);
    volume.certificate_sha256 = Text(object, "certificate_sha256", at).value_or("");
    if (!volume.certificate_sha256.empty() &&
        (volume.certificate_sha256.size() != kCertificateDigits ||
         LowercaseHex(volume.certificate_sha256) != volume.certificate_sha256)) {
      Fail(Within(at, "certificate_sha256"), "is not 64 lowercase hex digits");
    }
    const JsonValue blocks = object["blocks"];
    if (blocks.exists() && !blocks.Is(JsonKind::Null)) {
      const std::optional<std::int64_t> number = blocks.Integer();
      if (!number || *number < 0) Fail(Within(at, "blocks"), "is not a number of blocks");
      volume.blocks = static_cast<std::uint64_t>(std::max<std::int64_t>(number.value_or(0), 0));
    }
    volume.source = Text(object, "source", at).value_or("");
    const std::string checked = Text(object, "checked", at).value_or("none");
    const auto* const found = std::find(std::begin(kChecked), std::end(kChecked), checked);
    if (found == std::end(kChecked)) {
      Fail(Within(at, "checked"), "is not `none`, `top` or `tree`");
      return volume;
    }
    volume.checked = support::FromIndex<Checked>(support::ToSize(found - std::begin(kChecked)));
    return volume;
  }

  File ReadFile(JsonValue object, const std::string& at) {
    File file;
    file.path = NonEmpty(object, "path", at);
    Once(paths_, file.path, Within(at, "path"));
    file.digest = Digest(object, "digest", at);
    file.is_signed = IsSigned(object, at);
    return file;
  }

  void Once(std::set<std::string>& seen, const std::string& name, const std::string& at) {
    if (!name.empty() && !seen.insert(name).second) {
      Fail(at, "repeats " + support::Quoted(support::Abbreviated(name)));
    }
  }

  std::optional<std::string> failure_;
  std::set<std::string> names_;
  std::set<std::string> paths_;
};

void WriteText(support::JsonWriter& json, std::string_view key, const std::string& text) {
  if (text.empty()) {
    json.attribute(key, nullptr);
  } else {
    json.attribute(key, text);
  }
}

template <typename Value>
void WriteOptional(support::JsonWriter& json, std::string_view key,
                   const std::optional<Value>& value) {
  if (value) {
    json.attribute(key, *value);
  } else {
    json.attribute(key, nullptr);
  }
}

}  // namespace

llvm::Expected<Inventory> ParseInventory(std::string text, const std::string& name) {
  const std::string what =
      support::Quoted(support::Abbreviated(name)) + " is not an inventory of `ipec scan`: ";
  auto tree = support::JsonTree::Parse(std::move(text), support::JsonText::Strict);
  if (!tree) return support::ErrorOf(what + support::Printable(llvm::toString(tree.takeError())));
  DocumentReader reader;
  Inventory inventory = reader.Whole((*tree)->root());
  if (reader.failure()) return support::ErrorOf(what + *reader.failure());
  return inventory;
}

void WriteInventory(const Inventory& inventory, support::JsonWriter& json) {
  json.keepBytes();
  json.object([&] {
    json.attribute("version", 1);
    json.attributeArray("volumes", [&] {
      for (const Volume& volume : inventory.volumes) {
        json.breakLine();
        json.object([&] {
          json.attribute("name", volume.name);
          json.attribute("roothash", volume.root_hash);
          WriteOptional(json, "signed", volume.is_signed);
          WriteText(json, "certificate_sha256", volume.certificate_sha256);
          WriteOptional(json, "blocks", volume.blocks);
          WriteText(json, "source", volume.source);
          json.attribute("checked", kChecked[support::IndexOf(volume.checked)]);
        });
      }
    });
    json.attributeArray("files", [&] {
      for (const File& file : inventory.files) {
        json.breakLine();
        json.object([&] {
          json.attribute("path", file.path);
          json.attribute("digest", file.digest);
          WriteOptional(json, "signed", file.is_signed);
        });
      }
    });
    WriteOptional(json, "cmdline", inventory.command_line);
  });
}

}  // namespace ipec::inventory
