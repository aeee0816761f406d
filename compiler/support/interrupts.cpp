#include "compiler/support/interrupts.h"

#include <csignal>
#include <iterator>

namespace ipec::support {
namespace {

constexpr int kSignals[] = {SIGINT, SIGTERM};

volatile std::sig_atomic_t is_requested = 0;
struct sigaction before[std::size(kSignals)];

void Remember(int) {
  is_requested = 1;
}

}  // namespace

Interrupts::Interrupts() {
  is_requested = 0;
  struct sigaction remember {};
  remember.sa_handler = Remember;
  // Without SA_RESTART: a wait ends.
  remember.sa_flags = static_cast<int>(SA_RESETHAND);
  ::sigemptyset(&remember.sa_mask);
  for (std::size_t i = 0; i < std::size(kSignals); ++i) {
    ::sigaction(kSignals[i], nullptr, &before[i]);
    if (before[i].sa_handler != SIG_IGN) ::sigaction(kSignals[i], &remember, nullptr);
  }
}

Interrupts::~Interrupts() {
  for (std::size_t i = 0; i < std::size(kSignals); ++i) {
    ::sigaction(kSignals[i], &before[i], nullptr);
  }
}

bool Interrupts::IsRequested() {
  return is_requested != 0;
}

}  // namespace ipec::support
