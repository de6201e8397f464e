#include "terse/serve/coap/server.h"

#include <poll.h>

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#include "terse/base/error.h"
#include "terse/serve/coap/blocks.h"
#include "terse/serve/coap/exchanges.h"
#include "terse/serve/coap/message.h"
#include "terse/serve/coap/payload_request.h"
#include "terse/serve/coap/responder.h"
#include "terse/serve/coap/response.h"
#include "terse/serve/core/wakeup.h"

namespace terse::serve::coap {
namespace {

/// About what an answer as JSON or CBOR needs, whose length is not known before.
constexpr std::size_t structured_bytes = 512;

core::Sender sender_of(const Peer& peer) {
  if (peer.device != nullptr) return {.name = *peer.device, .proof = core::Proof::device};
  return {.name = peer.address.text()};
}

}  // namespace

struct CoapServer::State {
  using Clock = Transport::Clock;

  State(std::unique_ptr<Transport> transport_, const CoapOptions& options,
        const core::ModelRegistry& registry_, core::Pipeline& pipeline, store::Store* store,
        const CoapCounters& counters)
      : registry(registry_),
        transport(std::move(transport_)),
        exchanges(pipeline, wakeup, options.answers_kept_max),
        responder(*transport,
                  [this](const Peer& peer) { return predictions.next_message_id(peer); }),
        predictions({.registry = registry,
                     .pipeline = pipeline,
                     .store = store,
                     .counters = counters,
                     .reading = options.reading,
                     .heartbeats = options.heartbeats},
                    wakeup, responder) {}

  void loop();
  int wait_ms() const;
  void take(const Peer& peer, std::span<const std::uint8_t> message, bool whole);
  void take_request(const Asker& asker, const CoapRequest& request);
  void begin(const Asker& asker, const CoapRequest& request);
  /// The whole body, once its last block is there; else the peer was answered.
  bool gather(const Asker& asker, const CoapRequest& request, std::vector<std::uint8_t>& body);
  /// Whether the answer may be longer than what may go to an address that is not proven.
  bool may_grow(const Asker& asker) const;
  void finish_answered();
  void respond(const Asker& asker, const core::Answer& answer);
  void say(const Asker& asker, std::uint8_t code, std::string_view text = {},
           std::optional<std::uint32_t> format = {});

