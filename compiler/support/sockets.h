#pragma once

// A connection within this machine: the other end of `--socket=PORT`.

#include <cstdint>
#include <memory>

#include "compiler/support/streams.h"

namespace ipec::support {

class LoopbackListener {
 public:
  // Port 0: any free port.
  static llvm::Expected<std::unique_ptr<LoopbackListener>> Open(std::uint16_t port);
  LoopbackListener(const LoopbackListener&) = delete;
  LoopbackListener& operator=(const LoopbackListener&) = delete;
  ~LoopbackListener();

  std::uint16_t port() const { return port_; }
  // Waits for a client and returns the descriptor of the connection, which the caller must close.
  llvm::Expected<int> Accept();

 private:
  LoopbackListener(int descriptor, std::uint16_t port) : descriptor_(descriptor), port_(port) {}

  int descriptor_;
  std::uint16_t port_;
};

}  // namespace ipec::support
