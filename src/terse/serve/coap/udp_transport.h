// CoAP over plain UDP: nobody proves anything.
#pragma once

#include "terse/serve/coap/datagram_socket.h"
#include "terse/serve/coap/transport.h"

namespace terse::serve::coap {

/// For the one thread of the server.
class UdpTransport : public Transport {
 public:
  /// Throws InputError if the address cannot be read, JobError if it is not available.
  explicit UdpTransport(const core::Address& address) : socket_(address, "coap", "CoAP") {}

  int port() const override { return socket_.port(); }
  int descriptor() const override { return socket_.descriptor(); }
  bool receive(const Take& take) override {
    return socket_.receive([&take](const SocketAddress& from, auto datagram, bool whole) {
      take({.address = from}, datagram, whole);
    });
  }
  void send(const Peer& to, std::span<const std::uint8_t> message) override {
    socket_.send(to.address, message);
  }
  void flush() override { socket_.flush(); }

 private:
  DatagramSocket socket_;
};

}  // namespace terse::serve::coap
