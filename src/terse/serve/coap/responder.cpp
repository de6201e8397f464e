#include "terse/serve/coap/responder.h"

#include "terse/serve/coap/blocks.h"
#include "terse/serve/coap/response.h"

namespace terse::serve::coap {
namespace {

/// Longer ones are made again for each block; their entity tag tells if they changed.
constexpr std::size_t body_kept_max = 4096;

std::string name_of(const Peer& peer, std::uint64_t subject) {
  return peer.bytes().append(reinterpret_cast<const char*>(&subject), sizeof subject);
}

}  // namespace

Asker::Asker(const Peer& peer_, const CoapRequest& request, std::size_t request_bytes_)
    : peer(peer_),
      type(request.type),
      message_id(request.message_id),
      token(request.token),
      method(request.code),
      accept(request.accept),
      block1(request.block1),
      block2(request.block2),
      unwanted(request.unwanted),
      subject(request.subject()),
      request_bytes(request_bytes_) {}

void Responder::send(const Peer& peer, const CoapReply& reply) {
  datagram_.clear();
  write_coap(reply, datagram_);
  transport_.send(peer, datagram_);
}

bool Responder::is_spared(const Asker& asker, std::uint8_t code) {
  if (!is_unwanted(asker.unwanted, code)) return false;
  if (asker.type != CoapType::confirmable) return true;
  CoapReply empty;
  empty.message_id = asker.message_id;
  send(asker.peer, empty);
  return true;
}

CoapReply Responder::head(const Asker& asker, std::uint8_t code) {
  CoapReply reply;
  const bool confirmable = asker.type == CoapType::confirmable;
  reply.type = confirmable ? CoapType::acknowledgement : CoapType::non_confirmable;
  reply.code = code;
  reply.message_id = confirmable ? asker.message_id : next_id_(asker.peer);
  reply.token = asker.token;
  return reply;
}

bool Responder::fill(const Peer& peer, std::uint64_t subject, std::optional<std::uint32_t> block2,
                     std::string_view body, CoapReply& reply) {
  const auto part = cut(body, block2);
  if (!part) return false;
  reply.block2 = part->block2;
  reply.payload = part->part;
  // Of several representations a client must not put one together (section 2.4).
  if (part->part.size() < body.size()) reply.etag = static_cast<std::uint32_t>(fnv1a(body));
  const bool is_first = part->part.data() == body.data();
  if (part->more && is_first && body.size() <= body_kept_max) {
    bodies_.add(name_of(peer, subject),
                {reply.code, reply.content_format, std::make_shared<const std::string>(body)},
                Clock::now());
  }
  return true;
}

bool Responder::may_send(const Asker& asker, std::size_t bytes) const {
  return bytes <= CoapEcho::growth_max * asker.request_bytes ||
         echo_.is_proven(asker.peer, Clock::now());
}

void Responder::challenge(const Asker& asker) {
  if (is_spared(asker, coap_code(4, 1))) return;
  const CoapEcho::Value value = echo_.challenge(asker.peer, Clock::now());
  CoapReply reply = head(asker, coap_code(4, 1));
  reply.echo = value;
  send(asker.peer, reply);
}

void Responder::respond(const Asker& asker, const Response& response) {
  if (is_spared(asker, response.code)) return;
  CoapReply reply = head(asker, response.code);
  reply.content_format = response.format;
  reply.max_age = response.max_age;
  reply.observe = response.observe;
  if (response.with_block1) reply.block1 = asker.block1;
  if (!fill(asker.peer, asker.subject, asker.block2, response.body, reply)) {
    return send(asker.peer, head(asker, coap_code(4, 0)));
  }
  datagram_.clear();
  write_coap(reply, datagram_);
  if (may_send(asker, datagram_.size())) return transport_.send(asker.peer, datagram_);
  const bool asked_again = asker.method == method_get && response.code >> 5 == 2;
  if (asked_again) return challenge(asker);
  reply.payload = {};
  reply.content_format = {};
  reply.block2 = {};
  reply.etag = {};
  send(asker.peer, reply);
}

bool Responder::respond_later_block(const Asker& asker) {
  const Body* kept = bodies_.find(name_of(asker.peer, asker.subject), Clock::now());
  if (kept == nullptr) return false;
  const Body body = *kept;
  respond(asker, {.code = body.code, .body = *body.text, .format = body.format});
  return true;
}

void Responder::notify(const Peer& peer, CoapReply reply, std::string_view body,
                       std::optional<std::uint32_t> block2, std::uint64_t subject) {
  // A registration asks for the first block, or for the size of blocks alone.
  if (block2) block2 = *block2 & 7;
  if (fill(peer, subject, block2, body, reply)) send(peer, reply);
}

}  // namespace terse::serve::coap
