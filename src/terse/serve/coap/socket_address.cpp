#include "terse/serve/coap/socket_address.h"

#include <cstring>

#include "terse/base/error.h"
#include "terse/text/quoting.h"

namespace terse::serve::coap {

namespace {

template <typename Part>
void append(std::string& to, const Part& part) {
  const std::size_t before = to.size();
  to.resize(before + sizeof part);
  std::memcpy(to.data() + before, &part, sizeof part);
}

sockaddr_in as_four(const sockaddr_in6& address) {
  sockaddr_in four{};
  std::memcpy(&four, &address, sizeof four);
  return four;
}

msghdr to_or_from(iovec& part, SocketAddress& peer) {
  msghdr message{};
  message.msg_name = &peer.storage;
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  return message;
}

}  // namespace

std::string SocketAddress::bytes() const {
  std::string result;
  if (storage.sin6_family == AF_INET6) {
    append(result, storage.sin6_addr);
    append(result, storage.sin6_port);
    append(result, storage.sin6_scope_id);
  } else {
    append(result, as_four(storage).sin_addr);
    append(result, storage.sin6_port);
  }
  return result;
}

std::string SocketAddress::network() const {
  std::string result;
  if (storage.sin6_family != AF_INET6) {
    append(result, as_four(storage).sin_addr);
  } else {
    append(result, storage.sin6_addr);
    if (IN6_IS_ADDR_V4MAPPED(&storage.sin6_addr)) return result.substr(12);
    result.resize(8);
  }
  return result;
}

std::string SocketAddress::text() const {
  std::array<char, INET6_ADDRSTRLEN> written{};
  const bool four = storage.sin6_family != AF_INET6;
  const in_addr short_address = as_four(storage).sin_addr;
  const bool mapped = !four && IN6_IS_ADDR_V4MAPPED(&storage.sin6_addr);
  const void* const address = four     ? static_cast<const void*>(&short_address)
                              : mapped ? storage.sin6_addr.s6_addr + 12
                                       : storage.sin6_addr.s6_addr;
  inet_ntop(four || mapped ? AF_INET : AF_INET6, address, written.data(), written.size());
  return written.data();
}

SocketAddress parse_socket_address(const core::Address& address, const std::string& option) {
  const auto port = htons(static_cast<std::uint16_t>(address.port));
  SocketAddress result;
  sockaddr_in four{};
  sockaddr_in6 six{};
  if (inet_pton(AF_INET, address.host.c_str(), &four.sin_addr) == 1) {
    four.sin_family = AF_INET;
    four.sin_port = port;
    std::memcpy(&result.storage, &four, sizeof four);
    result.size = sizeof four;
  } else if (inet_pton(AF_INET6, address.host.c_str(), &six.sin6_addr) == 1) {
    six.sin6_family = AF_INET6;
    six.sin6_port = port;
    std::memcpy(&result.storage, &six, sizeof six);
    result.size = sizeof six;
  } else {
    throw base::OptionError(option, "", text::in_quotes(address.host) + " is not an IP address",
                            "write for example 127.0.0.1:5683");
  }
  return result;
}

void ask_for_reached_address(int socket) {
  const int yes = 1;
  // Each fails on sockets of the other family.
  setsockopt(socket, IPPROTO_IP, IP_PKTINFO, &yes, sizeof yes);
  setsockopt(socket, IPPROTO_IPV6, IPV6_RECVPKTINFO, &yes, sizeof yes);
}

msghdr receiving(iovec& part, SocketAddress& from, AncillaryData& ancillary) {
  msghdr message = to_or_from(part, from);
  message.msg_namelen = sizeof from.storage;
  message.msg_control = ancillary.bytes.data();
  message.msg_controllen = ancillary.bytes.size();
  return message;
}

void finish_receiving(msghdr& message, SocketAddress& from) {
  from.size = message.msg_namelen;
  for (cmsghdr* each = CMSG_FIRSTHDR(&message); each != nullptr;
       each = CMSG_NXTHDR(&message, each)) {
    if (each->cmsg_level == IPPROTO_IP && each->cmsg_type == IP_PKTINFO) {
      in_pktinfo four{};
      std::memcpy(&four, CMSG_DATA(each), sizeof four);
      from.reached.family = AF_INET;
      // Of a broadcast, too, the address of this machine; ipi_addr would be the broadcast's.
      std::memcpy(&from.reached.address, &four.ipi_spec_dst, sizeof four.ipi_spec_dst);
      from.reached.interface = static_cast<unsigned>(four.ipi_ifindex);
    } else if (each->cmsg_level == IPPROTO_IPV6 && each->cmsg_type == IPV6_PKTINFO) {
      in6_pktinfo six{};
      std::memcpy(&six, CMSG_DATA(each), sizeof six);
      from.reached = {AF_INET6, six.ipi6_addr, six.ipi6_ifindex};
    }
  }
}

msghdr sending(iovec& part, SocketAddress& to, AncillaryData& ancillary) {
  msghdr message = to_or_from(part, to);
  message.msg_namelen = to.size;
  const auto set = [&](int level, int type, const auto& value) {
    ancillary.bytes.fill(0);
    message.msg_control = ancillary.bytes.data();
    message.msg_controllen = CMSG_SPACE(sizeof value);
    cmsghdr* const header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = level;
    header->cmsg_type = type;
    header->cmsg_len = CMSG_LEN(sizeof value);
    std::memcpy(CMSG_DATA(header), &value, sizeof value);
  };
  const in6_addr& address = to.reached.address;
  if (to.reached.family == AF_INET) {
    // The interface is left to the routes: answers may go out by another.
    in_pktinfo four{};
    std::memcpy(&four.ipi_spec_dst, &address, sizeof four.ipi_spec_dst);
    set(IPPROTO_IP, IP_PKTINFO, four);
  } else if (to.reached.family == AF_INET6 && !IN6_IS_ADDR_MULTICAST(&address)) {
    in6_pktinfo six{};
    six.ipi6_addr = address;
    // Such an address means something on its interface only.
    if (IN6_IS_ADDR_LINKLOCAL(&address)) six.ipi6_ifindex = to.reached.interface;
    set(IPPROTO_IPV6, IPV6_PKTINFO, six);
  }
  return message;
}

void widen_receive_buffer(int socket) {
  constexpr int bytes = 4 << 20;
  setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
}

int port_of(int socket) {
  SocketAddress bound;
  if (getsockname(socket, reinterpret_cast<sockaddr*>(&bound.storage), &bound.size) != 0) return 0;
  // The port is at the same place in both families.
  return ntohs(bound.storage.sin6_port);
}

}  // namespace terse::serve::coap
