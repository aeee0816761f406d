// An ipec.toml in the editor: all mistakes, completion, hover; and its schema, which is in the
// tree. With IPEC_UPDATE=1 the schema is written.

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "compiler/pipeline/config.h"
#include "compiler/pipeline/config_keys.h"
#include "lsp/features/config_document.h"
#include "lsp/protocol/config_schema.h"
#include "tests/unit/lsp_policies.h"

namespace ipec::lsp::tests {
namespace {

using Catch::Matchers::Contains;

struct Marked {
  std::string text;
  std::uint32_t cursor = 0;
};

Marked Mark(std::string text) {
  const std::size_t cursor = text.find('|');
  text.erase(cursor, 1);
  return {text, static_cast<std::uint32_t>(cursor)};
}

List LabelsAt(const std::string& marked) {
  const Marked at = Mark(marked);
  List labels;
  for (const Completion& item : CompleteConfig(at.text, at.cursor).items) {
    labels.push_back(item.label);
  }
  return labels;
}

bool Has(const List& labels, const std::string& label) {
  return std::count(labels.begin(), labels.end(), label) == 1;
}

TEST_CASE("all mistakes of an ipec.toml are found, each at its place") {
  const std::string text =
      "target = \"linux-6.99\"\n"
      "color = 1\n"
      "[format]\n"
      "align = \"yes\"\n"
      "[lint]\n"
      "fail-on = \"never\"\n"
      "missing-properties = [\"a\", \"b\"]\n";
  List found;
  for (const ConfigFault& fault : FaultsIn(text)) {
    found.push_back(text.substr(fault.where.begin, fault.where.size()));
  }
  CHECK(found == List{"\"linux-6.99\"", "color", "\"yes\"", "\"never\"", "\"a\"", "\"b\""});
  // The first one is that of the command.
  llvm::Expected<pipeline::Config> config = pipeline::ParseConfig("t.toml", text);
  REQUIRE_FALSE(static_cast<bool>(config));
  CHECK_THAT(llvm::toString(config.takeError()), Contains(FaultsIn(text).front().words));
  CHECK(FaultsIn("target = \"linux-6.12\"\n").empty());
  // A mistake of TOML does not hide those before it.
  CHECK(FaultsIn("color = 1\nalign = \n").size() == 2);
}

TEST_CASE("unknown lint rules are found") {
  const std::string text =
      "[lint]\nselect = [\"nothing\", \"style\", \"other\"]\nruleset = \"1\"\n";
  List found;
  for (const ConfigFault& fault : FaultsIn(text)) {
    found.push_back(text.substr(fault.where.begin, fault.where.size()));
  }
  std::sort(found.begin(), found.end());
  CHECK(found == List{"\"1\"", "\"nothing\"", "\"other\""});
}

TEST_CASE("each key is completed and explained") {
  for (const pipeline::ConfigKey& key : pipeline::ConfigKeys()) {
    const std::string name(key.name);
    const std::size_t dot = name.find('.');
    const std::string section = dot == std::string::npos ? "" : "[" + name.substr(0, dot) + "]\n";
    const std::string own = dot == std::string::npos ? name : name.substr(dot + 1);
    INFO(name);
    CHECK(Has(LabelsAt(section + "|"), own));
    CHECK(Has(LabelsAt(section + own.substr(0, 2) + "|"), own));
    const std::string value = section + own + " = ";
    const auto hover =
        HoverConfig(value, static_cast<std::uint32_t>(section.size() + own.size() / 2));
    REQUIRE(hover);
    CHECK_THAT(hover->markdown, Contains(std::string(key.meaning)));
    CHECK_THAT(DocOfConfigKey(name), Contains(name));
    // It is not offered again.
    CHECK_FALSE(Has(LabelsAt(value + "0\n|"), own));
    if (key.words != pipeline::KeyWords::Any && key.type != pipeline::KeyType::Table) {
      CHECK(LabelsAt(value + "\"|").size() > 1);
      CHECK(LabelsAt(value + "[\"x\", \"|\"]").size() > 1);
    }
  }
}

TEST_CASE("values and sections are completed") {
  CHECK(Has(LabelsAt("target = \"|\""), "linux-6.12"));
  CHECK(Has(LabelsAt("target = |"), "\"linux-6.12\""));
  CHECK(LabelsAt("[format]\nalign = |") == List{"true", "false"});
  CHECK(LabelsAt("[lint]\nfail-on = \"|\"") == List{"error", "warning", "info"});
  CHECK(Has(LabelsAt("[lint]\nignore = [\n  \"weak-digest\",\n  \"|"), "allow-all-op"));
  CHECK(Has(LabelsAt("[lint]\nseverity = {|"), "weak-digest"));
  CHECK(Has(LabelsAt("[lint]\nseverity = {weak-digest = \"|"), "off"));
  CHECK(Has(LabelsAt("[lint.severity]\n|"), "weak-digest"));
  CHECK(Has(LabelsAt("[lint.severity]\nweak-digest = \"|"), "warning"));
  CHECK(Has(LabelsAt("[per-file-target]\n\"a.pol\" = \"|"), "rfc-v7"));
  CHECK(Has(LabelsAt("|"), "[lint]"));
  CHECK(Has(LabelsAt("[|"), "lint"));
  CHECK_FALSE(Has(LabelsAt("[lint]\n|"), "[lint]"));
  CHECK(LabelsAt("# |").empty());
  CHECK(LabelsAt("unknown = \"|").empty());
}

TEST_CASE("any text and place can be asked about") {
  const std::string text = "a\r\n[[b]]\n= \"'\n[lint\nseverity={x='#',[}\n\"\"\"\n\xff\n";
  for (std::uint32_t at = 0; at <= text.size(); ++at) {
    const Completions made = CompleteConfig(text, at);
    CHECK(made.typed.end <= text.size());
    CHECK(made.whole.end <= text.size());
    const auto hover = HoverConfig(text, at);
    CHECK((!hover || hover->span.end <= text.size()));
    for (const ConfigFault& fault : FaultsIn(text.substr(0, at))) CHECK(fault.where.end <= at);
  }
}

TEST_CASE("the schema of ipec.toml in the tree is up to date") {
  const std::string path = IPEC_SOURCE_DIR "/lsp/editors/vscode/ipec.schema.json";
  const std::string wanted = ConfigSchema();
  if (std::getenv("IPEC_UPDATE") != nullptr && std::getenv("CI") == nullptr) {
    std::ofstream(path) << wanted;
  }
  std::ostringstream found;
  found << std::ifstream(path).rdbuf();
  CHECK(found.str() == wanted);
}

}  // namespace
}  // namespace ipec::lsp::tests
