#include "terse/serve/coap/server.h"

#include <fmt/core.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstring>
#include <thread>
#include <vector>

#include "terse/base/error.h"
#include "terse/serve/coap/blocks.h"
#include "terse/serve/coap/exchanges.h"
#include "terse/serve/coap/message.h"
#include "terse/serve/coap/payload_request.h"
#include "terse/serve/coap/predictions.h"
#include "terse/serve/coap/response.h"
#include "terse/serve/coap/socket_address.h"
#include "terse/serve/core/wakeup.h"

namespace terse::serve::coap {
namespace {

constexpr std::size_t datagrams_max = 64;     ///< in one system call
constexpr std::size_t datagram_bytes = 1472;  ///< a frame of Ethernet, IPv4
constexpr std::uint8_t method_get = 1;
constexpr std::uint8_t method_post = 2;
constexpr std::uint8_t method_put = 3;

}  // namespace

struct CoapServer::State {
  State(const CoapOptions& options, const core::ModelRegistry& registry_, core::Pipeline& pipeline_)
      : registry(registry_), exchanges(pipeline_, wakeup, options.answers_kept_max) {}
  ~State() {
    if (udp_socket >= 0) close(udp_socket);
  }

  /// The peer to answer, and how.
  struct Asker {
    SocketAddress peer;
    CoapType type;
    std::uint16_t message_id;
    CoapToken token;
    std::optional<std::uint32_t> accept;
    std::optional<std::uint32_t> block1;
    std::uint32_t unwanted;
  };

  void open(const core::Address& address);
  void loop();
  bool receive();
  void take(const SocketAddress& peer, std::span<const std::uint8_t> datagram, bool whole);
  void begin(const SocketAddress& peer, const CoapRequest& request);
  /// The whole body, once its last block is there; else the peer was answered.
  bool gather(const SocketAddress& peer, const CoapRequest& request,
              std::vector<std::uint8_t>& body);
  void finish_answered();
  void respond(const Asker& asker, const core::Answer& answer);
  void say(const SocketAddress& peer, const CoapRequest& request, std::uint8_t code,
           std::string_view text = {}, std::optional<std::uint32_t> format = {});
  /// For a peer that does not want to hear the response: sends what it gets instead.
  bool is_spared(const SocketAddress& peer, CoapType type, std::uint16_t message_id,
                 std::uint32_t unwanted, std::uint8_t code);
  void queue(const SocketAddress& peer, const CoapReply& reply);
  void send_queued();

