// Any text and any edits: afterwards every request at every position has the same answer, with
// places in the text, as if the text had been opened in this state. Edits are taken from the bytes:
// one byte each for the lines and characters of a range and the length of the new text.

#include <cstddef>
#include <cstdint>
#include <string>

#include "compiler/support/assert.h"
#include "lsp/documents.h"
#include "lsp/protocol/check.h"
#include "lsp/workspace.h"

namespace {

class Bytes {
 public:
  Bytes(const std::uint8_t* data, std::size_t size)
      : rest_(reinterpret_cast<const char*>(data), size) {}
  bool empty() const { return rest_.empty(); }
  unsigned Byte() {
    if (rest_.empty()) return 0;
    const unsigned byte = static_cast<std::uint8_t>(rest_[0]);
    rest_.remove_prefix(1);
    return byte;
  }
  std::string Text(std::size_t size) {
    std::string text(rest_.substr(0, size));
    rest_.remove_prefix(text.size());
    return text;
  }

 private:
  std::string_view rest_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ipec;
  using namespace ipec::lsp;
  if (size > 600) return 0;
  Bytes bytes(data, size);
  support::MemoryFileSystem files;
  Workspace workspace(files);
  Documents documents;
  const std::string uri = "file:///a.pol";
  const auto encoding = static_cast<PositionEncoding>(bytes.Byte() % 3);
  documents.Open(uri, 1, bytes.Text(bytes.Byte()), workspace.For("/a.pol"));
  while (!bytes.empty()) {
    TextChange change;
    const EditorPlace start{bytes.Byte() % 16, bytes.Byte()};
    const EditorPlace end{start.line + bytes.Byte() % 4, bytes.Byte()};
    if (start.character != 255) change.range = {start, end};
    change.text = bytes.Text(bytes.Byte() % 64);
    documents.Change(uri, 1, {change}, encoding);
  }
  const SnapshotPtr edited = documents.Current(uri)->Get();
  const SnapshotPtr opened =
      MakeSnapshot(uri, "/a.pol", 1, edited->source.text().str(), workspace.For("/a.pol"));
  const CheckResult one = CheckRequests(files, edited);
  const CheckResult other = CheckRequests(files, opened);
  IPEC_CHECK(one.problems.empty(), one.problems.empty() ? "" : one.problems[0].c_str());
  IPEC_CHECK(one.answers == other.answers, "an edited text answers differently");
  return 0;
}
