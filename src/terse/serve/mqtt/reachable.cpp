#include "terse/serve/mqtt/reachable.h"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

namespace terse::serve::mqtt {
namespace {

constexpr int connect_ms_max = 5000;

struct FreeAddresses {
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};

}  // namespace

bool is_reachable(const std::string& host, int port) {
  addrinfo wanted = {};
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (getaddrinfo(host.c_str(), std::to_string(port).c_str(), &wanted, &found) != 0) return false;
  const std::unique_ptr<addrinfo, FreeAddresses> addresses(found);
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    const int probe = socket(each->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (probe < 0) continue;
    bool reached = connect(probe, each->ai_addr, each->ai_addrlen) == 0;
    if (!reached && errno == EINPROGRESS) {
      pollfd waiting = {probe, POLLOUT, 0};
      int error = 0;
      socklen_t size = sizeof error;
      reached = poll(&waiting, 1, connect_ms_max) == 1 &&
                getsockopt(probe, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0;
    }
    close(probe);
    if (reached) return true;
  }
  return false;
}

}  // namespace terse::serve::mqtt
