// Datagrams of peers that have proven nothing, to what answers them: never more than three times as
// many bytes go back, and no Echo option but the right one proves an address.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "terse/base/error.h"
#include "terse/serve/coap/responder.h"
#include "terse/serve/coap/response.h"

namespace {

using namespace terse::serve::coap;

class Sent : public Transport {
 public:
  int port() const override { return 0; }
  int descriptor() const override { return -1; }
  bool receive(const Take&) override { return false; }
  void send(const Peer&, std::span<const std::uint8_t> message) override {
    bytes += message.size();
    last.assign(message.begin(), message.end());
  }
  void flush() override {}

  std::size_t bytes = 0;
  std::vector<std::uint8_t> last;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  static const std::string text(70'000, 'x');
  static Sent transport;
  static Responder responder(transport, [](const Peer&) { return std::uint16_t{1}; });
  static const Peer peer{.address = parse_socket_address({"192.0.2.1", 1}, "")};
  const std::size_t body_bytes = data[0] * data[0];
  const std::uint8_t code = data[1] % 2 == 0 ? coap_code(2, 5) : data[1];
  CoapRequest request;
  const std::span datagram(data + 2, size - 2);
  if (read_coap(datagram, request) != CoapReading::good || request.code == 0) return 0;
  transport.bytes = 0;
  if (!request.echo.empty()) responder.echo().take(peer, request.echo, Responder::Clock::now());
  const Asker asker(peer, request, datagram.size());
  // A request that asks for something long names it, in four bytes or more.
  const bool names = request.path.size() > 2;
  if (request.block2.value_or(0) >> 4 == 0 || !responder.respond_later_block(asker)) {
    responder.respond(asker, {.code = code,
                              .body = std::string_view(text).substr(0, names ? body_bytes : 0),
                              .format = 0,
                              .max_age = 1});
  }
  TERSE_CHECK(!names || transport.bytes <= CoapEcho::growth_max * datagram.size());
  CoapRequest read;
  if (transport.bytes > 0) {
    TERSE_CHECK(read_coap(transport.last, read) == CoapReading::good);
    TERSE_CHECK(read.message_id == request.message_id || read.message_id == 1);
  }
  return 0;
}
