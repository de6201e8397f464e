#include "terse/serve/dtls/records.h"

namespace terse::serve::dtls {

std::vector<std::uint8_t> handshake_records(std::span<const std::uint8_t> datagram,
                                            unsigned& encrypted_max) {
  constexpr std::size_t header = 13;
  std::vector<std::uint8_t> taken;
  while (datagram.size() >= header) {
    const unsigned epoch = datagram[3] << 8U | datagram[4];
    const std::size_t size = header + (datagram[11] << 8U | datagram[12]);
    if (size > datagram.size() || epoch > 1) break;
    if (epoch == 0 || encrypted_max > 0) {
      taken.insert(taken.end(), datagram.begin(),
                   datagram.begin() + static_cast<std::ptrdiff_t>(size));
      encrypted_max -= epoch;
    }
    datagram = datagram.subspan(size);
  }
  return taken;
}

}  // namespace terse::serve::dtls
