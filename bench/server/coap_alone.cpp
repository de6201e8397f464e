// libcoap with a handler that only says 2.04: what the server is measured against.
//   coap_alone PORT [KEY]        with a key: DTLS
#include <arpa/inet.h>
#include <coap3/coap.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>

namespace {

void handle(coap_resource_t*, coap_session_t*, const coap_pdu_t*, const coap_string_t*,
            coap_pdu_t* response) {
  coap_pdu_set_code(response, COAP_RESPONSE_CODE_CHANGED);
}

}  // namespace

int main(int count, char** values) {
  if (count < 2) return 2;
  coap_startup();
  coap_set_log_level(LOG_EMERG);
  coap_context_t* context = coap_new_context(nullptr);
  coap_address_t address;
  coap_address_init(&address);
  address.addr.sin.sin_family = AF_INET;
  address.addr.sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.addr.sin.sin_port = htons(static_cast<std::uint16_t>(std::atoi(values[1])));
  if (count > 2) {
    coap_dtls_spsk_t setup;
    std::memset(&setup, 0, sizeof setup);
    setup.version = COAP_DTLS_SPSK_SETUP_VERSION;
    setup.psk_info.key = {std::strlen(values[2]), reinterpret_cast<std::uint8_t*>(values[2])};
    coap_context_set_psk2(context, &setup);
  }
  const coap_proto_t protocol = count > 2 ? COAP_PROTO_DTLS : COAP_PROTO_UDP;
  if (coap_new_endpoint(context, &address, protocol) == nullptr) return 1;
  coap_resource_t* resource = coap_resource_unknown_init(handle);
  coap_register_request_handler(resource, COAP_REQUEST_POST, handle);
  coap_add_resource(context, resource);
  for (;;) coap_io_process(context, COAP_IO_WAIT);
}
