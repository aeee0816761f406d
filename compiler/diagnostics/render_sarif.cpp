// SARIF 2.1.0, as code review tools read it, within what GitHub accepts. Columns are code points
// there, so they are counted anew; on lines of more than kCountedLine bytes a region is the whole
// line instead.

#include <algorithm>
#include <map>

#include "compiler/diagnostics/explain.h"
#include "compiler/diagnostics/renderers.h"
#include "compiler/diagnostics/sarif_results.h"
#include "compiler/support/characters.h"
#include "compiler/support/json_writer.h"
#include "llvm/ADT/StringExtras.h"

namespace ipec::diagnostics {
namespace {

constexpr std::uint32_t kCountedLine = 1U << 16;

// A result of more bytes has no fixes: one that writes a whole file anew would take the room of
// hundreds of findings.
constexpr std::size_t kLongResult = std::size_t{1} << 16;

// At most so many bytes of a report are neither results nor rules.
constexpr std::size_t kFrame = 4096;

// The root of the repository, as GitHub calls it. Where it is on this machine is left out, so that
// the same commit gives the same report in every checkout.
constexpr llvm::StringLiteral kRoot = "%SRCROOT%";

// A path as the relative reference that SARIF wants.
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

std::string ReferenceTo(const std::string& path) {
  return (path.starts_with('/') ? "file://" : "") + UriOf(path);
}

// The same of another text, which may be one of git: `git:main:device.pol`.
std::string ReferenceTo(const Elsewhere& other) {
  constexpr llvm::StringLiteral kGit = "git:";
  llvm::StringRef name = other.name;
  if (other.path || !name.consume_front(kGit)) return ReferenceTo(other.path.value_or(other.name));
  return kGit.str() + UriOf(name);
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

// The prose at the beginning of a rule's documentation, paragraphs joined, up to the first example
// or list.
std::string Prose(llvm::StringRef text) {
  std::string prose;
  while (!text.empty()) {
    const auto [line, rest] = text.split('\n');
    text = rest;
    if (line.startswith("#") || line.trim().empty()) continue;
    if (line.startswith("```") || line.startswith("* ") || line.startswith("|")) break;
    if (!prose.empty()) prose += ' ';
    prose += line.trim();
  }
  return prose;
}

// Whole sentences of `prose` within `most` bytes, at least the beginning of the first. `count`: no
// more than so many.
std::string_view Sentences(std::string_view prose, std::size_t most, std::size_t count) {
  std::size_t end = 0;
  for (std::size_t stop = prose.find(". "); stop < most && count > 1; --count) {
    end = stop + 1;
    stop = prose.find(". ", end);
  }
  const std::size_t next = prose.find(". ", end);
  const std::size_t whole = next == std::string_view::npos ? prose.size() : next + 1;
  if (whole <= most) return prose.substr(0, whole);
  return prose.substr(0, end != 0 ? end : most);
}

// An object of a SARIF report, as text.
class Writer {
 public:
  explicit Writer(llvm::raw_ostream& out) : json(out) {}
  explicit Writer(std::string& out) : json(out) {}

  struct File {
    std::string uri;
    bool has_base;  // the reference begins at the root of the repository
    llvm::StringRef text;
    support::LineMap lines;
  };

  void Text(llvm::StringRef key, std::string_view text) { json.attribute(key, text); }

  void Message(llvm::StringRef key, std::string_view text) {
    json.attributeObject(key, [&] { Text("text", text); });
  }

  void Rule(const Descriptor& descriptor, std::span<const Explained> explained) {
    const auto row = std::find_if(explained.begin(), explained.end(), [&](const Explained& one) {
      return one.descriptor == &descriptor;
    });
    // A rejected policy is not loaded: the kernel goes on without it, or with the one before.
    const std::uint8_t security = descriptor.severity == Severity::Error ? 60 : 20;
    const Explained own = row != explained.end()
                              ? *row
                              : Explained{&descriptor, {}, "kernel", true, security, "very-high"};
    const std::string help = Explain(descriptor.code, explained).value_or(std::string{});
    const std::string prose = help.empty() ? std::string(descriptor.words) : Prose(help);
    json.object([&] {
      Text("id", descriptor.code);
      Text("name", descriptor.name);
      Message("shortDescription", Sentences(prose, kDescription, 1));
      Message("fullDescription", Sentences(prose, kDescription, SIZE_MAX));
      json.attributeObject("defaultConfiguration", [&] {
        json.attribute("enabled", own.on);
        json.attribute("level", LevelOf(descriptor.severity));
      });
      if (!help.empty()) {
        json.attributeObject("help", [&] {
          Text("text", help);
          Text("markdown", help);
        });
      }
      json.attributeObject("properties", [&] { Properties(descriptor, own); });
    });
  }

  void Result(const File& file, const Diagnostic& diagnostic, std::size_t rule_index,
              std::string_view fingerprint, bool with_fixes) {
    json.object([&] {
      Text("ruleId", diagnostic.descriptor->code);
      json.attribute("ruleIndex", rule_index);
      json.attribute("level", LevelOf(diagnostic.severity));
      Message("message", WholeMessage(diagnostic));
      json.attributeArray("locations", [&] { Location(file, diagnostic.where, {}); });
      if (!fingerprint.empty()) {
        json.attributeObject("partialFingerprints", [&] { Text("ruleAndLine/v2", fingerprint); });
      }
      if (!diagnostic.notes.empty()) {
        json.attributeArray("relatedLocations", [&] {
          for (const Note& note : diagnostic.notes) {
            if (note.elsewhere) {
              Location(*note.elsewhere, note.message);
            } else {
              Location(file, note.has_place ? note.where : diagnostic.where, note.message);
            }
          }
        });
      }
      if (with_fixes && !diagnostic.fixes.empty()) {
        json.attributeArray("fixes", [&] {
          for (const diagnostics::Fix& fix : diagnostic.fixes) Fix(file, fix);
        });
      }
    });
  }

  void Notification(llvm::StringRef level, std::string_view text) {
    json.object([&] {
      json.attribute("level", level);
      Message("message", text);
    });
  }

  support::JsonWriter json;

 private:
  // GitHub keeps this much of a description.
  static constexpr std::size_t kDescription = 1024;

  // GitHub shows security-severity of rules with the tag `security`, of others problem.severity.
  void Properties(const Descriptor& descriptor, const Explained& row) {
    json.attributeArray("tags", [&] {
      json.value(row.group);
      if (row.security != 0 && row.group != "security") json.value(llvm::StringRef("security"));
    });
    Text("precision", row.precision);
    if (row.security != 0) {
      Text("security-severity", fmt::format("{}.{}", row.security / 10, row.security % 10));
    } else {
      const llvm::StringRef level = LevelOf(descriptor.severity);
      json.attribute("problem.severity", level == "note" ? "recommendation" : level);
    }
  }

  void Artifact(const File& file) { Artifact(file.uri, file.has_base); }

  void Artifact(std::string_view uri, bool has_base) {
    json.attributeObject("artifactLocation", [&] {
      json.attribute("uri", uri);
      if (has_base) json.attribute("uriBaseId", kRoot);
    });
  }

  void Location(const Elsewhere& other, std::string_view message) {
    json.object([&] {
      json.attributeObject("physicalLocation", [&] {
        Artifact(ReferenceTo(other), other.path && !other.path->starts_with('/'));
        json.attributeObject("region", [&] {
          json.attribute("startLine", other.line);
          json.attribute("endLine", other.last_line);
        });
      });
      Message("message", message);
    });
  }

  void Location(const File& file, support::Span where, std::string_view message) {
    json.object([&] {
      json.attributeObject("physicalLocation", [&] {
        Artifact(file);
        Region("region", file, where);
      });
      if (!message.empty()) Message("message", message);
    });
  }

  void Region(llvm::StringRef key, const File& file, support::Span where) {
    const auto place = [&](llvm::StringRef line_key, llvm::StringRef column_key, std::uint32_t at) {
      const std::uint32_t line = file.lines.PositionOf(at).line;
      json.attribute(line_key, line);
      const support::Span span = file.lines.LineSpan(file.text, line);
      if (span.size() > kCountedLine) return;
      std::size_t column = 1;
      for (std::uint32_t i = span.begin; i < at; ++i) {
        if (!support::ContinuesCharacter(file.text[i])) ++column;
      }
      json.attribute(column_key, column);
    };
    json.attributeObject(key, [&] {
      place("startLine", "startColumn", where.begin);
      place("endLine", "endColumn", where.end);
      json.attribute("byteOffset", where.begin);
      json.attribute("byteLength", where.size());
    });
  }

  void Fix(const File& file, const diagnostics::Fix& fix) {
    json.object([&] {
      Message("description", fix.title);
      json.attributeArray("artifactChanges", [&] {
        json.object([&] {
          Artifact(file);
          json.attributeArray("replacements", [&] {
            for (const TextEdit& edit : fix.edits) {
              json.object([&] {
                Region("deletedRegion", file, edit.where);
                Message("insertedContent", edit.text);
              });
            }
          });
        });
      });
    });
  }
};

class SarifRenderer final : public Renderer {
 public:
  SarifRenderer(llvm::raw_ostream& out, const RenderOptions& options)
      : out_(out),
        version_(options.version),
        explained_(options.explained),
        limits_(options.sarif_limits),
        results_(limits_) {
    for (const Explained& row : explained_) IndexOf(row.descriptor);
  }

  void Render(const FileReport& report) override {
    const std::string& path = report.reviewed_path();
    const Writer::File file{ReferenceTo(path), report.path.has_value() && !path.starts_with('/'),
                            report.source->text(), support::LineMap(report.source->text())};
    results_.Skip(report.more);
    for (std::size_t i = 0; i < report.diagnostics.size(); ++i) {
      const Diagnostic& diagnostic = report.diagnostics[i];
      const std::size_t rule = IndexOf(diagnostic.descriptor);
      if (!results_.Takes(diagnostic.severity)) {
        results_.Skip(1);
        continue;
      }
      const auto write = [&](bool with_fixes) {
        return TextOf([&](Writer& writer) {
          writer.Result(
              file, diagnostic, rule,
              i < report.fingerprints.size() ? report.fingerprints[i] : std::string_view{},
              with_fixes);
        });
      };
      std::string json = write(true);
      if (json.size() > kLongResult) json = write(false);
      results_.Add(diagnostic.severity, std::move(json));
    }
  }

  void Warn(std::string_view message) override { warnings_.emplace_back(message); }

  void Finish() override {
    const std::string rules = TextOf([&](Writer& writer) {
      writer.json.array([&] {
        for (const Descriptor* descriptor : rules_) writer.Rule(*descriptor, explained_);
      });
    });
    results_.Compress(rules.size() + kFrame);
    Writer writer(out_);
    support::JsonWriter& json = writer.json;
    json.object([&] {
      json.attribute("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
      json.attribute("version", "2.1.0");
      json.attributeArray("runs", [&] { json.object([&] { WriteRun(writer, rules); }); });
    });
    out_ << '\n';
  }

 private:
  template <typename Write>
  static std::string TextOf(const Write& write) {
    std::string text;
    Writer writer(text);
    write(writer);
    return text;
  }

  void WriteRun(Writer& writer, const std::string& rules) {
    support::JsonWriter& json = writer.json;
    json.attribute("columnKind", "unicodeCodePoints");
    json.attributeObject("originalUriBaseIds", [&] {
      json.attributeObject(kRoot, [&] {
        writer.Message("description", "The root of the repository that was checked.");
      });
    });
    json.attributeArray("newlineSequences", [&] {
      for (const char* sequence : {"\r\n", "\n", "\r"}) json.value(llvm::StringRef(sequence));
    });
    json.attributeArray(
        "results", [&] { results_.ForEach([&](const std::string& result) { json.raw(result); }); });
    WriteNotifications(writer);
    json.attributeObject("tool", [&] {
      json.attributeObject("driver", [&] {
        json.attribute("name", "ipec");
        if (!version_.empty()) json.attribute("semanticVersion", version_);
        json.attributeBegin("rules");
        json.raw(rules);
        json.attributeEnd();
      });
    });
  }

  // Warnings about the run; and so that a reader of the report knows that it is not complete.
  void WriteNotifications(Writer& writer) {
    support::JsonWriter& json = writer.json;
    const bool many = results_.size() > limits_.shown;
    if (results_.left_out() == 0 && !many && warnings_.empty()) return;
    json.attributeArray("invocations", [&] {
      json.object([&] {
        json.attribute("executionSuccessful", true);
        json.attributeArray("toolExecutionNotifications", [&] {
          for (const std::string& warning : warnings_) writer.Notification("warning", warning);
          if (results_.left_out() != 0) {
            writer.Notification(
                "warning",
                fmt::format("{} findings are left out, the mildest: this report holds {}. A run "
                            "has at most {} results in {} bytes after compression, and at most "
                            "{} of one file.",
                            results_.left_out(), results_.size(), limits_.results,
                            limits_.gzip_bytes, Sink::kDefaultLimit));
          }
          if (many) {
            writer.Notification("note", fmt::format("GitHub shows {} of the {} results.",
                                                    limits_.shown, results_.size()));
          }
        });
      });
    });
  }

  // The position in `rules` of a descriptor, which is added at its first use.
  std::size_t IndexOf(const Descriptor* descriptor) {
    const auto [place, is_new] = indices_.try_emplace(descriptor, rules_.size());
    if (is_new) rules_.push_back(descriptor);
    return place->second;
  }

  llvm::raw_ostream& out_;
  std::string version_;
  std::span<const Explained> explained_;
  SarifLimits limits_;
  WorstResults results_;
  std::vector<const Descriptor*> rules_;
  std::map<const Descriptor*, std::size_t> indices_;
  std::vector<std::string> warnings_;
};

}  // namespace

std::unique_ptr<Renderer> MakeSarifRenderer(llvm::raw_ostream& out, const RenderOptions& options) {
  return std::make_unique<SarifRenderer>(out, options);
}

}  // namespace ipec::diagnostics
