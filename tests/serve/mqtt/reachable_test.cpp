#include "terse/serve/mqtt/reachable.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace terse::serve::mqtt {
namespace {

/// Bound to a free port of 127.0.0.1, and listening if told so.
class Socket {
 public:
  explicit Socket(bool listens) : descriptor_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(bind(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    socklen_t size = sizeof address;
    getsockname(descriptor_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    if (listens) {
      EXPECT_EQ(listen(descriptor_, 1), 0);
    }
  }
  ~Socket() { close(descriptor_); }
  int port() const { return port_; }

 private:
  int descriptor_;
  int port_ = 0;
};

TEST(Reachable, WhereSomebodyListens) {
  const Socket listening(true);
  EXPECT_TRUE(is_reachable("127.0.0.1", listening.port()));
  EXPECT_TRUE(is_reachable("localhost", listening.port()));
}

TEST(Reachable, NotWhereNobodyDoes) {
  const Socket silent(false);
  EXPECT_FALSE(is_reachable("127.0.0.1", silent.port()));
  EXPECT_FALSE(is_reachable("no-such-host.invalid", 1883));
}

}  // namespace
}  // namespace terse::serve::mqtt
