// A request over DTLS that is answered later, in its own acknowledgement: two datagrams, where
// libcoap would send an empty acknowledgement at once and a separate response after it, which the
// device would have to receive and acknowledge as well.
#pragma once

#include <coap3/coap.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "terse/serve/coap/response.h"
#include "terse/serve/core/uplink.h"

namespace terse::serve::dtls {

/// In a handler: libcoap sends nothing. response: what the handler was given.
void say_nothing(coap_pdu_t* response);

/// Writes code, options and body of the answer. block: the Block1 option of the request's last
/// block, repeated as RFC 7959, section 2.3, has it; empty if it came in one piece.
void write_response(const core::Answer& answer, const coap::CoapResponse& made,
                    std::span<const std::uint8_t> block, coap_pdu_t* response);

/// For libcoap's thread. Keeps the session until it is gone.
class HeldRequest {
 public:
  HeldRequest(coap_session_t* session, const coap_pdu_t* request);

  std::optional<std::uint32_t> accepted() const noexcept { return accepted_; }
  /// Piggy-backed on the acknowledgement of a confirmable request (RFC 7252, section 5.2.1), else
  /// non-confirmable. Classes of responses that the device does not want to hear (No-Response, RFC
  /// 7967) are left out. A session that has ended sends nothing.
  void send(const core::Answer& answer, const coap::CoapResponse& made) const;

 private:
  struct ReleaseSession {
    void operator()(coap_session_t* session) const { coap_session_release(session); }
  };
  using Pdu = std::unique_ptr<coap_pdu_t, decltype(&coap_delete_pdu)>;
  Pdu new_response() const;

  std::unique_ptr<coap_session_t, ReleaseSession> session_;
  bool confirmable_;
  coap_mid_t message_id_;
  std::vector<std::uint8_t> token_;
  std::vector<std::uint8_t> block_;
  std::optional<std::uint32_t> accepted_;
  std::uint32_t unwanted_;
};

}  // namespace terse::serve::dtls
