#pragma once

// The files that an editor has open, as it has them. Edits are applied where they are received; a
// snapshot of the text is made when somebody asks for one, by whoever asks, so that neither a burst
// of edits nor a slow reader holds up the other.

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "lsp/position.h"
#include "lsp/protocol/protocol.h"
#include "lsp/snapshot.h"

namespace ipec::lsp {

// What a client calls one state of a document; nothing where it does not number them.
using Version = std::optional<std::int64_t>;

// A document at one version. For all threads.
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
  // Made at the first call.
  SnapshotPtr Get() const;
  // There is a newer one.
  void Abandon() const;
  bool abandoned() const { return abandoned_.load(); }

 private:
  const std::string uri_;
  const std::string path_;
  const Version version_;
  mutable std::string text_;  // until the snapshot has it
  const std::shared_ptr<const Configured> configured_;
  mutable std::atomic<bool> abandoned_ = false;
  mutable std::mutex mutex_;
  mutable SnapshotPtr snapshot_;
};

using EditionPtr = std::shared_ptr<const Edition>;

// A document may be asked for by any spelling of its URI; it is named as it was opened. For all
// threads.
class Documents {
 public:
  // A document that is open already is replaced.
  void Open(const std::string& uri, Version version, std::string text,
            std::shared_ptr<const Configured> configured);
  // In order, each to what the one before left. False: no such document is open.
  bool Change(const std::string& uri, Version version, const std::vector<TextChange>& changes,
              PositionEncoding encoding);
  bool Close(const std::string& uri);
  // The configuration that counts from now on. False: it says what counted before.
  bool Configure(const std::string& uri, std::shared_ptr<const Configured> configured);

  // The newest; null: it is not open.
  EditionPtr Current(const std::string& uri);
  std::vector<std::string> Uris() const;
  bool IsOpen(const std::string& uri) const;
  Version VersionOf(const std::string& uri) const;
  // As the document was opened; of one that is not open, `uri`.
  std::string SpellingOf(const std::string& uri) const;

 private:
  struct Document {
    std::string uri;
    std::string path;
    Version version;
    std::string text;
    support::LineMap lines{""};
    std::shared_ptr<const Configured> configured;
    EditionPtr edition;  // of this version; null: nobody has asked yet
  };
  static void Outdate(Document& document);
  static void Apply(Document& document, const TextChange& change, PositionEncoding encoding);

  mutable std::mutex mutex_;
  std::map<std::string, Document> documents_;  // by what all spellings of a URI have in common
};

}  // namespace ipec::lsp
