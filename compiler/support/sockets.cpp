#include "compiler/support/sockets.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

namespace ipec::support {

llvm::Expected<std::unique_ptr<LoopbackListener>> LoopbackListener::Open(std::uint16_t port) {
  const auto trouble = [&](int number) {
    return ErrorOf("cannot listen on port " + std::to_string(port) +
                   " of this machine: " + DescribeErrno(number));
  };
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return trouble(errno);
  const int on = 1;
  ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(descriptor, generic, size) != 0 || ::listen(descriptor, 1) != 0 ||
      ::getsockname(descriptor, generic, &size) != 0) {
    const int number = errno;
    ::close(descriptor);
    return trouble(number);
  }
  return std::unique_ptr<LoopbackListener>(
      new LoopbackListener(descriptor, ntohs(address.sin_port)));
}

LoopbackListener::~LoopbackListener() {
  ::close(descriptor_);
}

llvm::Expected<int> LoopbackListener::Accept() {
  while (true) {
    const int connection = ::accept4(descriptor_, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection >= 0) return connection;
    if (errno != EINTR) return ErrorOf("cannot accept a connection: " + DescribeErrno(errno));
  }
}

}  // namespace ipec::support
