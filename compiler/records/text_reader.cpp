#include "compiler/records/text_reader.h"

#include <algorithm>
#include <cstring>

#include "compiler/records/reader.h"
#include "llvm/ADT/STLExtras.h"

namespace ipec::records {
namespace {

// The first line of an entry of the export form.
constexpr llvm::StringLiteral kEntryStarts = "__CURSOR=";

bool IsFieldName(llvm::StringRef name) {
  return !name.empty() && llvm::all_of(name, [](char letter) {
    return (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9') || letter == '_';
  });
}

}  // namespace

void TextReader::Feed(llvm::StringRef bytes) {
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
void TextReader::FeedLine(llvm::StringRef piece) {
  is_long_ = is_long_ || line_.size() + piece.size() > kLongestLine;
  if (is_long_) {
    line_.clear();
  } else {
    line_.append(piece.begin(), piece.end());
  }
}

llvm::StringRef TextReader::FeedBinary(llvm::StringRef bytes) {
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

void TextReader::EndBinary() {
  if (binary_->is_kept) entry_.Set(binary_->name, binary_->bytes);
  binary_.reset();
}

void TextReader::CountTrouble(Trouble trouble, llvm::StringRef field, std::uint64_t line) {
  TroubleCount& count = tally_.troubles[support::IndexOf(trouble)];
  if (count.count++ != 0) return;
  count.first_line = line;
  count.first_field = field.str();
}

void TextReader::Count(const Outcome& outcome, std::uint64_t line) {
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

void TextReader::TakeLine(llvm::StringRef line) {
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
    in_entry_ = has_entries_ = true;
    entry_line_ = tally_.lines;
    entry_.Clear();
    ++tally_.ignored;
  } else if (IsPrettyJson(line)) {
    CountTrouble(Trouble::PrettyJson, {}, tally_.lines);
  } else {
    Count(lines_.Read(line, record_), tally_.lines);
  }
}

void TextReader::TakeEntryLine(llvm::StringRef line) {
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

void TextReader::EndEntry() {
  in_entry_ = false;
  if (!entry_.has_message()) return;
  // The line of the message was counted with the others.
  --tally_.ignored;
  Count(entry_.Read(lines_, record_), entry_line_);
}

void TextReader::EndLine() {
  if (!line_.empty() || is_long_) TakeLine(line_);
  line_.clear();
}

void TextReader::Finish() {
  EndLine();
  if (binary_ && binary_->IsWhole()) EndBinary();
  if (binary_) CountTrouble(Trouble::Cut, binary_->name, tally_.lines);
  if (in_entry_) EndEntry();
}

}  // namespace ipec::records
