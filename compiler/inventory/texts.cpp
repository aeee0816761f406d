#include "compiler/inventory/texts.h"

#include <algorithm>
#include <utility>

#include "compiler/inventory/digest_text.h"
#include "compiler/inventory/inventory_json.h"
#include "compiler/inventory/partition_types.h"
#include "compiler/inventory/pe.h"
#include "compiler/inventory/trouble.h"
#include "compiler/support/json_tree.h"
#include "compiler/support/printable.h"
#include "compiler/support/wording.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"

namespace ipec::inventory {
namespace {

using llvm::StringRef;
using support::JsonKind;
using support::JsonValue;

constexpr std::size_t kLeastDigits = 32;
constexpr std::size_t kMostDigits = 128;

StringRef Ref(std::string_view text) {
  return {text.data(), text.size()};
}

std::string QuotedWord(StringRef word) {
  return support::Quoted(support::Abbreviated(std::string_view(word.data(), word.size())));
}

// A root hash as tools write it; nothing if it is not one.
std::optional<std::string> RootHex(StringRef text) {
  if (text.size() < kLeastDigits || text.size() > kMostDigits || text.size() % 2 != 0) {
    return std::nullopt;
  }
  return LowercaseHex(std::string_view(text.data(), text.size()));
}

Claim ClaimOf(const TextInput& input) {
  Claim claim;
  claim.place = input.place;
  claim.source = input.name;
  return claim;
}

TextClaims ReadSidecar(const TextInput& input, const std::string& hex) {
  Claim claim = ClaimOf(input);
  claim.hex = hex;
  claim.stem = input.stem;
  claim.name = input.stem;
  claim.role = RoleOf(input.name);
  TextClaims claims;
  claims.statements.push_back(std::move(claim));
  return claims;
}

TextClaims FromInventory(const TextInput& input, Inventory inventory) {
  TextClaims claims;
  claims.volumes.reserve(inventory.volumes.size());
  for (Volume& volume : inventory.volumes) {
    Claim claim = ClaimOf(input);
    claim.place += ", volume " + support::Quoted(support::Abbreviated(volume.name));
    claim.name = std::move(volume.name);
    const std::size_t colon = volume.root_hash.find(':');
    claim.algorithm = volume.root_hash.substr(0, colon);
    claim.hex = volume.root_hash.substr(colon + 1);
    claim.is_signed = volume.is_signed;
    claim.certificate_sha256 = std::move(volume.certificate_sha256);
    claim.blocks = volume.blocks;
    if (!volume.source.empty()) claim.source = std::move(volume.source);
    claim.checked = volume.checked;
    claims.volumes.push_back(std::move(claim));
  }
  claims.files = std::move(inventory.files);
  claims.command_line = std::move(inventory.command_line);
  return claims;
}

// The rows of systemd-repart. Up to 252 only that of the hash tree has the root hash.
llvm::Expected<TextClaims> ReadRepart(const TextInput& input, JsonValue rows) {
  TextClaims claims;
  claims.volumes.reserve(std::size(kPartitionTypes));
  std::size_t number = 0;
  for (const JsonValue row : rows) {
    const std::string place = input.place + ", row " + std::to_string(++number);
    const std::optional<std::string_view> type = row["type"].String();
    if (!type) return Malformed(place + ": `type` is missing or not a string");
    const std::optional<PartitionKind> kind = FindPartitionName(*type);
    if (!kind) continue;
    const std::optional<std::string_view> text = row["roothash"].String();
    const bool is_signature = kind->part == PartitionPart::Signature;
    if (!text && !is_signature) continue;
    Claim claim = ClaimOf(input);
    claim.place = place;
    claim.role = kind->row->role;
    claim.name = claim.role == Role::Root ? "root" : "usr";
    if (text) {
      const std::optional<std::string> hex = RootHex(Ref(*text));
      if (!hex) return Malformed(place + ": " + QuotedWord(Ref(*text)) + " is not a root hash");
      claim.hex = *hex;
    }
    if (is_signature) claim.is_signed = true;
    claims.volumes.push_back(std::move(claim));
  }
  // A row without a root hash is of the volume with one.
  std::stable_partition(claims.volumes.begin(), claims.volumes.end(),
                        [](const Claim& claim) { return !claim.hex.empty(); });
  return claims;
}

llvm::Expected<std::optional<TextClaims>> ReadJson(const TextInput& input) {
  auto tree = support::JsonTree::Parse(input.text, support::JsonText::Strict);
  if (!tree) {
    return Malformed(input.place + " begins as JSON, but is not: " +
                     support::Printable(llvm::toString(tree.takeError())));
  }
  const JsonValue root = (*tree)->root();
  TextClaims claims;
  if (root["rootHash"].exists() || root["certificateFingerprint"].exists()) {
    llvm::Expected<Claim> claim = ReadVeritySignature(input.text, input.place);
    if (!claim) return claim.takeError();
    claim->source = input.name;
    claim->stem = input.stem;
    claim->name = input.stem;
    claims.statements.push_back(std::move(*claim));
    return claims;
  }
  if (root["volumes"].exists() || root["files"].exists()) {
    llvm::Expected<Inventory> inventory = ParseInventory(input.text, input.name);
    if (!inventory) return Malformed(llvm::toString(inventory.takeError()));
    return FromInventory(input, std::move(*inventory));
  }
  if (root.Is(JsonKind::Array) && root.begin() != root.end() && (*root.begin())["type"].exists()) {
    return ReadRepart(input, root);
  }
  return std::nullopt;
}

// `NAME: 0 8 verity 1 DATA HASH DATA_BLOCK HASH_BLOCK BLOCKS START ALGORITHM ROOT SALT [N …]`;
// without `NAME: ` for a single device.
struct TableLine {
  StringRef name;
  llvm::SmallVector<StringRef, 24> words;
};

std::optional<TableLine> ReadTableLine(StringRef line) {
  TableLine read;
  const std::size_t colon = line.find(": ");
  if (colon != StringRef::npos) {
    read.name = line.take_front(colon);
    line = line.drop_front(colon + 2);
  }
  line.split(read.words, ' ', -1, /*KeepEmpty=*/false);
  std::uint64_t number = 0;
  if (read.words.size() < 3 || read.words[0].getAsInteger(10, number) ||
      read.words[1].getAsInteger(10, number) || read.name.contains(' ')) {
    return std::nullopt;
  }
  return read;
}

llvm::Error AddTableLine(const TextInput& input, StringRef text, const std::string& place,
                         TextClaims& claims) {
  if (text.trim().empty()) return llvm::Error::success();
  const std::optional<TableLine> line = ReadTableLine(text);
  if (!line) {
    return Malformed(place + ": " + QuotedWord(text) + " is not a line of `dmsetup table`");
  }
  const auto& words = line->words;
  if (words[2] != "verity") return llvm::Error::success();
  constexpr std::size_t kArguments = 13;
  Claim claim = ClaimOf(input);
  claim.place = place;
  claim.name = line->name.empty() ? input.stem : line->name.str();
  std::uint64_t blocks = 0;
  if (words.size() < kArguments || words[8].getAsInteger(10, blocks)) {
    return Malformed(place + ": " + QuotedWord(text) + " is not a table of dm-verity");
  }
  const std::optional<std::string> hex = RootHex(words[11]);
  if (!hex) return Malformed(place + ": " + QuotedWord(words[11]) + " is not a root hash");
  claim.algorithm = words[10].str();
  const std::string digest = claim.algorithm + ':' + *hex;
  if (llvm::Error error = CheckDigest(digest)) {
    return Malformed(place + ": " + llvm::toString(std::move(error)));
  }
  claim.hex = *hex;
  claim.blocks = blocks;
  claim.is_signed =
      std::find(words.begin() + kArguments, words.end(), "root_hash_sig_key_desc") != words.end();
  claims.volumes.push_back(std::move(claim));
  return llvm::Error::success();
}

// `sha256:HEX PATH`.
std::optional<File> ReadFileLine(StringRef line) {
  const auto [digest, path] = line.split(' ');
  if (path.empty() || !digest.contains(':')) return std::nullopt;
  if (llvm::Error error = CheckDigest(std::string_view(digest.data(), digest.size()))) {
    llvm::consumeError(std::move(error));
    return std::nullopt;
  }
  return File{path.str(), digest.str(), std::nullopt};
}

llvm::Error AddFileLine(const TextInput&, StringRef text, const std::string& place,
                        TextClaims& claims) {
  if (text.empty()) return llvm::Error::success();
  std::optional<File> file = ReadFileLine(text);
  if (!file) {
    return Malformed(place + ": " + QuotedWord(text) + " is not a line of `fsverity digest`");
  }
  claims.files.push_back(std::move(*file));
  return llvm::Error::success();
}

// Without its end.
StringRef FirstLine(StringRef text) {
  StringRef line = text.split('\n').first;
  line.consume_back("\r");
  return line;
}

llvm::Expected<std::optional<TextClaims>> ReadLines(const TextInput& input, StringRef text,
                                                    llvm::Error (*add)(const TextInput&, StringRef,
                                                                       const std::string&,
                                                                       TextClaims&)) {
  TextClaims claims;
  for (std::size_t number = 1; !text.empty(); ++number, text = text.split('\n').second) {
    const std::string place = input.place + ", line " + std::to_string(number);
    if (llvm::Error error = add(input, FirstLine(text), place, claims)) return error;
  }
  return claims;
}

}  // namespace

llvm::Expected<Claim> ReadVeritySignature(std::string text, const std::string& place) {
  auto tree = support::JsonTree::Parse(std::move(text), support::JsonText::Strict);
  if (!tree) {
    return Malformed(place + " is not the JSON of a dm-verity signature: " +
                     support::Printable(llvm::toString(tree.takeError())));
  }
  const JsonValue root = (*tree)->root();
  const auto hex = [&](std::string_view key) -> std::optional<std::string> {
    const std::optional<std::string_view> value = root[key].String();
    return value ? RootHex(Ref(*value)) : std::nullopt;
  };
  const std::optional<std::string> root_hash = hex("rootHash");
  if (!root_hash) return Malformed(place + ": `rootHash` is missing or not hex digits");
  if (root["signature"].String().value_or("").empty()) {
    return Malformed(place + ": `signature` is missing or empty");
  }
  Claim claim;
  claim.place = place;
  claim.hex = *root_hash;
  claim.is_signed = true;
  if (root["certificateFingerprint"].exists()) {
    const std::optional<std::string> certificate = hex("certificateFingerprint");
    if (!certificate || certificate->size() != 64) {
      return Malformed(place + ": `certificateFingerprint` is not 64 hex digits");
    }
    claim.certificate_sha256 = *certificate;
  }
  return claim;
}

std::string StemOf(std::string_view path) {
  StringRef name = Ref(path.substr(path.rfind('/') + 1));
  for (const StringRef extension :
       {".json", ".p7s", ".verity-sig", ".roothash", ".usrhash", ".verity", ".hash", ".hashtree",
        ".raw", ".img", ".squashfs", ".erofs", ".ext4"}) {
    if (name.size() > extension.size()) name.consume_back(extension);
  }
  return name.str();
}

Role RoleOf(std::string_view path) {
  StringRef name = Ref(path);
  name.consume_back(".p7s");
  if (name.endswith(".roothash")) return Role::Root;
  return name.endswith(".usrhash") ? Role::Usr : Role::Other;
}

llvm::Error AddCommandLine(std::string_view command_line, const std::string& name,
                           const std::string& place, std::vector<Claim>& statements) {
  for (const Role role : {Role::Root, Role::Usr}) {
    const std::string parameter = role == Role::Root ? "roothash" : "usrhash";
    const std::optional<std::string> value = FindParameter(command_line, parameter);
    if (!value || value->empty()) continue;
    const std::optional<std::string> hex = RootHex(*value);
    if (!hex) {
      return Malformed(place + ": " + support::Quoted(parameter) + " is " + QuotedWord(*value) +
                       ", not a root hash");
    }
    Claim claim;
    claim.place = place + ", " + support::Quoted(parameter);
    claim.source = name;
    claim.name = role == Role::Root ? "root" : "usr";
    claim.role = role;
    claim.hex = *hex;
    statements.push_back(std::move(claim));
  }
  return llvm::Error::success();
}

llvm::Expected<std::optional<TextClaims>> ReadText(const TextInput& input) {
  const StringRef text = StringRef(input.text).trim(" \t\r\n");
  if (text.empty() || input.text.find('\0') != std::string::npos) return std::nullopt;
  if (text.front() == '{' || text.front() == '[') return ReadJson(input);
  if (const std::optional<std::string> hex = RootHex(text)) return ReadSidecar(input, *hex);
  const StringRef first = FirstLine(input.text);
  if (ReadTableLine(first)) return ReadLines(input, input.text, AddTableLine);
  if (ReadFileLine(first)) return ReadLines(input, input.text, AddFileLine);
  return std::nullopt;
}

}  // namespace ipec::inventory
