#include "compiler/records/reader.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include "compiler/records/gunzip.h"
#include "compiler/records/journal.h"
#include "compiler/records/line.h"
#include "llvm/ADT/STLExtras.h"

namespace ipec::records {
namespace {

constexpr llvm::StringLiteral kUtf8Mark = "\xef\xbb\xbf";
// The first line of an entry of the export form.
constexpr llvm::StringLiteral kEntryStarts = "__CURSOR=";

bool IsUtf16(llvm::StringRef start) {
  if (start.size() < 2) return false;
  return start.startswith("\xff\xfe") || start.startswith("\xfe\xff") ||
         (start[0] == '\0') != (start[1] == '\0');
}

bool IsFieldName(llvm::StringRef name) {
  return !name.empty() && llvm::all_of(name, [](char letter) {
    return (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9') || letter == '_';
  });
}

}  // namespace

class Reader::Implementation {
 public:
  explicit Implementation(std::function<void(const Record&)> take)
      : take_(std::move(take)), lines_(tally_) {}

  void Feed(llvm::StringRef bytes);
  void EndLine();
  void Finish();
  bool is_compressed() const { return content_ == Content::Gzip; }
  const Tally& tally() const { return tally_; }

 private:
  enum class Content : std::uint8_t { Unknown, Text, Gzip, Unreadable };

  void Decide();
  void FeedContent(llvm::StringRef bytes);
  void FeedText(llvm::StringRef bytes);
  void FeedLine(llvm::StringRef piece);
  llvm::StringRef FeedBinary(llvm::StringRef bytes);
  void EndBinary();

  void TakeLine(llvm::StringRef line);
  void TakeEntryLine(llvm::StringRef line);
  void EndEntry();
  void Count(const Outcome& outcome, std::uint64_t line);
  void CountTrouble(Trouble trouble, llvm::StringRef field, std::uint64_t line);

  std::function<void(const Record&)> take_;
  Tally tally_;
  LineReader lines_;
  Record record_;

  Content content_ = Content::Unknown;
  std::string start_;  // bytes from which the content is not known yet
  std::optional<Gunzip> gunzip_;

  std::string line_;  // the beginning of a line that has not ended
  bool is_long_ = false;

