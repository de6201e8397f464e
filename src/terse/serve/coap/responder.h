// Responses of CoAP on their way to whoever asked: whole or in blocks, heard or unwanted, and never
// much longer than the request where the address is not proven.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "terse/serve/coap/echo.h"
#include "terse/serve/coap/message.h"
#include "terse/serve/coap/recent.h"
#include "terse/serve/coap/transport.h"

namespace terse::serve::coap {

/// A request, as far as its response needs it.
struct Asker {
  Asker(const Peer& peer, const CoapRequest& request, std::size_t request_bytes);

  Peer peer;
  CoapType type;
  std::uint16_t message_id;
  CoapToken token;
  std::uint8_t method;
  std::optional<std::uint32_t> accept;
  std::optional<std::uint32_t> block1;
  std::optional<std::uint32_t> block2;
  std::uint32_t unwanted;
  std::uint64_t subject;      ///< CoapRequest::subject()
  std::size_t request_bytes;  ///< of the datagram
};

struct Response {
  std::uint8_t code = 0;
  std::string_view body = {};
  std::optional<std::uint32_t> format = {};
  std::optional<std::uint32_t> max_age = {};  ///< seconds
  std::optional<std::uint32_t> observe = {};
  bool with_block1 = true;  ///< the Block1 option of the request is repeated (RFC 7959, 2.3)
};

/// For one thread.
class Responder {
 public:
  using Clock = std::chrono::steady_clock;
  using NextMessageId = std::function<std::uint16_t(const Peer&)>;

  /// transport must outlive it. next_id: for what is not an acknowledgement.
  Responder(Transport& transport, NextMessageId next_id)
      : transport_(transport), next_id_(std::move(next_id)) {}

  /// In the acknowledgement of a confirmable request (RFC 7252, section 5.2.1), else
  /// non-confirmable; an empty one, or none, where the response is not wanted (RFC 7967). What is
  /// longer than CoapEcho::growth_max times the request goes only to a proven address: else a GET
  /// is challenged, and errors and answers to other requests lose their body.
  void respond(const Asker& asker, const Response& response);
  /// 4.01 with an Echo option: the request is to be repeated with it (RFC 9175, section 2.3).
  void challenge(const Asker& asker);
  /// Whether a response of this size may go there.
  bool may_send(const Asker& asker, std::size_t bytes) const;
  /// A later block of a response that was begun; false if nothing is known of it.
  bool respond_later_block(const Asker& asker);
  /// A notification, or the first block of one. subject: of the registration.
  void notify(const Peer& peer, CoapReply reply, std::string_view body,
              std::optional<std::uint32_t> block2, std::uint64_t subject);
  /// A message without a body, as it is.
  void send(const Peer& peer, const CoapReply& reply);

  CoapEcho& echo() noexcept { return echo_; }

 private:
  struct Body {
    std::uint8_t code;
    std::optional<std::uint32_t> format;
    std::shared_ptr<const std::string> text;
  };
  /// For a peer that does not want to hear the response: sends what it gets instead.
  bool is_spared(const Asker& asker, std::uint8_t code);
  CoapReply head(const Asker& asker, std::uint8_t code);
  /// Puts the body, or its block, into the reply; false if there is no such block.
  bool fill(const Peer& peer, std::uint64_t subject, std::optional<std::uint32_t> block2,
            std::string_view body, CoapReply& reply);

  Transport& transport_;
  NextMessageId next_id_;
  CoapEcho echo_;
  Recent<Body> bodies_{2000};  ///< whose first block was sent, by peer and subject
  std::vector<std::uint8_t> datagram_;
};

}  // namespace terse::serve::coap