  const core::ModelRegistry& registry;
  const std::shared_ptr<core::Wakeup> wakeup = std::make_shared<core::Wakeup>();
  std::unique_ptr<Transport> transport;
  CoapBodies bodies;
  Exchanges<Asker> exchanges;
  Responder responder;
  CoapPredictions predictions;
  std::atomic<bool> stopping{false};
  std::thread thread;
};

void CoapServer::State::say(const Asker& asker, std::uint8_t code, std::string_view text,
                            std::optional<std::uint32_t> format) {
  const bool goes_on = code == coap_code(2, 31);
  Response response{.code = code, .body = text, .format = format, .with_block1 = goes_on};
  if (!goes_on || asker.unwanted == 0) return responder.respond(asker, response);
  // Without 2.31 a body in blocks would end.
  Asker hearing = asker;
  hearing.unwanted = 0;
  responder.respond(hearing, response);
}

void CoapServer::State::respond(const Asker& asker, const core::Answer& answer) {
  const CoapResponse made = coap_response(answer, asker.accept, registry);
  Response response{.code = made.code, .body = made.body, .format = made.format};
  if (!core::is_acknowledged(answer.verdict)) response.max_age = 1;
  responder.respond(asker, response);
}

void CoapServer::State::take(const Peer& peer, std::span<const std::uint8_t> message, bool whole) {
  CoapRequest request;
  const CoapReading reading = read_coap(message, request);
  if (reading == CoapReading::noise) return;
  const bool confirmable = request.type == CoapType::confirmable;
  const bool is_request = request.code >= method_get && request.code < 32 &&
                          (confirmable || request.type == CoapType::non_confirmable);
  if (reading == CoapReading::good && request.code == 0 && !confirmable) {
    return predictions.take_empty(peer, request.type, request.message_id);
  }
  // A message that asks for no acknowledgement is passed over if it has an option that must be
  // understood and is not (section 5.4.1).
  const bool unheard = request.bad_option && !request.proxy && !confirmable;
  if (reading == CoapReading::malformed || !is_request || unheard) {
    // A reset says "not understood", and answers the empty message by which a peer asks whether
    // anybody is there (section 4.3). Nothing else is answered.
    if (!confirmable) return;
    CoapReply reset;
    reset.type = CoapType::reset;
    reset.message_id = request.message_id;
    return responder.send(peer, reset);
  }
  if (!request.echo.empty()) responder.echo().take(peer, request.echo, Clock::now());
  const Asker asker(peer, request, message.size());
  if (!whole) return say(asker, coap_code(4, 13));
  take_request(asker, request);
}

void CoapServer::State::take_request(const Asker& asker, const CoapRequest& request) {
  if (request.proxy) return say(asker, coap_code(5, 5));
  if (request.bad_option) return say(asker, coap_code(4, 2));
  const bool later = request.block2.value_or(0) >> 4 != 0;
  if (later && responder.respond_later_block(asker)) return;
  const bool reads = request.code == method_get;
  if (request.path == ".well-known/core" && reads) {
    return say(asker, coap_code(2, 5), coap_links(registry), link_format);
  }
  const bool without_path = request.path.empty();
  if (!without_path && !CoapPredictions::is_resource(request.path)) {
    return say(asker, coap_code(4, 4));
  }
  if (reads && !without_path) return predictions.answer(asker, request);
  const bool writes = request.code == method_post || request.code == method_put;
  if (!writes || request.path.starts_with("d/")) return say(asker, coap_code(4, 5));
  if (later) return say(asker, coap_code(4, 8));
  // Who sends is not said, so it has to be proven; which model it is, says the message's tag.
  if (without_path && asker.peer.device == nullptr) {
    return say(asker, coap_code(4, 1), "a request without a path needs DTLS and a proven name",
               text_format);
  }
  begin(asker, request);
}

bool CoapServer::State::may_grow(const Asker& asker) const {
  if (asker.accept.value_or(text_format) == text_format) return false;
  std::size_t expected = structured_bytes;
  if (const auto block = read_block(asker.block2.value_or(6))) {
    expected = std::min<std::size_t>(expected, 32 + block->bytes);
  }
  return !responder.may_send(asker, expected);
}

void CoapServer::State::begin(const Asker& asker, const CoapRequest& request) {
  const auto token = request.token.view();
  std::string name = asker.peer.bytes();
  name.append({static_cast<char>(request.message_id >> 8), static_cast<char>(request.message_id)});
  name.append(token.begin(), token.end());
  if (exchanges.is_under_way(name)) return;
  if (const core::Answer* before = exchanges.answer_of(name)) return respond(asker, *before);
  if (!can_accept(request.accept)) return say(asker, coap_code(4, 6));
  // Before the message is kept: it will come again, under another message id.
  if (may_grow(asker)) return responder.challenge(asker);
  std::vector<std::uint8_t> body(request.payload.begin(), request.payload.end());
  if (request.block1 && !gather(asker, request, body)) return;
  const auto& proven = asker.peer.device;
  try {
    exchanges.begin(
        std::move(name), asker,
        read_uplinks({.model = request.path.empty() ? "" : request.path.substr(2),
                      .device = request.query("d").value_or(proven == nullptr ? "" : *proven),
                      .counter = request.query("n"),
                      .key = request.query("k"),
                      .measured = request.query("t"),
                      .restarted = std::ranges::count(request.queries, "reset") > 0,
                      .sender = sender_of(asker.peer),
                      .content_format = request.content_format,
                      .body = std::move(body)}));
  } catch (const base::InputError& error) {
    say(asker, coap_code(4, 0), error.what(), text_format);
  }
}

bool CoapServer::State::gather(const Asker& asker, const CoapRequest& request,
                               std::vector<std::uint8_t>& body) {
  using Added = CoapBodies::Added;
  std::string name = asker.peer.bytes() + request.path;
  for (const std::string& query : request.queries) name += '&' + query;
  const auto block = read_block(*request.block1);
  const Added added =
      !block ? Added::malformed : bodies.add(name, *block, request.payload, Clock::now(), body);
  switch (added) {
    case Added::whole:
      return true;
    case Added::more:
      say(asker, coap_code(2, 31));
      break;
    case Added::incomplete:
      say(asker, coap_code(4, 8));
      break;
    case Added::too_large:
      say(asker, coap_code(4, 13));
      break;
    case Added::malformed:
      say(asker, coap_code(4, 0));
      break;
  }
  return false;
}

void CoapServer::State::finish_answered() {
  wakeup->clear();
  exchanges.finish(
      [this](const Asker& asker, const core::Answer& given) { respond(asker, given); });
  predictions.work();
}

int CoapServer::State::wait_ms() const {
  auto until = Clock::now() + std::chrono::seconds(1);
  for (const auto due : {predictions.next_due(), transport->next_due()}) {
    if (due) until = std::min(until, *due);
  }
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
  return static_cast<int>(std::max<std::int64_t>(left, 0));
}

void CoapServer::State::loop() {
  const auto taking = [this](const Peer& peer, std::span<const std::uint8_t> message, bool whole) {
    take(peer, message, whole);
  };
  while (!stopping || !exchanges.empty()) {
    pollfd waiting[2] = {{transport->descriptor(), POLLIN, 0}, {wakeup->descriptor(), POLLIN, 0}};
    // Once stopping, only answers are waited for.
    poll(waiting + (stopping ? 1 : 0), stopping ? 1 : 2, wait_ms());
    finish_answered();
    transport->flush();
    // At most this many between two rounds of answers, so that a flood does not hold them up.
    for (int round = 0; round < 8 && !stopping; ++round) {
      const bool more = transport->receive(taking);
      exchanges.submit();
      transport->flush();
      if (!more) break;
    }
    transport->work(Clock::now());
    for (const Peer& gone : transport->take_gone()) predictions.forget(gone);
  }
  transport->flush();
}

CoapServer::CoapServer(std::unique_ptr<Transport> transport, const CoapOptions& options,
                       const core::ModelRegistry& registry, core::Pipeline& pipeline,
                       store::Store* store, const CoapCounters& counters)
    : state_(std::make_unique<State>(std::move(transport), options, registry, pipeline, store,
                                     counters)) {
  if (state_->wakeup->descriptor() < 0) throw base::JobError("cannot start CoAP");
  state_->thread = std::thread([state = state_.get()] { state->loop(); });
}

CoapServer::~CoapServer() {
  state_->stopping = true;
  state_->wakeup->call();
  state_->thread.join();
}

int CoapServer::port() const {
  return state_->transport->port();
}

void CoapServer::reload() {
  state_->transport->reload();
  state_->wakeup->call();
}

}  // namespace terse::serve::coap
