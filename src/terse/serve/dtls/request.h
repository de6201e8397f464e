// Readers of libcoap's requests.
#pragma once

#include <coap3/coap.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace terse::serve::dtls {

/// Without the first '/'.
std::string path_of(const coap_pdu_t* request);
/// The part of the query that begins with `name` and '=', or nothing.
std::string query_value(const coap_pdu_t* request, std::string_view name);
/// Nothing if it is not there.
std::optional<std::uint32_t> number_option(const coap_pdu_t* request, coap_option_num_t number);
/// Empty if it is not there.
std::vector<std::uint8_t> option_bytes(const coap_pdu_t* request, coap_option_num_t number);
/// The Accept option.
std::optional<std::uint32_t> accepted_format(const coap_pdu_t* request);
/// The Content-Format option.
std::optional<std::uint32_t> content_format(const coap_pdu_t* request);
/// Peer, message id and token.
std::string exchange_name(coap_session_t* session, const coap_pdu_t* request);
/// All blocks of it.
std::vector<std::uint8_t> body_of(const coap_pdu_t* request);
/// The name that a peer has proven: the identity of its pre-shared key, or the common name of its
/// verified certificate. Empty for one that has proven nothing.
std::string proven_name(const coap_session_t* session);

}  // namespace terse::serve::dtls
