#pragma once

// The open files of the editor, with its contents. Edits are applied where they are received; a
// snapshot of the text is made on request, by the thread that requests it, so that a burst of edits
// and a slow reader do not delay each other.

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "lsp/position.h"
#include "lsp/protocol/protocol.h"
#include "lsp/snapshot.h"

namespace ipec::lsp {

// The client's name for a state of a document; nothing if it does not number them.
using Version = std::optional<std::int64_t>;

// A document at one version. Thread-safe.
class Edition {
 public:
  Edition(std::string uri, std::string path, Version version, std::string text,
          std::shared_ptr<const Configured> configured)
      : uri_(std::move(uri)),
        path_(std::move(path)),
        version_(version),
        text_(std::move(text)),
        configured_(std::move(configured)) {}

  Version version() const { return version_; }
  // Created on the first call.
  SnapshotPtr Get() const;
  // There is a newer edition.
  void Abandon() const;
  bool abandoned() const { return abandoned_.load(); }

 private:
  const std::string uri_;
  const std::string path_;
  const Version version_;
  mutable std::string text_;  // until the snapshot owns it
  const std::shared_ptr<const Configured> configured_;
  mutable std::atomic<bool> abandoned_ = false;
  mutable std::mutex mutex_;
  mutable SnapshotPtr snapshot_;
};

using EditionPtr = std::shared_ptr<const Edition>;

// A document is found by any spelling of its URI; its name is the URI with which it was opened.
// Thread-safe.
class Documents {
 public:
  // Replaces a document that is already open.
  void Open(const std::string& uri, Version version, std::string text,
            std::shared_ptr<const Configured> configured);
  // Applied in order, each to the result of the previous one. False: no such document is open.
  bool Change(const std::string& uri, Version version, const std::vector<TextChange>& changes,
              PositionEncoding encoding);
  bool Close(const std::string& uri);
  // The current configuration. False: it is equal to the previous one.
  bool Configure(const std::string& uri, std::shared_ptr<const Configured> configured);

  // The newest edition; null if it is not open.
  EditionPtr Current(const std::string& uri);
  std::vector<std::string> Uris() const;
  bool IsOpen(const std::string& uri) const;
  Version VersionOf(const std::string& uri) const;
  // The URI with which the document was opened; if it is not open, `uri`.
  std::string SpellingOf(const std::string& uri) const;

 private:
  struct Document {
    std::string uri;
    std::string path;
    Version version;
    std::string text;
    support::LineMap lines{""};
    std::shared_ptr<const Configured> configured;
    EditionPtr edition;  // of this version; null until requested
  };
  static void Outdate(Document& document);
  static void Apply(Document& document, const TextChange& change, PositionEncoding encoding);

  mutable std::mutex mutex_;
  std::map<std::string, Document> documents_;  // by the normalized URI
};

}  // namespace ipec::lsp
