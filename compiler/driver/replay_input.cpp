#include "compiler/driver/replay_input.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "compiler/driver/diff_operands.h"
#include "compiler/driver/find_thumbprint.h"
#include "compiler/driver/report.h"
#include "compiler/driver/thumbprint_hash.h"
#include "compiler/records/reader.h"
#include "compiler/sign/thumbprint.h"
#include "compiler/support/printable.h"
#include "compiler/support/wording.h"
#include "llvm/ADT/StringExtras.h"

namespace ipec::driver {

using namespace command;
using pipeline::PolicyFileReading;
using replay::QuotedPolicy;

ExitStatus ReadReplayPolicy(const std::string& path, const targets::Target& target, bool color,
                            Environment& env, std::unique_ptr<const PolicyFileReading>& reading) {
  llvm::Expected<DiffOperand> operand = ReadDiffOperand(path, path, env);
  if (!operand) return Report(env, operand.takeError());
  if (operand->table_target != nullptr && operand->table_target != &target) {
    return Report(
        env, ExitStatus::Usage,
        fmt::format("{} is a table that is compiled for {}, not for {}", support::Quoted(path),
                    Describe(*operand->table_target), Describe(target)));
  }
  reading = std::make_unique<const PolicyFileReading>(std::move(operand->file), target);
  if (!reading->error()) return ExitStatus::Ok;
  PrintFindings(*reading, target, color, env.err);
  return ExitStatus::Findings;
}

ExitStatus PolicyDirectory::Read(const std::string& directory) {
  directory_ = directory;
  const auto digest_by = [](sign::Hash hash, llvm::StringRef bytes) {
    return fmt::format("{}:{}", sign::Name(hash), llvm::toHex(sign::Thumbprint(hash, bytes)));
  };
  return ForEachSignedFile(directory, env_, [&](const std::string& path, llvm::StringRef bytes) {
    if (by_digest_.contains(digest_by(sign::Hash::Sha256, bytes))) return;
    Entry& entry = entries_.emplace_back();
    entry.path = path;
    entry.bytes = bytes.str();
    for (const auto& hash : kHashChoices) {
      by_digest_.emplace(digest_by(hash.value, entry.bytes), &entry);
    }
  });
}

void PolicyDirectory::ReadAgainFor(llvm::StringRef digest) {
  const Clock::time_point now = Clock::now();
  std::erase_if(missed_, [&](const auto& missed) { return now - missed.second >= kPause; });
  const auto pauses = (now - last_reading_) / kPause;
  if (pauses > 0) {
    readings_left_ = std::min<std::int64_t>(kMostReadings, readings_left_ + pauses);
    last_reading_ += pauses * kPause;
  }
  const std::string_view name(digest.data(), digest.size());
  if (readings_left_ == 0 || missed_.contains(name)) return;
  --readings_left_;
  // A file that cannot be read was reported; the next reading tries it again.
  static_cast<void>(Read(directory_));
  if (!by_digest_.contains(name)) missed_.emplace(name, now);
}

std::string PolicyDirectory::Thumbprints() const {
  std::string list;
  for (const auto& [digest, entry] : by_digest_) list.append(digest).append(" ");
  return list;
}

const QuotedPolicy* PolicyDirectory::Find(llvm::StringRef digest) {
  for (const auto& hash : kHashChoices) {
    const std::string empty = llvm::toHex(sign::Thumbprint(hash.value, {}));
    if (digest.endswith(":" + empty)) return boot_policy_;
  }
  const std::string_view name(digest.data(), digest.size());
  if (is_followed_ && !by_digest_.contains(name)) ReadAgainFor(digest);
  const auto found = by_digest_.find(name);
  if (found == by_digest_.end()) return nullptr;
  Entry& entry = *found->second;
  if (!entry.is_read) {
    entry.is_read = true;
    pipeline::PolicyFile file =
        pipeline::OpenPolicyFile(support::SourceBuffer(entry.path, std::move(entry.bytes)));
    entry.reading = std::make_unique<const PolicyFileReading>(std::move(file), target_);
    if (!entry.reading->error()) {
      entry.quoted.emplace(entry.reading->target_reading(), entry.path);
    } else {
      env_.err << fmt::format("ipec: note: {} rejects {}\n", Describe(target_),
                              support::Quoted(support::Printable(entry.path)));
    }
  }
  return entry.quoted ? &*entry.quoted : nullptr;
}

namespace {

// The troubles of a whole log, not of a line.
constexpr records::Trouble kWrongForms[] = {records::Trouble::Interpreted,
                                            records::Trouble::PrettyJson, records::Trouble::Utf16};

}  // namespace

LogProgress::~LogProgress() {
  if (is_shown_) env_.err << "\r\x1b[K";
}

void LogProgress::Show(std::uint64_t bytes, const replay::Result& result) {
  if (!env_.err_is_terminal || Clock::now() < next_) return;
  next_ = Clock::now() + kPeriod;
  is_shown_ = true;
  env_.err << fmt::format("\r\x1b[K{} MB read, {} records in {} groups", bytes >> 20U,
                          result.evidence.accesses, result.groups.size());
  env_.err.flush();
}

std::string NameOfLog(const std::string& path) {
  return path == "-" ? "<stdin>" : support::Printable(path);
}

std::optional<records::Trouble> WrongForm(const records::Tally& tally) {
  for (const records::Trouble trouble : kWrongForms) {
    if (tally[trouble].count != 0) return trouble;
  }
  return std::nullopt;
}

ExitStatus ReportWrongForm(const std::string& path, const records::Tally& tally, Environment& env) {
  const std::optional<records::Trouble> trouble = WrongForm(tally);
  if (!trouble) return ExitStatus::Ok;
  return Report(env, ExitStatus::Usage,
                fmt::format("{}:{}: {}", NameOfLog(path), tally[*trouble].first_line,
                            std::string_view(records::Describe(*trouble))));
}

ExitStatus ReplayLog(const std::string& path, replay::Replay& replay, Environment& env) {
  constexpr std::size_t kPiece = std::size_t{1} << 20U;
  std::unique_ptr<support::ByteSource> opened;
  if (path != "-") {
    llvm::Expected<std::unique_ptr<support::ByteSource>> source = env.files.Open(path);
    if (!source) return Report(env, source.takeError());
    opened = std::move(*source);
  }
  support::ByteSource& source = opened == nullptr ? env.in : *opened;
  records::Reader reader([&](const records::Record& record) { replay.Take(record); });
  std::vector<char> bytes(kPiece);
  std::uint64_t read = 0;
  LogProgress progress(env);
  while (true) {
    llvm::Expected<std::size_t> count = source.Read(bytes.data(), bytes.size());
    if (!count) return Report(env, count.takeError());
    if (*count == 0) break;
    reader.Feed({bytes.data(), *count});
    read += *count;
    progress.Show(read, replay.result());
  }
  reader.Finish();
  replay.AddTally(reader.tally());
  replay.EndLog();
  return ReportWrongForm(path, reader.tally(), env);
}

}  // namespace ipec::driver
