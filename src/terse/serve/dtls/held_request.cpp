#include "terse/serve/dtls/held_request.h"

#include "terse/serve/dtls/request.h"

namespace terse::serve::dtls {
namespace {

void add_number(coap_pdu_t* response, coap_option_num_t option, std::uint32_t number) {
  std::uint8_t bytes[4];
  coap_add_option(response, option, coap_encode_var_safe(bytes, sizeof bytes, number), bytes);
}

}  // namespace

void say_nothing(coap_pdu_t* response) {
  // An empty message of this type does not exist, and is dropped.
  coap_pdu_set_code(response, COAP_EMPTY_CODE);
  coap_pdu_set_type(response, COAP_MESSAGE_NON);
}

void write_response(const core::Answer& answer, const coap::CoapResponse& made,
                    std::span<const std::uint8_t> block, coap_pdu_t* response) {
  coap_pdu_set_code(response, static_cast<coap_pdu_code_t>(made.code));
  add_number(response, COAP_OPTION_CONTENT_FORMAT, made.format);
  if (!core::is_acknowledged(answer.verdict)) add_number(response, COAP_OPTION_MAXAGE, 1);
  if (!block.empty()) coap_add_option(response, COAP_OPTION_BLOCK1, block.size(), block.data());
  coap_add_data(response, made.body.size(),
                reinterpret_cast<const std::uint8_t*>(made.body.data()));
}

HeldRequest::HeldRequest(coap_session_t* session, const coap_pdu_t* request)
    : session_(coap_session_reference(session)),
      confirmable_(coap_pdu_get_type(request) == COAP_MESSAGE_CON),
      message_id_(coap_pdu_get_mid(request)),
      block_(option_bytes(request, COAP_OPTION_BLOCK1)),
      accepted_(accepted_format(request)),
      unwanted_(number_option(request, COAP_OPTION_NORESPONSE).value_or(0)) {
  const coap_bin_const_t token = coap_pdu_get_token(request);
  token_.assign(token.s, token.s + token.length);
}

HeldRequest::Pdu HeldRequest::new_response() const {
  const coap_pdu_type_t type = confirmable_ ? COAP_MESSAGE_ACK : COAP_MESSAGE_NON;
  const coap_mid_t id = confirmable_ ? message_id_ : coap_new_message_id(session_.get());
  return {coap_pdu_init(type, COAP_EMPTY_CODE, static_cast<std::uint16_t>(id),
                        coap_session_max_pdu_size(session_.get())),
          coap_delete_pdu};
}

void HeldRequest::send(const core::Answer& answer, const coap::CoapResponse& made) const {
  // libcoap would begin a handshake of its own with a peer that has said goodbye.
  if (coap_session_get_state(session_.get()) != COAP_SESSION_STATE_ESTABLISHED) return;
  const bool unwanted = coap::is_unwanted(unwanted_, made.code);
  if (unwanted && !confirmable_) return;
  Pdu response = new_response();
  if (response == nullptr) return;
  if (!unwanted) {
    coap_add_token(response.get(), token_.size(), token_.data());
    write_response(answer, made, block_, response.get());
  }
  coap_send(session_.get(), response.release());
}

}  // namespace terse::serve::dtls
