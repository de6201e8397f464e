// A bound UDP socket that takes and sends datagrams by the dozen.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "terse/serve/coap/socket_address.h"
#include "terse/serve/core/address.h"

namespace terse::serve::coap {

/// For one thread.
class DatagramSocket {
 public:
  static constexpr std::size_t datagrams_max = 64;     ///< in one system call
  static constexpr std::size_t datagram_bytes = 1472;  ///< a frame of Ethernet, IPv4
  /// `whole` is false if the datagram was longer than datagram_bytes.
  using Take = std::function<void(const SocketAddress& from, std::span<const std::uint8_t> datagram,
                                  bool whole)>;

  /// Where the address names no host it listens at all of IPv6 and IPv4. `option` and `protocol`
  /// are for messages: "coap", "CoAP". Throws InputError if the address cannot be read, JobError if
  /// it is not available.
  DatagramSocket(const core::Address& address, const std::string& option,
                 const std::string& protocol);
  ~DatagramSocket();
  DatagramSocket(const DatagramSocket&) = delete;
  DatagramSocket& operator=(const DatagramSocket&) = delete;

  int descriptor() const noexcept { return socket_; }
  int port() const { return port_of(socket_); }
  /// Gives what has come, at most datagrams_max; true if there may be more.
  bool receive(const Take& take);
  /// Sent by flush(), or before if many wait.
  void send(const SocketAddress& to, std::span<const std::uint8_t> datagram);
  /// One that cannot be sent is lost like any datagram.
  void flush();

 private:
  int socket_ = -1;
  std::vector<std::array<std::uint8_t, datagram_bytes>> incoming_{datagrams_max};
  /// The first waiting_ of them wait; the others keep their memory.
  std::vector<std::pair<SocketAddress, std::vector<std::uint8_t>>> outgoing_{datagrams_max};
  std::size_t waiting_ = 0;
};

}  // namespace terse::serve::coap
