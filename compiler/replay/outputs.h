#pragma once

// A result in the formats of outputs.def, and the words that they share.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/replay/result.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

namespace ipec::support {
class JsonWriter;
}  // namespace ipec::support

namespace ipec::replay {

// `color`: for a terminal; only text has colors.
using PrintResult = void(const Result& result, bool color, llvm::raw_ostream& out);

// Groups of a result that is not complete, with all records so far. Flushes nothing.
using PrintChanges = void(const Result& result, std::span<const Group* const> groups, bool color,
                          llvm::raw_ostream& out);

struct Format {
  std::string_view name;
  PrintResult* print;
  PrintChanges* print_changes;  // null: only the result is printed
};
std::span<const Format> Formats();  // the rows of outputs.def

// A group as in the text, without its count.
void PrintRecordText(const Group& group, bool color, llvm::raw_ostream& out);
// The fields of a group in JSON.
void WriteGroup(const Group& group, support::JsonWriter& json);

// "DENY → ALLOW", "DENY = DENY", "DENY → depends".
std::string ChangeWords(const Group& group);
// "/usr/bin/tool (dm-0)", "anonymous memory of node", as it was recorded: not printable yet.
std::string EventWords(const Group& group);
// "was line 7", "was line 7 or 9", "unknown: …", "now line 10, was line 7"; may be empty.
std::string StatementWords(const Group& group);
// The way to tell on what the decision depends, as a command; empty: there is none.
std::string TipWords(const Group& group);
// "proposal: op=…", or the way to one; may be empty.
std::string ProposalWords(const Classification& classification);
// Sentences for when and by which programs, in UTC:
// "time: 2022-05-24 03:52:50Z to 2022-05-24 03:53:00Z", "executables: /usr/bin/bash".
std::vector<std::string> ContextWords(const Group& group);
// "134 records in 3 groups: 2 newly denied, 123 newly allowed".
std::string CountWords(const Result& result);
// Sentences for evidence that is incomplete and answers that are doubtful.
std::vector<std::string> Cautions(const Result& result);
// Rules of the new policy that no record needs, with words for why that may be wrong.
std::vector<std::string> UsageWords(const Result& result);

// Reads what PrintJson has written. The error names the line.
llvm::Expected<Result> ReadResult(llvm::StringRef text, const std::string& name);

}  // namespace ipec::replay
