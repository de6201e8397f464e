#include "terse/serve/coap/server.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstring>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <vector>

#include "terse/base/error.h"
#include "terse/serve/coap/answered_exchanges.h"
#include "terse/serve/coap/batch.h"
#include "terse/serve/coap/blocks.h"
#include "terse/serve/coap/message.h"
#include "terse/serve/coap/predictions.h"
#include "terse/serve/coap/response.h"
#include "terse/serve/coap/socket_address.h"
#include "terse/serve/core/device_name.h"
#include "terse/serve/core/payload_body.h"

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
      : registry(registry_), pipeline(pipeline_), answered(options.answers_kept_max) {}
  ~State() {
    if (network >= 0) close(network);
    if (wake >= 0) close(wake);
  }

  /// Who asked what, until it is answered.
  struct Exchange {
    SocketAddress peer;
    CoapType type;
    std::uint16_t message_id;
    CoapToken token;
    std::optional<std::uint32_t> accept;
    std::optional<std::uint32_t> block1;
    std::uint32_t unwanted;
    std::string name;
  };
  /// Where the pipeline's worker leaves answers; outlives this server if answers are still due.
  struct Mailbox {
    std::mutex mutex;
    std::vector<std::pair<std::uint64_t, core::Answer>> answers;
    int wake = -1;  ///< -1 when the server is gone
  };

  void open(const core::Address& address);
  void loop();
  bool receive();
  void take(const SocketAddress& peer, std::span<const std::uint8_t> datagram, bool whole);
  void begin(const SocketAddress& peer, const CoapRequest& request);
  /// All of the body, when its last block is there; else the peer was answered.
  bool gather(const SocketAddress& peer, const CoapRequest& request,
              std::vector<std::uint8_t>& body);
  void submit(const CoapRequest& request, std::vector<std::uint8_t> body, Exchange exchange);
  void finish_answered();
  void respond(const Exchange& exchange, const core::Answer& answer);
  void say(const SocketAddress& peer, const CoapRequest& request, std::uint8_t code,
           std::string_view text = {}, std::optional<std::uint32_t> format = {});
  /// Does what a peer that does not want to hear the response gets instead, if it does not.
  bool is_spared(const SocketAddress& peer, CoapType type, std::uint16_t message_id,
                 std::uint32_t unwanted, std::uint8_t code);
  void queue(const SocketAddress& peer, const CoapReply& reply);
  void send_queued();

  const core::ModelRegistry& registry;
  core::Pipeline& pipeline;
  AnsweredExchanges answered;
  CoapBodies bodies;
  std::unordered_map<std::uint64_t, Exchange> exchanges;
  std::unordered_map<std::string, std::uint64_t> under_way;  ///< name of an exchange -> number
  std::uint64_t next_exchange = 1;
  std::shared_ptr<Mailbox> mailbox = std::make_shared<Mailbox>();
  std::optional<CoapPredictions> predictions;
  std::vector<std::pair<SocketAddress, std::vector<std::uint8_t>>> outgoing;
  std::vector<std::array<std::uint8_t, datagram_bytes>> incoming{datagrams_max};
  int network = -1;
  int wake = -1;
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
  std::array<DatagramControl, datagrams_max> controls;
  for (std::size_t i = 0; i < outgoing.size(); ++i) {
    auto& [peer, bytes] = outgoing[i];
    parts[i] = {bytes.data(), bytes.size()};
    headers[i].msg_hdr = sending(parts[i], peer, controls[i]);
  }
  for (std::size_t sent = 0; sent < outgoing.size();) {
    const int count =
        sendmmsg(network, headers.data() + sent, static_cast<unsigned>(outgoing.size() - sent), 0);
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

void CoapServer::State::respond(const Exchange& exchange, const core::Answer& answer) {
  const CoapResponse made = coap_response(answer, exchange.accept, registry);
  if (is_spared(exchange.peer, exchange.type, exchange.message_id, exchange.unwanted, made.code)) {
    return;
  }
  CoapReply reply;
  const bool confirmable = exchange.type == CoapType::confirmable;
  reply.type = confirmable ? CoapType::acknowledgement : CoapType::non_confirmable;
  reply.code = made.code;
  reply.message_id =
      confirmable ? exchange.message_id : predictions->next_message_id(exchange.peer);
  reply.token = exchange.token;
  reply.content_format = made.format;
  if (!core::is_acknowledged(answer.verdict)) reply.max_age = 1;
  reply.block1 = exchange.block1;
  reply.payload = made.body;
  queue(exchange.peer, reply);
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
    // there is somebody (section 4.3). Nothing else is answered.
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
  if (under_way.count(name) != 0) return;
  Exchange exchange{peer,           request.type,   request.message_id, request.token,
                    request.accept, request.block1, request.unwanted,   std::move(name)};
  if (const auto before = answered.find(exchange.name, AnsweredExchanges::Clock::now())) {
    return respond(exchange, *before);
  }
  if (!can_accept(request.accept)) return say(peer, request, coap_code(4, 6));
  std::vector<std::uint8_t> body(request.payload.begin(), request.payload.end());
  if (request.block1 && !gather(peer, request, body)) return;
  try {
    submit(request, std::move(body), std::move(exchange));
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

void CoapServer::State::submit(const CoapRequest& request, std::vector<std::uint8_t> body,
                               Exchange exchange) {
  const std::string model = request.path.substr(2);
  const std::string device = request.query("d");
  std::vector<core::Uplink> uplinks;
  if (request.content_format == json_format) {
    const std::string_view text(reinterpret_cast<const char*>(body.data()), body.size());
    uplinks = core::read_payload_body(text, model, device);
  } else if (core::is_device_name(device)) {
    uplinks.resize(1);
    uplinks[0].device = device;
    uplinks[0].model = model;
    uplinks[0].payload = std::move(body);
    const std::string counter = request.query("n");
    if (!counter.empty()) uplinks[0].key = counter;
  } else {
    throw base::InputError("", "", "who sends this is not said", "add ?d=DEVICE");
  }
  const std::uint64_t number = next_exchange++;
  under_way.emplace(exchange.name, number);
  exchanges.emplace(number, std::move(exchange));
  const auto leave = [box = mailbox, number](const core::Answer& answer) {
    const std::lock_guard lock(box->mutex);
    box->answers.emplace_back(number, answer);
    if (box->wake >= 0 && box->answers.size() == 1) eventfd_write(box->wake, 1);
  };
  submit_together(pipeline, std::move(uplinks), leave);
}

void CoapServer::State::finish_answered() {
  eventfd_t count = 0;
  eventfd_read(wake, &count);
  std::vector<std::pair<std::uint64_t, core::Answer>> answers;
  {
    const std::lock_guard lock(mailbox->mutex);
    answers.swap(mailbox->answers);
  }
  const auto now = AnsweredExchanges::Clock::now();
  for (const auto& [number, answer] : answers) {
    const auto found = exchanges.find(number);
    const Exchange& exchange = found->second;
    respond(exchange, answer);
    // What was not kept may be tried again under the same message id.
    if (answer.verdict != core::Verdict::busy && answer.verdict != core::Verdict::unavailable) {
      answered.add(exchange.name, answer, now);
    }
    under_way.erase(exchange.name);
    exchanges.erase(found);
  }
  predictions->work();
  if (!outgoing.empty()) send_queued();
}

bool CoapServer::State::receive() {
  std::array<mmsghdr, datagrams_max> headers{};
  std::array<iovec, datagrams_max> parts{};
  std::array<SocketAddress, datagrams_max> peers;
  std::array<DatagramControl, datagrams_max> controls;
  for (std::size_t i = 0; i < datagrams_max; ++i) {
    parts[i] = {incoming[i].data(), incoming[i].size()};
    headers[i].msg_hdr = receiving(parts[i], peers[i], controls[i]);
  }
  const int count = recvmmsg(network, headers.data(), datagrams_max, MSG_DONTWAIT, nullptr);
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
    pollfd waiting[2] = {{network, POLLIN, 0}, {wake, POLLIN, 0}};
    // Once stopping, only answers are waited for.
    const auto wait = predictions->wait(std::chrono::milliseconds(1000));
    poll(waiting + (stopping ? 1 : 0), stopping ? 1 : 2, static_cast<int>(wait.count()));
    finish_answered();
    // Between two rounds of answers at most so many, that a flood does not keep them back.
    for (int round = 0; round < 8 && !stopping && receive(); ++round) continue;
  }
}

void CoapServer::State::open(const core::Address& address) {
  const SocketAddress bound = parse_socket_address(address, "coap");
  network = socket(bound.storage.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (network < 0 || wake < 0) throw base::JobError("cannot start CoAP");
  widen_receive_buffer(network);
  ask_for_reached_address(network);
  if (bind(network, reinterpret_cast<const sockaddr*>(&bound.storage), bound.size) != 0) {
    throw base::JobError(fmt::format("cannot listen on {}:{} for CoAP: {}", address.host,
                                     address.port, std::strerror(errno)));
  }
  port = port_of(network);
  mailbox->wake = wake;
}

CoapServer::CoapServer(const CoapOptions& options, const core::ModelRegistry& registry,
                       core::Pipeline& pipeline, store::Store* store, core::Metrics& metrics)
    : state_(std::make_unique<State>(options, registry, pipeline)) {
  State& state = *state_;
  state.open(options.address);
  state.predictions.emplace(
      CoapPredictions::Setup{registry, pipeline, store, metrics, options.predictions_readable},
      state.wake,
      [&state](const SocketAddress& peer, const CoapReply& reply) { state.queue(peer, reply); });
  state_->thread = std::thread([state = state_.get()] { state->loop(); });
}

CoapServer::~CoapServer() {
  state_->stopping = true;
  eventfd_write(state_->wake, 1);
  state_->thread.join();
  // It still writes to the eventfd, which goes with the rest.
  state_->predictions.reset();
  const std::lock_guard lock(state_->mailbox->mutex);
  state_->mailbox->wake = -1;
}

int CoapServer::port() const {
  return state_->port;
}

}  // namespace terse::serve::coap
