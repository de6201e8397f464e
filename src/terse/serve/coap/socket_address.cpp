#include "terse/serve/coap/socket_address.h"

#include <charconv>
#include <cstring>
#include <filesystem>

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
  if (storage.ss_family == AF_INET6) {
    sockaddr_in6 six{};
    std::memcpy(&six, &storage, sizeof six);
    append(result, six.sin6_addr);
    append(result, six.sin6_port);
    append(result, six.sin6_scope_id);
  } else {
    sockaddr_in four{};
    std::memcpy(&four, &storage, sizeof four);
    append(result, four.sin_addr);
    append(result, four.sin_port);
  }
  return result;
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

int datagram_socket_at(const SocketAddress& address) {
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd", failed)) {
    const std::string name = entry.path().filename();
    int file = -1;
    std::from_chars(name.data(), name.data() + name.size(), file);
    int type = 0;
    socklen_t size = sizeof type;
    if (getsockopt(file, SOL_SOCKET, SO_TYPE, &type, &size) != 0 || type != SOCK_DGRAM) continue;
    const SocketAddress bound = address_of(file);
    if (bound.storage.ss_family != address.storage.ss_family) continue;
    if (bound.bytes() == address.bytes()) return file;
  }
  return -1;
}

SocketAddress address_of(int socket) {
  SocketAddress bound;
  if (getsockname(socket, reinterpret_cast<sockaddr*>(&bound.storage), &bound.size) != 0) {
    return SocketAddress();
  }
  return bound;
}

int port_of(int socket) {
  const SocketAddress bound = address_of(socket);
  sockaddr_in four{};
  std::memcpy(&four, &bound.storage, sizeof four);
  // The port is at the same place in both families.
  return ntohs(four.sin_port);
}

}  // namespace terse::serve::coap
