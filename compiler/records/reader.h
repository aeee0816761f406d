#pragma once

// Reads the audit records of IPE from a log in any form that reaches people:
//
//   audit.log, `ausearch --raw`      type=UNKNOWN[1420] msg=audit(1653364370.067:61): ipe_op=…
//   kernel log, console, syslog      [   50.724515] audit: type=1420 audit(1653364370.067:61): …
//   journald: short, export, JSON    … audit[204]: IPE_ACCESS ipe_op=…
//   bodies alone                     ipe_op=EXECUTE ipe_hook=MMAP …
//
// plain or compressed with gzip, and of every dialect of record.h. The forms are rows of forms.def.
//
// A log is hostile text. A line is read from left to right by the grammar with which the kernel
// writes it. A line that begins as a record but is not one is counted with its reason, and never
// guessed. Memory is bounded by the longest line that is read, 1 MiB.
//
//   Reader reader([&](const Record& record) { … });
//   while (…) reader.Feed(bytes);
//   reader.Finish();
//   report(reader.tally());

#include <cstddef>
#include <functional>
#include <memory>

#include "compiler/records/record.h"
#include "compiler/records/tally.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::records {

// A longer line is skipped and counted.
inline constexpr std::size_t kLongestLine = std::size_t{1} << 20;

class Reader {
 public:
  // `take` is called for each record, in the order of the log.
  explicit Reader(std::function<void(const Record&)> take);
  ~Reader();
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  // The next bytes of the log. The sizes of the pieces do not matter; long ones are faster.
  void Feed(llvm::StringRef bytes);
  // A line that has begun ends here, without its line break: another file of the log follows.
  void EndLine();
  // The log ends here: the last line may lack its line break. Called once.
  void Finish();

  bool is_compressed() const;
  // Lines that have ended; complete after Finish.
  const Tally& tally() const;

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace ipec::records
