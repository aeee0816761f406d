#include "lsp/documents.h"

#include "lsp/uri.h"

namespace ipec::lsp {
namespace {

// The normal form of all spellings of a URI.
std::string KeyOf(const std::string& uri) {
  std::string path = PathOf(uri);
  return path.empty() ? uri : path;
}

}  // namespace

SnapshotPtr Edition::Get() const {
  const std::lock_guard lock(mutex_);
  if (snapshot_ == nullptr) {
    snapshot_ = MakeSnapshot(uri_, path_, version_, std::move(text_), configured_);
    if (abandoned_.load()) snapshot_->Abandon();
  }
  return snapshot_;
}

void Edition::Abandon() const {
  abandoned_.store(true);
  // The thread that holds the lock is making the snapshot, and will see the flag.
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (lock.owns_lock() && snapshot_ != nullptr) snapshot_->Abandon();
}

void Documents::Outdate(Document& document) {
  if (document.edition != nullptr) document.edition->Abandon();
  document.edition = nullptr;
}

void Documents::Open(const std::string& uri, Version version, std::string text,
                     std::shared_ptr<const Configured> configured) {
  const std::lock_guard lock(mutex_);
  Document& document = documents_[KeyOf(uri)];
  Outdate(document);
  document.uri = uri;
  document.path = PathOf(uri);
  document.version = version;
  document.text = std::move(text);
  document.lines = support::LineMap(document.text);
  document.configured = std::move(configured);
}

void Documents::Apply(Document& document, const TextChange& change, PositionEncoding encoding) {
  if (!change.range) {
    document.text = change.text;
    document.lines = support::LineMap(document.text);
    return;
  }
  const support::Span span =
      Positions(document.text, document.lines, encoding).SpanOf(*change.range);
  document.text.replace(span.begin, span.size(), change.text);
  document.lines.Update(document.text, span, support::ToU32(change.text.size()));
}

bool Documents::Change(const std::string& uri, Version version,
                       const std::vector<TextChange>& changes, PositionEncoding encoding) {
  const std::lock_guard lock(mutex_);
  const auto found = documents_.find(KeyOf(uri));
  if (found == documents_.end()) return false;
  Document& document = found->second;
  Outdate(document);
  for (const TextChange& change : changes) Apply(document, change, encoding);
  document.version = version;
  return true;
}

bool Documents::Close(const std::string& uri) {
  const std::lock_guard lock(mutex_);
  const auto found = documents_.find(KeyOf(uri));
  if (found == documents_.end()) return false;
  Outdate(found->second);
  documents_.erase(found);
  return true;
}

bool Documents::Configure(const std::string& uri, std::shared_ptr<const Configured> configured) {
  const std::lock_guard lock(mutex_);
  const auto found = documents_.find(KeyOf(uri));
  if (found == documents_.end() || *found->second.configured == *configured) return false;
  Outdate(found->second);
  found->second.configured = std::move(configured);
  return true;
}

EditionPtr Documents::Current(const std::string& uri) {
  const std::lock_guard lock(mutex_);
  const auto found = documents_.find(KeyOf(uri));
  if (found == documents_.end()) return nullptr;
  Document& document = found->second;
  if (document.edition == nullptr) {
    document.edition = std::make_shared<const Edition>(
        document.uri, document.path, document.version, document.text, document.configured);
  }
  return document.edition;
}

std::vector<std::string> Documents::Uris() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> uris;
  for (const auto& [key, document] : documents_) uris.push_back(document.uri);
  return uris;
}

bool Documents::IsOpen(const std::string& uri) const {
  const std::lock_guard lock(mutex_);
  return documents_.count(KeyOf(uri)) != 0;
}

Version Documents::VersionOf(const std::string& uri) const {
  const std::lock_guard lock(mutex_);
  const auto found = documents_.find(KeyOf(uri));
  return found == documents_.end() ? std::nullopt : found->second.version;
}

std::string Documents::SpellingOf(const std::string& uri) const {
  const std::lock_guard lock(mutex_);
  const auto found = documents_.find(KeyOf(uri));
  return found == documents_.end() ? uri : found->second.uri;
}

}  // namespace ipec::lsp
