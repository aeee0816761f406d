#include "compiler/support/workers.h"

#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace ipec::support {
namespace {

constexpr unsigned kMostThreads = 64;

class Run {
 public:
  Run(std::uint64_t count, const std::function<Work()>& make,
      const std::function<void(std::uint64_t)>& progress)
      : count_(count), make_(make), progress_(progress) {}

  void Do(bool is_caller) {
    const Work work = make_();
    while (true) {
      const std::uint64_t unit = next_.fetch_add(1);
      // Units below the one that failed have been begun by others, who finish them.
      if (unit >= count_ || unit > failed_.load()) return;
      if (llvm::Error error = work(unit)) Fail(unit, std::move(error));
      if (is_caller && progress_) progress_(std::min(next_.load(), count_));
    }
  }

  llvm::Error Take() { return std::move(error_); }

 private:
  void Fail(std::uint64_t unit, llvm::Error error) {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (unit < failed_.load()) {
      failed_ = unit;
      llvm::consumeError(std::move(error_));
      error_ = std::move(error);
    } else {
      llvm::consumeError(std::move(error));
    }
  }

  const std::uint64_t count_;
  const std::function<Work()>& make_;
  const std::function<void(std::uint64_t)>& progress_;
  std::atomic<std::uint64_t> next_{0};
  std::atomic<std::uint64_t> failed_{UINT64_MAX};
  std::mutex mutex_;
  llvm::Error error_ = llvm::Error::success();
};

}  // namespace

unsigned DefaultThreads() {
  return std::clamp(std::thread::hardware_concurrency(), 1U, kMostThreads);
}

llvm::Error RunInOrder(std::uint64_t count, unsigned threads, const std::function<Work()>& make,
                       const std::function<void(std::uint64_t)>& progress) {
  Run run(count, make, progress);
  // pthread_create, because std::thread throws where a limit of the system is reached.
  std::vector<pthread_t> others;
  others.reserve(threads);
  while (others.size() + 1 < std::min<std::uint64_t>(threads, count)) {
    pthread_t other{};
    const auto enter = [](void* shared) -> void* {
      static_cast<Run*>(shared)->Do(/*is_caller=*/false);
      return nullptr;
    };
    if (::pthread_create(&other, nullptr, enter, &run) != 0) break;
    others.push_back(other);
  }
  run.Do(/*is_caller=*/true);
  for (const pthread_t other : others) ::pthread_join(other, nullptr);
  return run.Take();
}

}  // namespace ipec::support