  const core::ModelRegistry& registry;
  const std::shared_ptr<core::Wakeup> wakeup = std::make_shared<core::Wakeup>();
  CoapBodies bodies;
  Exchanges<Asker> exchanges;
  std::optional<CoapPredictions> predictions;
  std::vector<std::pair<SocketAddress, std::vector<std::uint8_t>>> outgoing;
  std::vector<std::array<std::uint8_t, datagram_bytes>> incoming{datagrams_max};
  int udp_socket = -1;
  int port = 0;
  std::atomic<bool> stopping{false};
  std::thread thread;
};

void CoapServer::State::queue(const SocketAddress& peer, const CoapReply& reply) {
  outgoing.emplace_back(peer, std::vector<std::uint8_t>());
  write_coap(reply, outgoing.back().second);
  if (outgoing.size() >= datagrams_max) send_queued();
}

void CoapServer::State::send_queued() {
  std::array<mmsghdr, datagrams_max> headers{};
  std::array<iovec, datagrams_max> parts{};
  std::array<AncillaryData, datagrams_max> ancillary;
  for (std::size_t i = 0; i < outgoing.size(); ++i) {
    auto& [peer, bytes] = outgoing[i];
    parts[i] = {bytes.data(), bytes.size()};
    headers[i].msg_hdr = sending(parts[i], peer, ancillary[i]);
  }
  for (std::size_t sent = 0; sent < outgoing.size();) {
    const int count = sendmmsg(udp_socket, headers.data() + sent,
                               static_cast<unsigned>(outgoing.size() - sent), 0);
    // One that cannot be sent is lost like any datagram: the device asks again.
    sent += count > 0 ? static_cast<std::size_t>(count) : 1;
  }
  outgoing.clear();
}

bool CoapServer::State::is_spared(const SocketAddress& peer, CoapType type,
                                  std::uint16_t message_id, std::uint32_t unwanted,
                                  std::uint8_t code) {
  if (!is_unwanted(unwanted, code)) return false;
  if (type != CoapType::confirmable) return true;
  CoapReply empty;
  empty.type = CoapType::acknowledgement;
  empty.message_id = message_id;
  queue(peer, empty);
  return true;
}

void CoapServer::State::say(const SocketAddress& peer, const CoapRequest& request,
                            std::uint8_t response, std::string_view text,
                            std::optional<std::uint32_t> format) {
  // Without 2.31 a body in blocks would end.
  const std::uint32_t unwanted = response == coap_code(2, 31) ? 0 : request.unwanted;
  if (is_spared(peer, request.type, request.message_id, unwanted, response)) return;
  CoapReply reply;
  const bool confirmable = request.type == CoapType::confirmable;
  reply.type = confirmable ? CoapType::acknowledgement : CoapType::non_confirmable;
  reply.code = response;
  reply.message_id = confirmable ? request.message_id : predictions->next_message_id(peer);
  reply.token = request.token;
  reply.content_format = format;
  if (response == coap_code(2, 31)) reply.block1 = request.block1;
  reply.payload = text;
  queue(peer, reply);
}

void CoapServer::State::respond(const Asker& asker, const core::Answer& answer) {
  const CoapResponse made = coap_response(answer, asker.accept, registry);
  if (is_spared(asker.peer, asker.type, asker.message_id, asker.unwanted, made.code)) return;
  CoapReply reply;
  const bool confirmable = asker.type == CoapType::confirmable;
  reply.type = confirmable ? CoapType::acknowledgement : CoapType::non_confirmable;
  reply.code = made.code;
  reply.message_id = confirmable ? asker.message_id : predictions->next_message_id(asker.peer);
  reply.token = asker.token;
  reply.content_format = made.format;
  if (!core::is_acknowledged(answer.verdict)) reply.max_age = 1;
  reply.block1 = asker.block1;
  reply.payload = made.body;
  queue(asker.peer, reply);
}

void CoapServer::State::take(const SocketAddress& peer, std::span<const std::uint8_t> datagram,
                             bool whole) {
  CoapRequest request;
  const CoapReading reading = read_coap(datagram, request);
  if (reading == CoapReading::noise) return;
  const bool confirmable = request.type == CoapType::confirmable;
  const bool is_request = request.code >= method_get && request.code < 32 &&
                          (confirmable || request.type == CoapType::non_confirmable);
  if (reading == CoapReading::good && request.code == 0 && !confirmable) {
    return predictions->take_empty(peer, request.type, request.message_id);
  }
  if (reading == CoapReading::malformed || !is_request) {
    // A reset says "not understood", and answers the empty message by which a peer asks whether
    // anybody is there (section 4.3). Nothing else is answered.
    if (!confirmable) return;
    CoapReply reset;
    reset.type = CoapType::reset;
    reset.message_id = request.message_id;
    return queue(peer, reset);
  }
  if (!whole) return say(peer, request, coap_code(4, 13));
  if (request.proxy) return say(peer, request, coap_code(5, 5));
  if (request.bad_option) return say(peer, request, coap_code(4, 2));
  if (request.path == ".well-known/core" && request.code == method_get) {
    return say(peer, request, coap_code(2, 5), coap_links(registry), link_format);
  }
  if (!CoapPredictions::is_resource(request.path)) return say(peer, request, coap_code(4, 4));
  if (request.code == method_get) return predictions->answer(peer, request);
  const bool writes = request.code == method_post || request.code == method_put;
  if (!writes || request.path.starts_with("d/")) return say(peer, request, coap_code(4, 5));
  begin(peer, request);
}

void CoapServer::State::begin(const SocketAddress& peer, const CoapRequest& request) {
  const auto token = request.token.view();
  std::string name = peer.bytes();
  name.append({static_cast<char>(request.message_id >> 8), static_cast<char>(request.message_id)});
  name.append(token.begin(), token.end());
  if (exchanges.is_under_way(name)) return;
  const Asker asker{peer,           request.type,   request.message_id, request.token,
                    request.accept, request.block1, request.unwanted};
  if (const auto before = exchanges.answer_of(name)) return respond(asker, *before);
  if (!can_accept(request.accept)) return say(peer, request, coap_code(4, 6));
  std::vector<std::uint8_t> body(request.payload.begin(), request.payload.end());
  if (request.block1 && !gather(peer, request, body)) return;
  try {
    exchanges.begin(std::move(name), asker,
                    read_uplinks({.model = request.path.substr(2),
                                  .device = request.query("d"),
                                  .counter = request.query("n"),
                                  .content_format = request.content_format,
                                  .body = std::move(body)}));
    exchanges.submit();
  } catch (const base::InputError& error) {
    say(peer, request, coap_code(4, 0), error.what(), text_format);
  }
}

bool CoapServer::State::gather(const SocketAddress& peer, const CoapRequest& request,
                               std::vector<std::uint8_t>& body) {
  using Added = CoapBodies::Added;
  std::string name = peer.bytes() + request.path;
  for (const std::string& query : request.queries) name += '&' + query;
  const auto block = read_block(*request.block1);
  const Added added =
      !block ? Added::malformed
             : bodies.add(name, *block, request.payload, CoapBodies::Clock::now(), body);
  switch (added) {
    case Added::whole:
      return true;
    case Added::more:
      say(peer, request, coap_code(2, 31));
      break;
    case Added::incomplete:
      say(peer, request, coap_code(4, 8));
      break;
    case Added::too_large:
      say(peer, request, coap_code(4, 13));
      break;
    case Added::malformed:
      say(peer, request, coap_code(4, 0));
      break;
  }
  return false;
}

void CoapServer::State::finish_answered() {
  wakeup->clear();
  exchanges.finish(
      [this](const Asker& asker, const core::Answer& given) { respond(asker, given); });
  predictions->work();
  if (!outgoing.empty()) send_queued();
}

bool CoapServer::State::receive() {
  std::array<mmsghdr, datagrams_max> headers{};
  std::array<iovec, datagrams_max> parts{};
  std::array<SocketAddress, datagrams_max> peers;
  std::array<AncillaryData, datagrams_max> ancillary;
  for (std::size_t i = 0; i < datagrams_max; ++i) {
    parts[i] = {incoming[i].data(), incoming[i].size()};
    headers[i].msg_hdr = receiving(parts[i], peers[i], ancillary[i]);
  }
  const int count = recvmmsg(udp_socket, headers.data(), datagrams_max, MSG_DONTWAIT, nullptr);
  if (count <= 0) return false;
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
    finish_receiving(headers[i].msg_hdr, peers[i]);
    take(peers[i], std::span(incoming[i]).first(headers[i].msg_len),
         (headers[i].msg_hdr.msg_flags & MSG_TRUNC) == 0);
  }
  if (!outgoing.empty()) send_queued();
  return static_cast<std::size_t>(count) == datagrams_max;
}

