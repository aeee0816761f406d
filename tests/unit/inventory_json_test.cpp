// The document of an inventory: written and read back, and every value that can be wrong.

#include "compiler/inventory/inventory_json.h"

#include <catch2/catch.hpp>
#include <string>
#include <utility>

#include "compiler/command/read_inventory.h"

namespace ipec::inventory {
namespace {

const std::string kDigits(64, 'a');
const std::string kHash = "sha256:" + kDigits;

std::string Written(const Inventory& inventory) {
  std::string text;
  support::JsonWriter json(text);
  WriteInventory(inventory, json);
  return text;
}

std::string Problem(const std::string& text) {
  llvm::Expected<Inventory> read = ParseInventory(text, "i.json");
  INFO(text);
  REQUIRE_FALSE(static_cast<bool>(read));
  return llvm::toString(read.takeError());
}

TEST_CASE("an inventory is read back as it was written") {
  Inventory inventory;
  CHECK(*ParseInventory(Written(inventory), "i.json") == inventory);
  inventory.volumes = {
      {"usr", kHash, true, std::string(64, 'c'), 4096, "a.raw", Checked::Tree},
      {"root", "sha512:" + kDigits + kDigits, false, "", 0, "", Checked::Top},
      {"\xff \"x\"\n", "future-1:00", std::nullopt, "", std::nullopt, "dir/\x80", Checked::None}};
  inventory.files = {{"/usr/bin/\xe9t\xe9", kHash, true}, {"/b", kHash, std::nullopt}};
  inventory.command_line = "quiet usrhash=" + kDigits;
  llvm::Expected<Inventory> read = ParseInventory(Written(inventory), "i.json");
  REQUIRE(static_cast<bool>(read));
  CHECK(*read == inventory);
  CHECK(Written(*read) == Written(inventory));
}

TEST_CASE("members that are not known, and optional ones, may be missing") {
  llvm::Expected<Inventory> read = ParseInventory(
      R"({"version":1,"new":[],"files":[],"volumes":[{"name":"a","roothash":")" + kHash + "\"}]}",
      "i.json");
  REQUIRE(static_cast<bool>(read));
  CHECK(read->volumes == std::vector<Volume>{{"a", kHash, {}, "", {}, "", Checked::None}});
}

TEST_CASE("errors name the document and the value") {
  const std::string what = "`i.json` is not an inventory of `ipec scan`: ";
  CHECK(Problem("[]") == what + "the document is not a JSON object");
  CHECK(Problem("{}") == what + "`version` is missing");
  CHECK(Problem(R"({"version":2,"volumes":[],"files":[]})") == what + "`version` is not 1");
  CHECK(Problem(R"({"version":1,"files":[]})") == what + "`volumes` is missing");
  CHECK(Problem(R"({"version":1,"volumes":{},"files":[]})") == what + "`volumes` is not an array");
  CHECK(Problem("{").find(what) == 0);

  const auto volume = [&](const std::string& members) {
    const std::string error = Problem(R"({"version":1,"files":[],"volumes":[)" + members + "]}");
    REQUIRE(error.find(what) == 0);
    return error.substr(what.size());
  };
  const std::string good = R"("name":"a","roothash":")" + kHash + "\"";
  CHECK(volume("7") == "`volumes[0]` is not an object");
  CHECK(volume("{}") == "`volumes[0].name` is missing or empty");
  CHECK(volume(R"({"name":"a"})") == "`volumes[0].roothash` is missing or empty");
  CHECK(volume(R"({"name":"a","roothash":"sha256:AA"})").find("lowercase hex digits") !=
        std::string::npos);
  CHECK(volume(R"({"name":"a","roothash":"sha256:aa"})").find("a sha256 digest has 64") !=
        std::string::npos);
  CHECK(volume(R"({"name":"a","roothash":"aa"})").find("`ALGORITHM:HEX`") != std::string::npos);
  CHECK(volume("{" + good + "},{" + good + "}") == "`volumes[1].name` repeats `a`");
  CHECK(volume("{" + good + R"(,"signed":1})") == "`volumes[0].signed` is not true, false or null");
  CHECK(volume("{" + good + R"(,"blocks":-1})") == "`volumes[0].blocks` is not a number of blocks");
  CHECK(volume("{" + good + R"(,"checked":"all"})") ==
        "`volumes[0].checked` is not `none`, `top` or `tree`");
  CHECK(volume("{" + good + R"(,"certificate_sha256":"ab"})") ==
        "`volumes[0].certificate_sha256` is not 64 lowercase hex digits");
  CHECK(volume("{" + good + R"(,"source":[]})") == "`volumes[0].source` is not a string");

  const std::string file = R"({"path":"/a","digest":")" + kHash + "\"}";
  CHECK(Problem(R"({"version":1,"volumes":[],"files":[)" + file + "," + file + "]}") ==
        what + "`files[1].path` repeats `/a`");
}

TEST_CASE("`--with` tells a file that cannot be read from one that is not an inventory") {
  support::MemoryFileSystem files;
  files.files["/i.json"] = Written({});
  files.files["/x"] = "x";
  support::StringOutput out;
  support::StringOutput err;
  support::StringSource in("{}");
  support::RealProgramRunner programs;
  command::Environment env{files, programs, out, err, in};
  std::optional<Inventory> read;
  CHECK(command::ReadInventory("/i.json", {}, env, read) == command::ExitStatus::Ok);
  CHECK(read.has_value());
  CHECK(command::ReadInventory("/x", {}, env, read) == command::ExitStatus::Usage);
  CHECK(command::ReadInventory("-", {}, env, read) == command::ExitStatus::Usage);
  CHECK(command::ReadInventory("/absent", {}, env, read) == command::ExitStatus::Failure);
  CHECK(err.str().find("`--with`: `<stdin>` is not an inventory") != std::string::npos);
}

}  // namespace
}  // namespace ipec::inventory
