#pragma once

// The parts of `ipec show`: a file of each kind, as text and as JSON.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/command/command.h"
#include "compiler/pipeline/file_kind.h"
#include "compiler/support/file_system.h"
#include "compiler/support/json_writer.h"
#include "compiler/support/source.h"
#include "compiler/targets/kernel_profile.h"
#include "compiler/targets/targets.h"
#include "llvm/Support/raw_ostream.h"

namespace ipec::driver {

// The facts about one file, in the order of output. Each is a line of text and a member of JSON.
class Facts {
 public:
  using Write = std::function<void(support::JsonWriter&)>;

  void Add(std::string_view title, std::string_view key, const std::string& text);
  void Add(std::string_view title, std::string_view key, std::string text, Write json);
  void AddCount(std::string_view title, std::size_t count);
  // Only in text: a line of a fact that is in JSON in another form.
  void AddLine(std::string_view title, std::string text);
  // Only in JSON.
  void AddHidden(std::string_view key, Write json) { Add({}, key, {}, std::move(json)); }

  void Print(llvm::raw_ostream& out) const;
  void WriteJson(support::JsonWriter& json) const;

 private:
  struct Fact {
    std::string_view title;
    std::string_view key;
    std::string text;
    Write json;
  };
  std::vector<Fact> list_;
};

// A file that is not a kernel configuration.
struct ShownFile {
  Facts facts;
  std::string table;  // below the facts, in text
  // The file is not what it should be: a kernel rejects it, or it is malformed.
  bool has_error = false;
};

// The error: the file is damaged so that nothing is known of it.
llvm::Expected<ShownFile> ShowPolicy(pipeline::FileKind kind, support::SourceBuffer bytes,
                                     const targets::Target& target);
llvm::Expected<ShownFile> ShowOther(pipeline::FileKind kind, support::SourceBuffer bytes,
                                    const targets::Target& target);

// An image, or facts about one, as `ipec scan` reads them; nothing if the file is neither.
llvm::Expected<std::optional<ShownFile>> ShowImage(const support::SourceBuffer& bytes,
                                                   support::FileSystem& files);

// The facts, and the table of a file.
void Print(const ShownFile& shown, llvm::raw_ostream& out);

void PrintProfile(const std::string& name, const targets::KernelProfile& profile,
                  llvm::raw_ostream& out);
void WriteProfile(support::JsonWriter& json, const std::string& name,
                  const targets::KernelProfile& profile);

}  // namespace ipec::driver
