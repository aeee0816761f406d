// Any bytes as a template with an inventory, before a NUL: the result is bounded, the same every
// time, and each place in it comes from a place in the template.

#include <cstddef>
#include <cstdint>
#include <string>

#include "compiler/inventory/inventory_json.h"
#include "compiler/pipeline/rendered_file.h"
#include "compiler/render/render.h"
#include "compiler/render/stand_ins.h"
#include "compiler/support/assert.h"
#include "llvm/ADT/StringRef.h"

namespace {

using namespace ipec;

constexpr std::size_t kMostBytes = 1U << 16U;

void CheckPlace(const render::Rendered& rendered, const render::SourcePlace& place) {
  IPEC_CHECK(place.source < rendered.sources.size(), "a place in no source");
  const std::uint32_t size = rendered.sources[place.source].buffer.size();
  IPEC_CHECK(place.where.begin <= place.where.end && place.where.end <= size, "a place outside");
}

void CheckMap(const render::Rendered& rendered) {
  IPEC_CHECK(rendered.map.size() == rendered.text.size(), "the map is of another text");
  for (std::uint32_t i = 0; i < rendered.text.size(); ++i) {
    const render::SourcePlace place = rendered.map.Find({i, i + 1});
    CheckPlace(rendered, place);
    if (rendered.map.IsMade({i, i + 1})) continue;
    const llvm::StringRef text = rendered.sources[place.source].buffer.text();
    IPEC_CHECK(place.where.size() == 1 && text[place.where.begin] == rendered.text[i],
               "another byte");
  }
}

void Render(const std::string& text, render::Values& values) {
  support::MemoryFileSystem files;
  files.files["/itself"] = text;
  files.files["/rule"] = "op=EXECUTE action=ALLOW";
  render::Options options;
  options.most_bytes = kMostBytes;
  options.most_includes = 20;
  const render::Rendered rendered =
      render::Render({support::SourceBuffer("itself", text), "/itself"}, values, &files, options);
  IPEC_CHECK(rendered.text.size() <= kMostBytes + options.most_includes, "too long");
  CheckMap(rendered);
  for (std::size_t i = 0; i < rendered.sources.size(); ++i) {
    for (const diagnostics::Diagnostic& one : rendered.problems[i].list()) {
      CheckPlace(rendered, {support::ToU32(i), one.where});
    }
  }
  const render::Rendered again =
      render::Render({support::SourceBuffer("itself", text), "/itself"}, values, &files, options);
  IPEC_CHECK(again.text == rendered.text, "another text");
  const pipeline::RenderedFile file(rendered, targets::DefaultTarget());
  for (std::size_t i = 0; i < file.sources().size(); ++i) {
    for (const diagnostics::Diagnostic& one : file.sources()[i].findings) {
      CheckPlace(rendered, {support::ToU32(i), one.where});
      for (const diagnostics::Note& note : one.notes) {
        if (note.has_place) CheckPlace(rendered, {support::ToU32(i), note.where});
      }
      for (const diagnostics::Fix& fix : one.fixes) {
        std::uint32_t next = 0;
        for (const diagnostics::TextEdit& edit : fix.edits) {
          CheckPlace(rendered, {support::ToU32(i), edit.where});
          IPEC_CHECK(edit.where.begin >= next, "edits overlap");
          next = edit.where.end;
        }
      }
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const std::size_t end = std::min(bytes.find('\0'), bytes.size());
  const std::string text = bytes.substr(0, end);
  render::StandIns stand_ins;
  Render(text, stand_ins);
  inventory::Inventory inventory;
  if (end < bytes.size()) {
    auto parsed = inventory::ParseInventory(bytes.substr(end + 1), "i.json");
    if (parsed) {
      inventory = std::move(*parsed);
    } else {
      llvm::consumeError(parsed.takeError());
    }
  }
  render::InventoryValues values = llvm::cantFail(
      render::InventoryValues::Make(inventory, {{"version", "1.0.0"}, {"hash", "sha256:00"}}));
  Render(text, values);
  return 0;
}
