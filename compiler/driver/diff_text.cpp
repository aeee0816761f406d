// `ipec diff --output=text`: human-readable, and for grep.

#include "compiler/driver/diff_report.h"
#include "compiler/support/printable.h"

namespace ipec::driver {

void WriteDiffText(const DiffReport& report, llvm::raw_ostream& out) {
  for (const FileChange& file : report.files) pipeline::WriteChangeText(file, out);
  for (const DeletedPolicy& one : report.deleted) {
    out << support::Printable(one.file) << ": " << support::Printable(WordsFor(one)) << '\n';
  }
}

}  // namespace ipec::driver
