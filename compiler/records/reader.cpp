#include "compiler/records/reader.h"

#include <utility>

#include "compiler/records/content.h"
#include "compiler/records/text_reader.h"

namespace ipec::records {

class Reader::Implementation {
 public:
  explicit Implementation(std::function<void(const Record&)> take) : text_(std::move(take)) {}

  void Feed(llvm::StringRef bytes) { Note(content_.Feed(bytes, take_text_)); }
  void EndLine() { text_.EndLine(); }
  void Finish() {
    Note(content_.Finish(take_text_));
    text_.Finish();
  }
  bool is_compressed() const { return content_.is_compressed(); }
  const Tally& tally() const { return text_.tally(); }

 private:
  void Note(std::optional<Trouble> trouble) {
    if (trouble) text_.CountTrouble(*trouble);
  }

  Content content_;
  TextReader text_;
  const std::function<void(llvm::StringRef)> take_text_ = [this](llvm::StringRef text) {
    text_.Feed(text);
  };
};

Reader::Reader(std::function<void(const Record&)> take)
    : implementation_(std::make_unique<Implementation>(std::move(take))) {}
Reader::~Reader() = default;

void Reader::Feed(llvm::StringRef bytes) {
  implementation_->Feed(bytes);
}

void Reader::Finish() {
  implementation_->Finish();
}

void Reader::EndLine() {
  implementation_->EndLine();
}

bool Reader::is_compressed() const {
  return implementation_->is_compressed();
}

const Tally& Reader::tally() const {
  return implementation_->tally();
}

}  // namespace ipec::records
