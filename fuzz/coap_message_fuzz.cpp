// Datagrams as requests; a reply to what was read can be read again.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "terse/base/error.h"
#include "terse/serve/coap/message.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace terse;
  terse::serve::coap::CoapRequest request;
  const terse::serve::coap::CoapReading reading =
      terse::serve::coap::read_coap({data, size}, request);
  if (reading == terse::serve::coap::CoapReading::noise) return 0;
  TERSE_CHECK(request.token.size <= 8 && request.payload.size() < size);
  if (reading == terse::serve::coap::CoapReading::malformed) return 0;
  TERSE_CHECK(request.query("d").value_or("").size() < size);
  terse::serve::coap::CoapReply reply;
  reply.code = 0x45;
  reply.message_id = request.message_id;
  reply.token = request.token;
  reply.observe = request.observe;
  reply.content_format = request.content_format;
  reply.max_age = request.accept;
  reply.block1 = request.block1;
  reply.block2 = request.block2;
  reply.echo = request.echo.first(std::min<std::size_t>(request.echo.size(), 12));
  reply.etag = request.unwanted;
  reply.payload = {reinterpret_cast<const char*>(request.payload.data()), request.payload.size()};
  std::vector<std::uint8_t> written;
  terse::serve::coap::write_coap(reply, written);
  terse::serve::coap::CoapRequest again;
  TERSE_CHECK(terse::serve::coap::read_coap(written, again) ==
              terse::serve::coap::CoapReading::good);
  TERSE_CHECK(again.message_id == request.message_id && again.block1 == request.block1);
  TERSE_CHECK(again.payload.size() == request.payload.size() && !again.bad_option);
  TERSE_CHECK(again.observe == request.observe && again.block2 == request.block2);
  TERSE_CHECK(std::ranges::equal(again.echo, reply.echo));
  return 0;
}
