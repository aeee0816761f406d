// SARIF 2.1.0, as code review tools read it. Its columns are code points, so they are counted here.
// On lines of more than kCountedLine bytes a region is the whole line instead.

#include <algorithm>
#include <map>

#include "compiler/diagnostics/explain.h"
#include "compiler/diagnostics/renderers.h"
#include "compiler/support/json_writer.h"
#include "llvm/ADT/StringExtras.h"

namespace ipec::diagnostics {
namespace {

constexpr std::uint32_t kCountedLine = 1U << 16;

// A path as a relative reference, as SARIF requires.
std::string UriOf(llvm::StringRef path) {
  std::string uri;
  for (const char byte : path) {
    if (llvm::isAlnum(byte) || llvm::StringRef("-._~/").contains(byte)) {
      uri += byte;
    } else {
      uri += '%';
      uri += llvm::toHex(llvm::StringRef(&byte, 1));
    }
  }
  return uri;
}

llvm::StringRef LevelOf(Severity severity) {
  switch (severity) {
    case Severity::Error:
      return "error";
    case Severity::Warning:
      return "warning";
    default:
      return "note";
  }
}

// The first paragraph of a rule's documentation below the title, on one line.
std::string FirstParagraph(llvm::StringRef text) {
  std::string paragraph;
  while (!text.empty()) {
    const auto [line, rest] = text.split('\n');
    text = rest;
    if (line.startswith("#")) continue;
    if (line.trim().empty()) {
      if (paragraph.empty()) continue;
      break;
    }
    if (!paragraph.empty()) paragraph += ' ';
    paragraph += line.trim();
  }
  return paragraph;
}

class SarifRenderer final : public Renderer {
 public:
  SarifRenderer(llvm::raw_ostream& out, const RenderOptions& options)
      : out_(out), json_(out), version_(options.version), explained_(options.explained) {
    for (const Explained& row : explained_) IndexOf(row.descriptor);
    json_.objectBegin();
    json_.attribute("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
    json_.attribute("version", "2.1.0");
    json_.attributeBegin("runs");
    json_.arrayBegin();
    json_.objectBegin();
    json_.attribute("columnKind", "unicodeCodePoints");
    json_.attributeArray("newlineSequences", [&] {
      for (const char* sequence : {"\r\n", "\n", "\r"}) json_.value(llvm::StringRef(sequence));
    });
    json_.attributeBegin("results");
    json_.arrayBegin();
  }

  void Render(const FileReport& report) override {
    const File file{UriOf(report.source->name()), report.source->text(),
                    support::LineMap(report.source->text())};
    for (std::size_t i = 0; i < report.diagnostics.size(); ++i) {
      Write(file, report.diagnostics[i],
            i < report.fingerprints.size() ? report.fingerprints[i] : std::string_view{});
    }
  }

  // The rules come last, when it is known which of them occurred.
  void Finish() override {
    json_.arrayEnd();
    json_.attributeEnd();
    json_.attributeObject("tool", [&] {
      json_.attributeObject("driver", [&] {
        json_.attribute("name", "ipec");
        if (!version_.empty()) json_.attribute("semanticVersion", version_);
        json_.attributeArray("rules", [&] {
          for (const Descriptor* descriptor : rules_) Write(*descriptor);
        });
      });
    });
    json_.objectEnd();
    json_.arrayEnd();
    json_.attributeEnd();
    json_.objectEnd();
    out_ << '\n';
  }

 private:
  struct File {
    std::string uri;
    llvm::StringRef text;
    support::LineMap lines;
  };

  void Text(llvm::StringRef key, std::string_view text) { json_.attribute(key, text); }

  void Message(llvm::StringRef key, std::string_view text) {
    json_.attributeObject(key, [&] { Text("text", text); });
  }

  void Write(const Descriptor& descriptor) {
    const auto row = std::find_if(explained_.begin(), explained_.end(), [&](const Explained& one) {
      return one.descriptor == &descriptor;
    });
    const std::string help = Explain(descriptor.code, explained_).value_or(std::string{});
    json_.object([&] {
      Text("id", descriptor.code);
      Text("name", descriptor.name);
      const std::string first = FirstParagraph(help);
      Message("shortDescription", first.empty() ? descriptor.words : std::string_view(first));
      json_.attributeObject("defaultConfiguration", [&] {
        json_.attribute("enabled", row == explained_.end() || row->on);
        json_.attribute("level", LevelOf(descriptor.severity));
      });
      if (!help.empty()) {
        json_.attributeObject("help", [&] {
          Text("text", help);
          Text("markdown", help);
        });
      }
      if (row == explained_.end()) return;
      json_.attributeObject(
          "properties", [&] { json_.attributeArray("tags", [&] { json_.value(row->group); }); });
    });
  }

  // The index of a descriptor in `rules`; adds it at its first use.
  std::size_t IndexOf(const Descriptor* descriptor) {
    const auto [place, is_new] = indices_.try_emplace(descriptor, rules_.size());
    if (is_new) rules_.push_back(descriptor);
    return place->second;
  }

  void Write(const File& file, const Diagnostic& diagnostic, std::string_view fingerprint) {
    json_.object([&] {
      Text("ruleId", diagnostic.descriptor->code);
      json_.attribute("ruleIndex", static_cast<std::int64_t>(IndexOf(diagnostic.descriptor)));
      json_.attribute("level", LevelOf(diagnostic.severity));
      Message("message", diagnostic.message);
      json_.attributeArray("locations", [&] { Location(file, diagnostic.where, {}); });
      if (!fingerprint.empty()) {
        json_.attributeObject("partialFingerprints", [&] { Text("ruleAndLine/v2", fingerprint); });
      }
      if (!diagnostic.notes.empty()) {
        json_.attributeArray("relatedLocations", [&] {
          for (const Note& note : diagnostic.notes) {
            Location(file, note.has_place ? note.where : diagnostic.where, note.message);
          }
        });
      }
      if (!diagnostic.fixes.empty()) {
        json_.attributeArray("fixes", [&] {
          for (const Fix& fix : diagnostic.fixes) Write(file, fix);
        });
      }
    });
  }

  void Artifact(const File& file) {
    json_.attributeObject("artifactLocation", [&] { json_.attribute("uri", file.uri); });
  }

  void Location(const File& file, support::Span where, std::string_view message) {
    json_.object([&] {
      json_.attributeObject("physicalLocation", [&] {
        Artifact(file);
        Region("region", file, where);
      });
      if (!message.empty()) Message("message", message);
    });
  }

  void Region(llvm::StringRef key, const File& file, support::Span where) {
    const auto place = [&](llvm::StringRef line_key, llvm::StringRef column_key, std::uint32_t at) {
      const std::uint32_t line = file.lines.PositionOf(at).line;
      json_.attribute(line_key, line);
      const support::Span span = file.lines.LineSpan(file.text, line);
      if (span.size() > kCountedLine) return;
      std::size_t column = 1;
      for (std::uint32_t i = span.begin; i < at; ++i) {
        if ((static_cast<unsigned char>(file.text[i]) & 0xC0U) != 0x80) ++column;
      }
      json_.attribute(column_key, static_cast<std::int64_t>(column));
    };
    json_.attributeObject(key, [&] {
      place("startLine", "startColumn", where.begin);
      place("endLine", "endColumn", where.end);
      json_.attribute("byteOffset", where.begin);
      json_.attribute("byteLength", where.size());
    });
  }

  void Write(const File& file, const Fix& fix) {
    json_.object([&] {
      Message("description", fix.title);
      json_.attributeArray("artifactChanges", [&] {
        json_.object([&] {
          Artifact(file);
          json_.attributeArray("replacements", [&] {
            for (const TextEdit& edit : fix.edits) {
              json_.object([&] {
                Region("deletedRegion", file, edit.where);
                Message("insertedContent", edit.text);
              });
            }
          });
        });
      });
    });
  }

  llvm::raw_ostream& out_;
  support::JsonWriter json_;
  std::string version_;
  std::span<const Explained> explained_;
  std::vector<const Descriptor*> rules_;
  std::map<const Descriptor*, std::size_t> indices_;
};

}  // namespace

std::unique_ptr<Renderer> MakeSarifRenderer(llvm::raw_ostream& out, const RenderOptions& options) {
  return std::make_unique<SarifRenderer>(out, options);
}

}  // namespace ipec::diagnostics
