#include "compiler/driver/follow_log.h"

#include <chrono>
#include <memory>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "compiler/driver/replay_input.h"
#include "compiler/records/reader.h"
#include "compiler/support/followed_file.h"
#include "compiler/support/interrupts.h"
#include "compiler/support/printable.h"
#include "compiler/support/wording.h"

namespace ipec::driver {

using namespace command;
using support::Interrupts;

namespace {

constexpr std::size_t kPiece = std::size_t{1} << 18U;
constexpr std::chrono::milliseconds kWait{100};
// Between two outputs while the log grows faster than it is read.
constexpr std::chrono::seconds kPeriod{1};

std::string DirectoryOf(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

class Follower {
 public:
  Follower(const std::string& path, replay::Replay& replay, const std::function<void()>& show,
           Environment& env)
      : path_(path),
        replay_(replay),
        show_(show),
        env_(env),
        reader_([&replay](const records::Record& record) { replay.Take(record); }),
        bytes_(kPiece) {}

  ExitStatus Do() {
    const Interrupts interrupts;
    WaitForFile();
    if (IsOver()) return ExitStatus::Ok;
    const bool is_file = path_ != "-" && env_.files.KindOf(path_) != support::PathKind::Special;
    const ExitStatus status = is_file ? FollowFile() : FollowPipe();
    if (status != ExitStatus::Ok) return status;
    reader_.Finish();
    // Less than a piece may not have been judged before.
    if (!Goes()) return EndStatus();
    replay_.AddTally(reader_.tally());
    replay_.EndLog();
    return ExitStatus::Ok;
  }

 private:
  using Clock = std::chrono::steady_clock;

  // As between two files of a rotation. A misspelt directory would never get one.
  void WaitForFile() {
    const auto is_missing = [&] {
      const support::PathKind kind = env_.files.KindOf(path_);
      return kind == support::PathKind::Nothing || kind == support::PathKind::Dangling;
    };
    if (path_ == "-" || !is_missing()) return;
    if (env_.files.KindOf(DirectoryOf(path_)) != support::PathKind::Directory) return;
    env_.err << fmt::format("ipec: note: {} does not exist yet; waiting for it\n",
                            support::Quoted(NameOfLog(path_)));
    env_.err.flush();
    while (!IsOver() && is_missing()) std::this_thread::sleep_for(kWait);
  }

  ExitStatus FollowFile() {
    llvm::Expected<std::unique_ptr<support::FollowedFile>> file = env_.files.Follow(path_);
    if (!file) return Report(env_, file.takeError());
    while (!IsOver()) {
      llvm::Expected<support::FollowedFile::Piece> piece =
          (*file)->Read(bytes_.data(), bytes_.size());
      if (!piece) return Report(env_, piece.takeError());
      if (piece->size == 0) {
        Show();
        std::this_thread::sleep_for(kWait);
        continue;
      }
      if (piece->starts_file) reader_.EndLine();
      Feed(piece->size);
      if (!Goes()) return EndStatus();
    }
    return ExitStatus::Ok;
  }

  ExitStatus FollowPipe() {
    std::unique_ptr<support::ByteSource> opened;
    if (path_ != "-") {
      llvm::Expected<std::unique_ptr<support::ByteSource>> source = env_.files.Open(path_);
      if (!source) return Report(env_, source.takeError());
      opened = std::move(*source);
    }
    support::ByteSource& source = opened == nullptr ? env_.in : *opened;
    while (!IsOver()) {
      if (!source.WaitFor(std::chrono::milliseconds(0))) {
        Show();
        source.WaitFor(kWait);
        continue;
      }
      llvm::Expected<std::size_t> count = source.Read(bytes_.data(), bytes_.size());
      if (!count) return Report(env_, count.takeError());
      if (*count == 0) break;
      Feed(*count);
      if (!Goes()) return EndStatus();
    }
    return ExitStatus::Ok;
  }

  bool IsOver() const { return Interrupts::IsRequested() || env_.out.error(); }

  void Feed(std::size_t count) {
    reader_.Feed({bytes_.data(), count});
    if (Clock::now() >= next_) Show();
  }

  void Show() {
    show_();
    next_ = Clock::now() + kPeriod;
  }

  // Whether the log has a form that can be read on.
  bool Goes() const { return !reader_.is_compressed() && !WrongForm(reader_.tally()); }

  ExitStatus EndStatus() const {
    if (reader_.is_compressed()) {
      return Report(env_, ExitStatus::Usage,
                    fmt::format("{} is compressed, and does not grow by lines; replay it without "
                                "--follow",
                                support::Quoted(NameOfLog(path_))));
    }
    return ReportWrongForm(path_, reader_.tally(), env_);
  }

  const std::string& path_;
  replay::Replay& replay_;
  const std::function<void()>& show_;
  Environment& env_;
  records::Reader reader_;
  std::vector<char> bytes_;
  Clock::time_point next_ = Clock::now() + kPeriod;
};

}  // namespace

ExitStatus FollowLog(const std::string& path, replay::Replay& replay,
                     const std::function<void()>& show, Environment& env) {
  return Follower(path, replay, show, env).Do();
}

}  // namespace ipec::driver
