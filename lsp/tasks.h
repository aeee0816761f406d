#pragma once

// A thread that runs tasks one after the other.

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace ipec::lsp {

class TaskQueue {
 public:
  TaskQueue() : thread_([this] { Run(); }) {}
  TaskQueue(const TaskQueue&) = delete;
  TaskQueue& operator=(const TaskQueue&) = delete;
  ~TaskQueue() { Finish(); }

  void Post(std::function<void()> task);
  // Waits until all posted tasks are done; no task may be posted afterwards.
  void Finish();

 private:
  void Run();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> tasks_;
  bool finishing_ = false;
  std::thread thread_;  // last, because it uses the others
};

}  // namespace ipec::lsp
