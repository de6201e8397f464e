#include "terse/serve/coap/datagram_socket.h"

#include <fmt/core.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "terse/base/error.h"

namespace terse::serve::coap {
namespace {

int bind_socket(const SocketAddress& address, bool both) {
  const int made = socket(address.storage.sin6_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (made < 0) return made;
  const int no = 0;
  if (both) setsockopt(made, IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof no);
  widen_receive_buffer(made);
  ask_for_reached_address(made);
  if (bind(made, reinterpret_cast<const sockaddr*>(&address.storage), address.size) == 0) {
    return made;
  }
  const int failed = errno;
  close(made);
  errno = failed;
  return -1;
}

}  // namespace

DatagramSocket::DatagramSocket(const core::Address& address, const std::string& option,
                               const std::string& protocol) {
  if (address.everywhere) {
    socket_ = bind_socket(parse_socket_address({"::", address.port}, option), true);
    // A system without IPv6 has IPv4 alone.
    if (socket_ >= 0 || errno == EADDRINUSE || errno == EACCES) {
      if (socket_ >= 0) return;
      throw base::JobError(fmt::format("cannot listen on port {} for {}: {}", address.port,
                                       protocol, std::strerror(errno)));
    }
  }
  socket_ = bind_socket(parse_socket_address(address, option), false);
  if (socket_ < 0) {
    throw base::JobError(fmt::format("cannot listen on {}:{} for {}: {}", address.host,
                                     address.port, protocol, std::strerror(errno)));
  }
}

DatagramSocket::~DatagramSocket() {
  close(socket_);
}

bool DatagramSocket::receive(const Take& take) {
  std::array<mmsghdr, datagrams_max> headers{};
  std::array<iovec, datagrams_max> parts{};
  std::array<SocketAddress, datagrams_max> peers;
  std::array<AncillaryData, datagrams_max> ancillary;
  for (std::size_t i = 0; i < datagrams_max; ++i) {
    parts[i] = {incoming_[i].data(), incoming_[i].size()};
    headers[i].msg_hdr = receiving(parts[i], peers[i], ancillary[i]);
  }
  const int count = recvmmsg(socket_, headers.data(), datagrams_max, MSG_DONTWAIT, nullptr);
  if (count <= 0) return false;
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
    finish_receiving(headers[i].msg_hdr, peers[i]);
    take(peers[i], std::span(incoming_[i]).first(headers[i].msg_len),
         (headers[i].msg_hdr.msg_flags & MSG_TRUNC) == 0);
  }
  return static_cast<std::size_t>(count) == datagrams_max;
}

void DatagramSocket::send(const SocketAddress& to, std::span<const std::uint8_t> datagram) {
  auto& [address, bytes] = outgoing_[waiting_++];
  address = to;
  bytes.assign(datagram.begin(), datagram.end());
  if (waiting_ == datagrams_max) flush();
}

void DatagramSocket::flush() {
  if (waiting_ == 0) return;
  std::array<mmsghdr, datagrams_max> headers{};
  std::array<iovec, datagrams_max> parts{};
  std::array<AncillaryData, datagrams_max> ancillary;
  for (std::size_t i = 0; i < waiting_; ++i) {
    auto& [peer, bytes] = outgoing_[i];
    parts[i] = {bytes.data(), bytes.size()};
    headers[i].msg_hdr = sending(parts[i], peer, ancillary[i]);
  }
  for (std::size_t sent = 0; sent < waiting_;) {
    const int count =
        sendmmsg(socket_, headers.data() + sent, static_cast<unsigned>(waiting_ - sent), 0);
    sent += count > 0 ? static_cast<std::size_t>(count) : 1;
  }
  waiting_ = 0;
}

}  // namespace terse::serve::coap
