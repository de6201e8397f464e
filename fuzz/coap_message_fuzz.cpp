// Datagrams as requests; a reply to what was read can be read again.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "terse/error.h"
#include "terse/serve/coap_message.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace terse;
  serve::CoapRequest request;
  const serve::CoapReading reading = serve::read_coap({data, size}, request);
  if (reading == serve::CoapReading::noise) return 0;
  TERSE_CHECK(request.token.size <= 8 && request.payload.size() < size);
  if (reading == serve::CoapReading::malformed) return 0;
  TERSE_CHECK(request.query("d").size() < size);
  serve::CoapReply reply;
  reply.code = 0x45;
  reply.message_id = request.message_id;
  reply.token = request.token;
  reply.observe = request.observe;
  reply.content_format = request.content_format;
  reply.max_age = request.accept;
  reply.block1 = request.block1;
  reply.payload = {reinterpret_cast<const char*>(request.payload.data()), request.payload.size()};
  std::vector<std::uint8_t> written;
  serve::write_coap(reply, written);
  serve::CoapRequest again;
  TERSE_CHECK(serve::read_coap(written, again) == serve::CoapReading::good);
  TERSE_CHECK(again.message_id == request.message_id && again.block1 == request.block1);
  TERSE_CHECK(again.payload.size() == request.payload.size() && !again.bad_option);
  TERSE_CHECK(again.observe == request.observe);
  return 0;
}
