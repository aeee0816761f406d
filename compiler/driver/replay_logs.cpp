#include "compiler/driver/replay_logs.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "compiler/driver/replay_input.h"
#include "compiler/records/blocks.h"
#include "compiler/support/workers.h"

namespace ipec::driver {

using namespace command;
using records::BlockCutter;

namespace {

// Decompressed, a piece can have a thousand times as many bytes.
constexpr std::size_t kCompressedPiece = std::size_t{1} << 12;
constexpr std::size_t kPiece = std::size_t{1} << 18;
constexpr std::size_t kMostBlocks = 32;

// In each round, all of these are done at the same time: a batch of blocks is read, the one before
// it is parsed, and the records of the one before that are taken, in order.
class LogsRun {
 public:
  LogsRun(std::span<const std::string> paths, unsigned threads, replay::Replay& replay,
          Environment& env)
      : paths_(paths),
        threads_(threads),
        batch_(std::min<std::size_t>(kMostBlocks, std::size_t{4} * threads)),
        replay_(replay),
        env_(env),
        bytes_(kPiece),
        progress_(env) {}

  ExitStatus Do() {
    std::vector<Part> parsed;
    std::vector<Part> read = Read();
    while (status_ == ExitStatus::Ok && !(parsed.empty() && read.empty())) {
      std::vector<Part> next;
      std::vector<std::function<void()>> tasks;
      if (!parsed.empty()) tasks.emplace_back([&] { Take(parsed); });
      if (next_path_ < paths_.size()) tasks.emplace_back([&] { next = Read(); });
      for (const Part& part : read) {
        for (const auto& block : part.blocks) tasks.emplace_back([&] { block->Parse(); });
      }
      Run(tasks);
      std::move(taken_.begin(), taken_.end(), std::back_inserter(spare_));
      taken_.clear();
      parsed = std::exchange(read, std::move(next));
      progress_.Show(bytes_read_, replay_.result());
    }
    return status_;
  }

 private:
  // Consecutive blocks of a log.
  struct Part {
    std::size_t log = 0;  // its number
    records::Blocks blocks;
    bool ends_log = false;
    std::optional<std::string> error;  // the rest of the log cannot be read
  };

  void Run(const std::vector<std::function<void()>>& tasks) const {
    const auto make = [&]() -> support::Work {
      return [&](std::uint64_t number) {
        tasks[number]();
        return llvm::Error::success();
      };
    };
    llvm::cantFail(support::RunInOrder(tasks.size(), threads_, make, nullptr));
  }

  // A batch; of several logs, if they are short.
  std::vector<Part> Read() {
    std::vector<Part> parts;
    std::size_t blocks = 0;
    while (blocks < batch_ && next_path_ < paths_.size()) {
      Part& part = parts.emplace_back();
      part.log = next_path_;
      if (llvm::Error error = ReadPart(batch_ - blocks, part)) {
        part.error = llvm::toString(std::move(error));
        next_path_ = paths_.size();
      }
      blocks += part.blocks.size() + 1;
    }
    return parts;
  }

  llvm::Error ReadPart(std::size_t most, Part& part) {
    if (!cutter_) {
      cutter_.emplace(spare_);
      if (paths_[next_path_] != "-") {
        llvm::Expected<std::unique_ptr<support::ByteSource>> source =
            env_.files.Open(paths_[next_path_]);
        if (!source) return source.takeError();
        opened_ = std::move(*source);
      }
    }
    support::ByteSource& source = opened_ == nullptr ? env_.in : *opened_;
    bool is_known = bytes_of_log_ != 0;
    while (part.blocks.size() < most) {
      const bool is_small = !is_known || cutter_->is_compressed();
      llvm::Expected<std::size_t> count =
          source.Read(bytes_.data(), is_small ? kCompressedPiece : kPiece);
      if (!count) return count.takeError();
      if (*count == 0) {
        cutter_->Finish(part.blocks);
        part.ends_log = true;
        cutter_.reset();
        opened_.reset();
        bytes_of_log_ = 0;
        ++next_path_;
        return llvm::Error::success();
      }
      cutter_->Feed({bytes_.data(), *count}, part.blocks);
      is_known = true;
      bytes_of_log_ += *count;
      bytes_read_ += *count;
    }
    return llvm::Error::success();
  }

  void Take(std::vector<Part>& parts) {
    for (Part& part : parts) {
      if (!taker_) {
        taker_.emplace([this](const records::Record& record) { replay_.Take(record); });
      }
      for (auto& block : part.blocks) {
        taker_->Take(*block);
        taken_.push_back(std::move(block));
      }
      if (part.error) {
        status_ = Report(env_, ExitStatus::Failure, *part.error);
        return;
      }
      if (part.ends_log) status_ = EndLog(paths_[part.log]);
      if (status_ != ExitStatus::Ok) return;
    }
  }

  ExitStatus EndLog(const std::string& path) {
    taker_->Finish();
    const records::Tally tally = taker_->tally();
    taker_.reset();
    replay_.AddTally(tally);
    replay_.EndLog();
    return ReportWrongForm(path, tally, env_);
  }

  const std::span<const std::string> paths_;
  const unsigned threads_;
  const std::size_t batch_;  // blocks
  replay::Replay& replay_;
  Environment& env_;

  // Of the reader.
  std::size_t next_path_ = 0;
  records::Blocks spare_;
  std::optional<BlockCutter> cutter_;            // nothing: the next log is not open
  std::unique_ptr<support::ByteSource> opened_;  // null: standard input
  std::uint64_t bytes_of_log_ = 0;
  std::vector<char> bytes_;
  std::uint64_t bytes_read_ = 0;
  // Of the taker.
  std::optional<records::BlockTaker> taker_;
  records::Blocks taken_;
  ExitStatus status_ = ExitStatus::Ok;

  LogProgress progress_;
};

}  // namespace

ExitStatus ReplayLogs(std::span<const std::string> paths, unsigned threads, replay::Replay& replay,
                      Environment& env) {
  if (threads > 1) return LogsRun(paths, threads, replay, env).Do();
  for (const std::string& path : paths) {
    const ExitStatus status = ReplayLog(path, replay, env);
    if (status != ExitStatus::Ok) return status;
  }
  return ExitStatus::Ok;
}

}  // namespace ipec::driver
