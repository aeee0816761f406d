#include "compiler/driver/runtime_topic.h"

#include <cstddef>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::driver {
namespace {

constexpr llvm::StringLiteral kMark = "IPEC_RUNTIME_API ";

// A comment of the header, and the declarations below it.
struct Block {
  std::string comment;
  std::string code;
};

// `words`, with single spaces.
std::string Flat(llvm::StringRef words) {
  std::string made;
  for (const llvm::StringRef word : llvm::split(words.trim(), ' ')) {
    if (!word.empty()) made += (made.empty() ? "" : " ") + word.str();
  }
  return made;
}

class HeaderReader {
 public:
  std::vector<Block> Read(llvm::StringRef header) {
    while (!header.empty()) {
      llvm::StringRef line;
      std::tie(line, header) = header.split('\n');
      ReadLine(line);
    }
    End();
    return std::move(blocks_);
  }

 private:
  void ReadLine(llvm::StringRef line) {
    const bool begins = !in_comment_ && depth_ == 0 && line.startswith("/*");
    if (begins) {
      End();
      in_comment_ = true;
    }
    if (in_comment_) {
      const bool ends = line.endswith("*/");
      llvm::StringRef words = line.trim(" ");
      if (ends) words = words.drop_back(2);
      words = words.ltrim("/* ");
      AddToComment(words.trim(), ends);
      in_comment_ = !ends;
      return;
    }
    const bool is_frame = depth_ == 0 && (line.empty() || line.startswith("#") ||
                                          line.startswith("extern \"C\"") || line == "}");
    if (is_frame) return End();
    depth_ += line.count('{');
    depth_ -= line.count('}');
    block_.code += "  " + line.str() + "\n";
  }

  void AddToComment(llvm::StringRef words, bool ends) {
    std::string& comment = block_.comment;
    if (words.empty()) {
      if (!ends) comment += "\n\n";
      return;
    }
    const bool begins = comment.empty() || llvm::StringRef(comment).endswith("\n");
    comment += (begins ? "" : " ") + words.str();
  }

  void End() {
    if (!block_.comment.empty() || !block_.code.empty()) blocks_.push_back(std::move(block_));
    block_ = {};
  }

  std::vector<Block> blocks_;
  Block block_;
  bool in_comment_ = false;
  std::size_t depth_ = 0;  // of braces
};

// The name that a declaration declares: before the first `(`, or at the end of a type.
std::string NameIn(llvm::StringRef declaration) {
  const llvm::StringRef before =
      declaration.take_until([](char c) { return c == '(' || c == '{'; });
  return before.trim().rsplit(' ').second.str();
}

// `code`, and the comment about it.
std::string WithComment(const std::string& code, const std::string& comment) {
  const std::string words = Flat(comment);
  return words.empty() ? code : code + "\n" + words;
}

// The functions of a block, in lines that fit a terminal. The comment is below the last one.
void AddFunctions(const Block& block, manual::TopicSection& section) {
  constexpr std::size_t kColumns = 70;
  llvm::SmallVector<llvm::StringRef> declarations;
  llvm::StringRef(block.code).split(declarations, ';', -1, /*KeepEmpty=*/false);
  for (const llvm::StringRef each : declarations) {
    const std::string flat = Flat(llvm::join(llvm::split(each, '\n'), " "));
    llvm::StringRef rest(flat);
    if (!rest.consume_front(kMark)) continue;
    std::string code;
    std::string line = "  ";
    for (const llvm::StringRef word : llvm::split(rest, ' ')) {
      if (line.size() + word.size() > kColumns) {
        code += line + "\n";
        line = "      ";
      }
      line += (llvm::StringRef(line).trim().empty() ? "" : " ") + word.str();
    }
    section.entries.push_back({NameIn(rest), code + line + ";\n"});
  }
  if (section.entries.empty()) return;
  std::string& last = section.entries.back().text;
  last = WithComment(last, block.comment);
}

}  // namespace

manual::Topic RuntimeTopic() {
  const std::vector<Block> blocks =
      HeaderReader().Read({kRuntimeHeader.data(), kRuntimeHeader.size()});
  manual::Topic topic{.name = "ipec-runtime",
                      .section = '3',
                      .summary = "decide events by a compiled policy, in C",
                      .sections = {},
                      .commands = {"ipec", "ipec-compile"}};
  topic.sections.push_back({"Synopsis",
                            "  #include <ipec/runtime/runtime.h>\n"
                            "\n"
                            "  cc $(pkg-config --cflags --libs ipec-runtime) FILE\n",
                            {}});
  manual::TopicSection functions{"Functions", "", {}};
  manual::TopicSection types{"Types", "", {}};
  std::string description;
  for (const Block& block : blocks) {
    if (block.code.empty()) {
      if (description.empty()) description = block.comment;
    } else if (llvm::StringRef(block.code).contains(kMark)) {
      AddFunctions(block, functions);
    } else {
      types.entries.push_back({NameIn(block.code), WithComment(block.code, block.comment)});
    }
  }
  topic.sections.push_back({"Description", std::move(description), {}});
  topic.sections.push_back(std::move(functions));
  topic.sections.push_back(std::move(types));
  return topic;
}

}  // namespace ipec::driver
