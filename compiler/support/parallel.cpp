#include "compiler/support/parallel.h"

#include <pthread.h>

#include <thread>

namespace ipec::support {
namespace {

void* RunOne(void* work) {
  (*static_cast<llvm::function_ref<void()>*>(work))();
  return nullptr;
}

}  // namespace

void RunBoth(llvm::function_ref<void()> one, llvm::function_ref<void()> other) {
  // std::thread ends the program if no thread can be started.
  pthread_t thread;
  const bool is_started = std::thread::hardware_concurrency() > 1 &&
                          pthread_create(&thread, nullptr, RunOne, &one) == 0;
  if (!is_started) one();
  other();
  if (is_started) pthread_join(thread, nullptr);
}

}  // namespace ipec::support
