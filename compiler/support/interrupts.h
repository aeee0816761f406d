#pragma once

// SIGINT and SIGTERM as a request to end work that has no end of its own.

namespace ipec::support {

// While an object exists, the first signal is only remembered; another one ends the program. There
// may be one object at a time. A signal that the parent has ignored stays ignored.
class Interrupts {
 public:
  Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;
  ~Interrupts();

  static bool IsRequested();
};

}  // namespace ipec::support
