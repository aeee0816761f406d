#include "compiler/records/content.h"

namespace ipec::records {
namespace {

constexpr llvm::StringLiteral kUtf8Mark = "\xef\xbb\xbf";

bool IsUtf16(llvm::StringRef start) {
  if (start.size() < 2) return false;
  return start.startswith("\xff\xfe") || start.startswith("\xfe\xff") ||
         (start[0] == '\0') != (start[1] == '\0');
}

}  // namespace

std::optional<Trouble> Content::Feed(llvm::StringRef bytes, TakeText take) {
  if (kind_ != Kind::Unknown) return FeedKnown(bytes, take);
  const std::size_t needed = kUtf8Mark.size() - start_.size();
  start_.append(bytes.begin(), bytes.take_front(needed).end());
  if (start_.size() < kUtf8Mark.size()) return std::nullopt;
  if (const auto trouble = Decide(take)) return trouble;
  return FeedKnown(bytes.drop_front(needed), take);
}

std::optional<Trouble> Content::Decide(TakeText take) {
  llvm::StringRef start = start_;
  kind_ = Kind::Text;
  if (Gunzip::IsGzip(start)) {
    kind_ = Kind::Gzip;
    gunzip_.emplace();
  } else if (IsUtf16(start)) {
    kind_ = Kind::Unreadable;
    return Trouble::Utf16;
  } else {
    start.consume_front(kUtf8Mark);
  }
  return FeedKnown(start, take);
}

std::optional<Trouble> Content::FeedKnown(llvm::StringRef bytes, TakeText take) {
  switch (kind_) {
    case Kind::Text:
      take(bytes);
      return std::nullopt;
    case Kind::Gzip:
      if (gunzip_->Feed(bytes, take)) return std::nullopt;
      kind_ = Kind::Unreadable;
      return Trouble::BadGzip;
    case Kind::Unknown:
    case Kind::Unreadable:
      return std::nullopt;
  }
  return std::nullopt;
}

std::optional<Trouble> Content::Finish(TakeText take) {
  if (kind_ == Kind::Unknown) {
    if (const auto trouble = Decide(take)) return trouble;
  }
  if (kind_ == Kind::Gzip && !gunzip_->IsWhole()) return Trouble::CutGzip;
  return std::nullopt;
}

}  // namespace ipec::records