  JournalEntry entry_;
  std::string json_store_;
  bool in_entry_ = false;
  std::uint64_t entry_line_ = 0;
  std::optional<BinaryValue> binary_;
};

void Reader::Implementation::Feed(llvm::StringRef bytes) {
  if (content_ != Content::Unknown) {
    FeedContent(bytes);
    return;
  }
  const std::size_t needed = kUtf8Mark.size() - start_.size();
  start_.append(bytes.begin(), bytes.take_front(needed).end());
  if (start_.size() < kUtf8Mark.size()) return;
  Decide();
  FeedContent(bytes.drop_front(needed));
}

// From the first bytes.
void Reader::Implementation::Decide() {
  llvm::StringRef start = start_;
  content_ = Content::Text;
  if (Gunzip::IsGzip(start)) {
    content_ = Content::Gzip;
    gunzip_.emplace();
  } else if (IsUtf16(start)) {
    content_ = Content::Unreadable;
    CountTrouble(Trouble::Utf16, {}, 1);
  } else {
    start.consume_front(kUtf8Mark);
  }
  FeedContent(start);
}

void Reader::Implementation::FeedContent(llvm::StringRef bytes) {
  switch (content_) {
    case Content::Text:
      FeedText(bytes);
      return;
    case Content::Gzip:
      if (gunzip_->Feed(bytes, [this](llvm::StringRef text) { FeedText(text); })) return;
      CountTrouble(Trouble::BadGzip, {}, tally_.lines + 1);
      content_ = Content::Unreadable;
      return;
    case Content::Unknown:
    case Content::Unreadable:
      return;
  }
}

void Reader::Implementation::FeedText(llvm::StringRef bytes) {
  while (!bytes.empty()) {
    if (binary_) {
      bytes = FeedBinary(bytes);
      continue;
    }
    const void* found = std::memchr(bytes.data(), '\n', bytes.size());
    if (found == nullptr) {
      FeedLine(bytes);
      return;
    }
    const std::size_t end = support::ToSize(static_cast<const char*>(found) - bytes.data());
    const llvm::StringRef piece = bytes.take_front(end);
    bytes = bytes.drop_front(end + 1);
    if (line_.empty() && !is_long_ && piece.size() <= kLongestLine) {
      TakeLine(piece);
      continue;
    }
    FeedLine(piece);
    TakeLine(line_);
    line_.clear();
  }
}

// A piece of a line that does not begin or does not end in it.
void Reader::Implementation::FeedLine(llvm::StringRef piece) {
  is_long_ = is_long_ || line_.size() + piece.size() > kLongestLine;
  if (is_long_) {
    line_.clear();
  } else {
    line_.append(piece.begin(), piece.end());
  }
}

llvm::StringRef Reader::Implementation::FeedBinary(llvm::StringRef bytes) {
  BinaryValue& value = *binary_;
  if (value.size.size() < BinaryValue::kSizeBytes) {
    const llvm::StringRef taken = bytes.take_front(BinaryValue::kSizeBytes - value.size.size());
    value.size.append(taken.begin(), taken.end());
    if (value.size.size() == BinaryValue::kSizeBytes) {
      for (std::size_t at = BinaryValue::kSizeBytes; at-- > 0;) {
        value.left = value.left << 8U | support::ToByte(value.size[at]);
      }
      value.is_kept = JournalEntry::IsWanted(value.name) && value.left <= kLongestLine;
    }
    return bytes.drop_front(taken.size());
  }
  if (value.left == 0) {
    EndBinary();
    // A line break ends it.
    if (!bytes.consume_front("\n")) return bytes;
    ++tally_.lines;
    ++tally_.ignored;
    return bytes;
  }
  const llvm::StringRef taken = bytes.take_front(std::min<std::uint64_t>(value.left, bytes.size()));
  const auto breaks = support::ToSize(std::count(taken.begin(), taken.end(), '\n'));
  tally_.lines += breaks;
  tally_.ignored += breaks;
  if (value.is_kept) value.bytes.append(taken.begin(), taken.end());
  value.left -= taken.size();
  return bytes.drop_front(taken.size());
}

void Reader::Implementation::EndBinary() {
  if (binary_->is_kept) entry_.Set(binary_->name, binary_->bytes);
  binary_.reset();
}

void Reader::Implementation::CountTrouble(Trouble trouble, llvm::StringRef field,
                                          std::uint64_t line) {
  TroubleCount& count = tally_.troubles[support::IndexOf(trouble)];
  if (count.count++ != 0) return;
  count.first_line = line;
  count.first_field = field.str();
}

void Reader::Implementation::Count(const Outcome& outcome, std::uint64_t line) {
  switch (outcome.kind) {
    case Outcome::Kind::Taken:
      ++tally_.records[support::IndexOf(record_.type())];
      record_.line = line;
      take_(record_);
      return;
    case Outcome::Kind::Ignored:
      ++tally_.ignored;
      return;
    case Outcome::Kind::Noticed:
      ++tally_.notices;
      return;
    case Outcome::Kind::Broken:
      CountTrouble(outcome.trouble, outcome.field, line);
      return;
  }
}

void Reader::Implementation::TakeLine(llvm::StringRef line) {
  ++tally_.lines;
  if (is_long_) {
    is_long_ = false;
    CountTrouble(Trouble::LongLine, {}, tally_.lines);
    return;
  }
  if (in_entry_) {
    TakeEntryLine(line);
  } else if (line.startswith("{")) {
    Outcome outcome = Ignored();
    if (MayBeJsonEntry(line)) {
      outcome = ReadJsonEntry(line, json_store_, entry_);
      if (outcome.kind == Outcome::Kind::Taken) outcome = entry_.Read(lines_, record_);
    }
    Count(outcome, tally_.lines);
  } else if (line.startswith(kEntryStarts)) {
    in_entry_ = true;
    entry_line_ = tally_.lines;
    entry_.Clear();
    ++tally_.ignored;
  } else if (IsPrettyJson(line)) {
    CountTrouble(Trouble::PrettyJson, {}, tally_.lines);
  } else {
    Count(lines_.Read(line, record_), tally_.lines);
  }
}

void Reader::Implementation::TakeEntryLine(llvm::StringRef line) {
  ++tally_.ignored;
  if (line.empty()) {
    EndEntry();
    return;
  }
  const std::size_t equals = line.find('=');
  if (equals != llvm::StringRef::npos) {
    entry_.Set(line.take_front(equals), line.drop_front(equals + 1));
  } else if (IsFieldName(line)) {
    binary_.emplace().name = line.str();
  }
}

void Reader::Implementation::EndEntry() {
  in_entry_ = false;
  if (!entry_.has_message()) return;
  // The line of the message was counted with the others.
  --tally_.ignored;
  Count(entry_.Read(lines_, record_), entry_line_);
}

void Reader::Implementation::EndLine() {
  if (content_ == Content::Unknown) Decide();
  if (!line_.empty() || is_long_) TakeLine(line_);
  line_.clear();
}

void Reader::Implementation::Finish() {
  if (content_ == Content::Unknown) Decide();
  if (content_ == Content::Gzip && !gunzip_->IsWhole()) {
    CountTrouble(Trouble::CutGzip, {}, tally_.lines + 1);
  }
  EndLine();
  if (binary_ && binary_->IsWhole()) EndBinary();
  if (binary_) CountTrouble(Trouble::Cut, binary_->name, tally_.lines);
  if (in_entry_) EndEntry();
}

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
