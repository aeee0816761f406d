// `check --format=json`: the contract in the README of this directory. Fields are only added.

#include "compiler/diagnostics/renderers.h"
#include "compiler/support/errno.h"
#include "compiler/support/json_writer.h"

namespace ipec::diagnostics {
namespace {

class JsonRenderer final : public Renderer {
 public:
  explicit JsonRenderer(llvm::raw_ostream& out) : out_(out), json_(out) {
    json_.objectBegin();
    json_.attribute("version", 1);
    json_.attributeBegin("results");
    json_.arrayBegin();
  }

  void Render(const FileReport& report) override {
    const support::LineMap lines(report.source->text());
    json_.object([&] {
      Text("file", report.source->name());
      Text("target", report.target);
      json_.attribute("accepted", report.accepted());
      TextOrNull("errno",
                 report.error ? std::optional(support::Name(*report.error)) : std::nullopt);
      if (report.claims) json_.attribute("claims", *report.claims);
      TextOrNull("name", report.name);
      TextOrNull("policy_version", report.policy_version);
      json_.attributeArray("diagnostics", [&] {
        for (const Diagnostic& diagnostic : report.diagnostics) Write(lines, diagnostic);
      });
      if (report.more != 0) json_.attribute("more", report.more);
    });
  }

  void Finish() override {
    json_.arrayEnd();
    json_.attributeEnd();
    json_.objectEnd();
    out_ << '\n';
  }

 private:
  void Text(llvm::StringRef key, std::string_view text) { json_.attribute(key, text); }

  void TextOrNull(llvm::StringRef key, std::optional<std::string_view> text) {
    if (text) {
      Text(key, *text);
    } else {
      json_.attribute(key, nullptr);
    }
  }

  void Write(const support::LineMap& lines, support::Span span) {
    const auto place = [&](llvm::StringRef key, std::uint32_t offset) {
      const support::Position at = lines.PositionOf(offset);
      json_.attributeObject(key, [&] {
        json_.attribute("line", at.line);
        json_.attribute("column", at.column);
        json_.attribute("offset", offset);
      });
    };
    json_.attributeObject("range", [&] {
      place("start", span.begin);
      place("end", span.end);
    });
  }

  void Write(const support::LineMap& lines, const Diagnostic& diagnostic) {
    json_.object([&] {
      Text("code", diagnostic.descriptor->code);
      Text("name", diagnostic.descriptor->name);
      Text("severity", Name(diagnostic.severity));
      Text("message", diagnostic.message);
      Write(lines, diagnostic.where);
      json_.attributeArray("notes", [&] {
        for (const Note& note : diagnostic.notes) {
          json_.object([&] {
            Text("message", note.message);
            if (note.has_place) Write(lines, note.where);
          });
        }
      });
      json_.attributeArray("fixes", [&] {
        for (const Fix& fix : diagnostic.fixes) Write(lines, fix);
      });
    });
  }

  void Write(const support::LineMap& lines, const Fix& fix) {
    json_.object([&] {
      Text("title", fix.title);
      json_.attribute("keeps_meaning", fix.keeps_meaning);
      if (fix.is_guess) json_.attribute("is_guess", true);
      json_.attributeArray("edits", [&] {
        for (const TextEdit& edit : fix.edits) {
          json_.object([&] {
            Write(lines, edit.where);
            Text("text", edit.text);
          });
        }
      });
    });
  }

  llvm::raw_ostream& out_;
  support::JsonWriter json_;
};

}  // namespace

std::unique_ptr<Renderer> MakeJsonRenderer(llvm::raw_ostream& out) {
  return std::make_unique<JsonRenderer>(out);
}

}  // namespace ipec::diagnostics
