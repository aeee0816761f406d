#pragma once

// The policies and logs of `ipec replay`.

#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "compiler/command/command.h"
#include "compiler/pipeline/policy_file.h"
#include "compiler/records/tally.h"
#include "compiler/replay/quoted_policy.h"
#include "compiler/replay/replay.h"

namespace ipec::driver {

// Sets `reading` if the result is Ok. Else the reason is printed: the file cannot be read, or a
// kernel rejects the policy.
command::ExitStatus ReadReplayPolicy(const std::string& path, const targets::Target& target,
                                     bool color, command::Environment& env,
                                     std::unique_ptr<const pipeline::PolicyFileReading>& reading);

// The signed files of a directory, by their thumbprints. A policy is read when a log names it.
class PolicyDirectory final : public replay::PolicyFinder {
 public:
  PolicyDirectory(const targets::Target& target, command::Environment& env)
      : target_(target), env_(env) {}

  command::ExitStatus Read(const std::string& directory);
  // From now on, reads the directory again for a thumbprint that it does not have.
  void FollowDirectory() { is_followed_ = true; }
  // The policy that is recorded with the hash of empty input, as one that is built into the kernel.
  void SetBootPolicy(const replay::QuotedPolicy* policy) { boot_policy_ = policy; }
  // All thumbprints, for the identity of a question.
  std::string Thumbprints() const;

  const replay::QuotedPolicy* Find(llvm::StringRef digest) override;

 private:
  using Clock = std::chrono::steady_clock;
  struct Entry {
    std::string path;
    std::string bytes;
    bool is_read = false;
    std::unique_ptr<const pipeline::PolicyFileReading> reading;
    std::optional<replay::QuotedPolicy> quoted;  // nothing: the target rejects the policy
  };

  void ReadAgainFor(llvm::StringRef digest);

  const targets::Target& target_;
  command::Environment& env_;
  std::string directory_;
  bool is_followed_ = false;
  // A log can name any number of thumbprints, so that the directory is read so often in a row, and
  // then once in a second, for each of them at most.
  static constexpr std::chrono::seconds kPause{1};
  static constexpr std::int64_t kMostReadings = 16;
  std::int64_t readings_left_ = kMostReadings;
  Clock::time_point last_reading_;
  std::map<std::string, Clock::time_point, std::less<>> missed_;
  const replay::QuotedPolicy* boot_policy_ = nullptr;
  std::deque<Entry> entries_;
  std::map<std::string, Entry*, std::less<>> by_digest_;  // `sha256:E3B0…`
};

// Shows how far long logs are read, on a terminal.
class LogProgress {
 public:
  explicit LogProgress(command::Environment& env) : env_(env), next_(Clock::now() + kPeriod) {}
  LogProgress(const LogProgress&) = delete;
  LogProgress& operator=(const LogProgress&) = delete;
  ~LogProgress();
  void Show(std::uint64_t bytes, const replay::Result& result);

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::milliseconds kPeriod{500};

  command::Environment& env_;
  Clock::time_point next_;
  bool is_shown_ = false;
};

// The path of a log in messages, printable.
std::string NameOfLog(const std::string& path);

// The trouble of a log that has a form that destroys records.
std::optional<records::Trouble> WrongForm(const records::Tally& tally);
// Ok if the log has no such form.
command::ExitStatus ReportWrongForm(const std::string& path, const records::Tally& tally,
                                    command::Environment& env);

// Replays one log, `-` for standard input. It is an error in the call if the log has a form that
// destroys records.
command::ExitStatus ReplayLog(const std::string& path, replay::Replay& replay,
                              command::Environment& env);

}  // namespace ipec::driver
