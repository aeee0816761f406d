#include "compiler/event/write_event.h"

#include "compiler/support/json_writer.h"
#include "ipec/runtime/vocabulary.h"
#include "llvm/ADT/StringExtras.h"

namespace ipec::event {
namespace {

std::string TextOf(const runtime::Digest& digest) {
  std::string text(digest.algorithm);
  if (!text.empty()) text += ':';
  return text + llvm::toHex({digest.bytes.data(), digest.bytes.size()}, /*LowerCase=*/true);
}

std::string Write(const runtime::Event& event, const runtime::Action* expect) {
  std::string text;
  support::JsonWriter json(text);
  json.keepBytes();
  json.object([&] {
    json.attribute("op", Name(event.operation));
    json.attribute("hook", Name(event.hook));
    if (!event.enforcing) json.attribute("enforcing", false);
    if (event.pid != 0) json.attribute("pid", event.pid);
    if (!event.comm.empty()) json.attribute("comm", event.comm);
    if (event.file) {
      json.attributeObject("file", [&] {
        if (event.file->path) json.attribute("path", *event.file->path);
        if (!event.file->device.empty()) json.attribute("dev", event.file->device);
        if (event.file->inode != 0) json.attribute("ino", event.file->inode);
      });
    }
    if (event.boot_verified) json.attribute("boot_verified", true);
    if (event.dmverity) {
      json.attributeObject("dmverity", [&] {
        if (event.dmverity->roothash) json.attribute("roothash", TextOf(*event.dmverity->roothash));
        if (event.dmverity->is_signed) json.attribute("signed", true);
      });
    }
    if (event.fsverity) {
      json.attributeObject("fsverity", [&] {
        if (event.fsverity->digest) json.attribute("digest", TextOf(*event.fsverity->digest));
        if (event.fsverity->is_signed) json.attribute("signed", true);
      });
    }
    if (expect != nullptr) json.attribute("expect", Name(*expect));
  });
  return text;
}

}  // namespace

std::string_view NameOf(runtime::Match match) {
  switch (match) {
    case runtime::Match::Rule:
      return "rule";
    case runtime::Match::OperationDefault:
      return "op-default";
    case runtime::Match::GlobalDefault:
      return "global-default";
  }
  return "";
}

std::string WriteEvent(const runtime::Event& event) {
  return Write(event, nullptr);
}

std::string WriteTest(const runtime::Event& event, runtime::Action expect) {
  return Write(event, &expect);
}

}  // namespace ipec::event