void CoapServer::State::loop() {
  while (!stopping || !exchanges.empty()) {
    pollfd waiting[2] = {{udp_socket, POLLIN, 0}, {wakeup->descriptor(), POLLIN, 0}};
    // Once stopping, only answers are waited for.
    const auto wait = predictions->wait(std::chrono::milliseconds(1000));
    poll(waiting + (stopping ? 1 : 0), stopping ? 1 : 2, static_cast<int>(wait.count()));
    finish_answered();
    // At most this many between two rounds of answers, so that a flood does not hold them up.
    for (int round = 0; round < 8 && !stopping && receive(); ++round) continue;
  }
}

void CoapServer::State::open(const core::Address& address) {
  const SocketAddress bound = parse_socket_address(address, "coap");
  udp_socket = socket(bound.storage.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (udp_socket < 0 || wakeup->descriptor() < 0) throw base::JobError("cannot start CoAP");
  widen_receive_buffer(udp_socket);
  ask_for_reached_address(udp_socket);
  if (bind(udp_socket, reinterpret_cast<const sockaddr*>(&bound.storage), bound.size) != 0) {
    throw base::JobError(fmt::format("cannot listen on {}:{} for CoAP: {}", address.host,
                                     address.port, std::strerror(errno)));
  }
  port = port_of(udp_socket);
}

CoapServer::CoapServer(const CoapOptions& options, const core::ModelRegistry& registry,
                       core::Pipeline& pipeline, store::Store* store, const CoapCounters& counters)
    : state_(std::make_unique<State>(options, registry, pipeline)) {
  State& state = *state_;
  state.open(options.address);
  state.predictions.emplace(
      CoapPredictions::Setup{registry, pipeline, store, counters, options.predictions_readable},
      state.wakeup,
      [&state](const SocketAddress& peer, const CoapReply& reply) { state.queue(peer, reply); });
  state_->thread = std::thread([state = state_.get()] { state->loop(); });
}

CoapServer::~CoapServer() {
  state_->stopping = true;
  state_->wakeup->call();
  state_->thread.join();
}

int CoapServer::port() const {
  return state_->port;
}

}  // namespace terse::serve::coap
