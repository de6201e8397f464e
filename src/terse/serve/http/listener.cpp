#include "terse/serve/http/listener.h"

#include <fmt/core.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <thread>
#include <utility>
#include <vector>

#include "terse/base/error.h"
#include "terse/serve/http/connection.h"
#include "terse/serve/http/stream.h"

namespace terse::serve::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Fault = boost::system::error_code;

constexpr std::chrono::milliseconds tick_pause{50};

[[noreturn]] void refuse(const core::Address& address) {
  throw base::JobError(
      fmt::format("cannot listen on {}:{} for HTTP: it is in use, or not an address of "
                  "this machine",
                  address.host, address.port));
}

std::vector<tcp::endpoint> resolve(const core::Address& address) {
  asio::io_context io;
  tcp::resolver resolver(io);
  Fault fault;
  const auto found =
      resolver.resolve(address.host, std::to_string(address.port), tcp::resolver::passive, fault);
  std::vector<tcp::endpoint> endpoints;
  for (const auto& each : found) endpoints.push_back(each.endpoint());
  if (fault || endpoints.empty()) refuse(address);
  return endpoints;
}

/// "192.0.2.1", also of a peer that came to an IPv6 socket.
std::string address_of(const tcp::socket& socket) {
  Fault fault;
  const tcp::endpoint endpoint = socket.remote_endpoint(fault);
  if (fault) return "";
  const auto address = endpoint.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
  }
  return address.to_string();
}

}  // namespace

struct Listener::State {
  State(TlsFiles tls_files, const HttpLimits& limits, Receive receive)
      : files(std::move(tls_files)),
        all{.limits = limits, .receive = std::move(receive), .ended = {}, .free_bodies = {}},
        acceptor(io),
        timer(io) {
    all.ended = [this](Connection& connection) { forget(connection); };
    all.free_bodies = [this](std::size_t bytes) { free_bodies(bytes); };
    renew_tls();
  }

  void renew_tls();
  bool bind(const tcp::endpoint& endpoint);
  void accept();
  void accepted(tcp::socket socket);
  void send_away(tcp::socket socket) const;
  void serve_queue();
  void begin(tcp::socket socket);
  void forget(Connection& connection);
  /// Hangs up on those that let wait longest until `wanted` is won.
  template <class Won>
  void make_room(std::size_t wanted, Won won);
  void free_bodies(std::size_t bytes);
  void tick();
  void stop();

  TlsFiles files;
  Connections all;
  asio::io_context io{1};
  tcp::acceptor acceptor;
  asio::steady_timer timer;
  TlsContext tls;
  std::vector<std::shared_ptr<Connection>> served;
  std::deque<tcp::socket> queued;
  std::optional<Clock::time_point> full_since;  ///< the queue; nobody is accepted then
  bool is_accepting = false;
  bool is_ticking = false;
  std::thread thread;
};

void Listener::State::renew_tls() {
  if (files.certificate.empty()) return;
  TlsContext made = make_tls_context(files.certificate, files.private_key);
  asio::post(io, [this, made = std::move(made)] { tls = made; });
}

bool Listener::State::bind(const tcp::endpoint& endpoint) {
  Fault fault;
  const auto step = [&](auto function) {
    if (!fault) function();
  };
  acceptor.close(fault);
  step([&] { acceptor.open(endpoint.protocol(), fault); });
  // Nothing more: a second server must not share the port unnoticed.
  step([&] { acceptor.set_option(tcp::acceptor::reuse_address(true), fault); });
  if (endpoint.address().is_v6()) {
    step([&] { acceptor.set_option(asio::ip::v6_only(false), fault); });
  }
  step([&] { acceptor.bind(endpoint, fault); });
  // Were the queue short, more at once would try again a second later.
  step([&] { acceptor.listen(SOMAXCONN, fault); });
  return !fault;
}

void Listener::State::accept() {
  if (is_accepting || all.is_stopping) return;
  is_accepting = true;
  acceptor.async_accept([this](const Fault& fault, tcp::socket socket) {
    is_accepting = false;
    if (all.is_stopping) return;
    if (fault) {
      // Too many open files, say: again at the next tick.
      full_since = full_since.value_or(Clock::now());
    } else {
      accepted(std::move(socket));
    }
    if (!is_ticking) tick();
    if (!full_since) accept();
  });
}

void Listener::State::accepted(tcp::socket socket) {
  const bool has_waited = full_since && Clock::now() - *full_since >= all.limits.came_max;
  if (has_waited && queued.size() >= all.limits.queued_max) return send_away(std::move(socket));
  queued.push_back(std::move(socket));
  serve_queue();
  if (queued.size() >= all.limits.queued_max && !full_since) full_since = Clock::now();
}

/// To one more than may wait. Its request is not read.
void Listener::State::send_away(tcp::socket socket) const {
  if (tls != nullptr) return;
  HttpAnswer answer = error_answer(503, "too many connections; come again later");
  const std::string text = head_text(answer, http_date(), false) + answer.body;
  Fault ignored;
  socket.non_blocking(true, ignored);
  socket.write_some(asio::buffer(text), ignored);
  socket.shutdown(tcp::socket::shutdown_send, ignored);
}

void Listener::State::serve_queue() {
  while (!queued.empty() && served.size() < all.limits.served_max) {
    tcp::socket socket = std::move(queued.front());
    queued.pop_front();
    begin(std::move(socket));
  }
  all.others_wait = !queued.empty();
}

void Listener::State::begin(tcp::socket socket) {
  Fault ignored;
  // Without it, answers on a connection that is kept wait 40 ms for the peer's acknowledgement.
  socket.set_option(tcp::no_delay(true), ignored);
  std::string peer = address_of(socket);
  auto connection =
      std::make_shared<Connection>(make_stream(std::move(socket), tls), std::move(peer), all);
  served.push_back(connection);
  connection->start();
}

void Listener::State::forget(Connection& connection) {
  std::erase_if(served, [&](const auto& each) { return each.get() == &connection; });
  if (all.is_stopping) {
    if (served.empty()) timer.cancel();
    return;
  }
  serve_queue();
}

template <class Won>
void Listener::State::make_room(std::size_t wanted, Won won) {
  std::vector<Seat> seats;
  for (const auto& each : served) seats.push_back({each->waiting_since(), won(*each)});
  for (const std::size_t place :
       longest_waiting(seats, Clock::now(), all.limits.patience, wanted)) {
    served[place]->hang_up();
  }
}

void Listener::State::free_bodies(std::size_t bytes) {
  make_room(bytes, [](const Connection& each) { return each.body_bytes(); });
}

void Listener::State::tick() {
  const auto now = Clock::now();
  for (const auto& each : served) {
    if (each->deadline() <= now) each->hang_up();
  }
  if (!queued.empty()) {
    make_room(queued.size(), [](const Connection&) { return std::size_t{1}; });
  }
  if (full_since && queued.size() < all.limits.queued_max) full_since.reset();
  // Those that find it full for long are taken, to be sent away.
  if (!full_since || now - *full_since >= all.limits.came_max) accept();
  is_ticking = !served.empty() || !queued.empty() || full_since;
  if (!is_ticking) return;
  timer.expires_after(tick_pause);
  timer.async_wait([this](const Fault& fault) {
    if (!fault) tick();
  });
}

void Listener::State::stop() {
  all.is_stopping = true;
  Fault ignored;
  acceptor.close(ignored);
  queued.clear();
  full_since.reset();
  for (const auto& each : served) {
    // Answers still go out, within write_max.
    if (each->waiting_since() && !each->is_writing()) each->hang_up();
  }
  if (served.empty()) timer.cancel();
}

Listener::Listener(const core::Address& address, const TlsFiles& tls, const HttpLimits& limits,
                   Receive receive)
    : state_(std::make_unique<State>(tls, limits, std::move(receive))) {
  const std::vector<tcp::endpoint> endpoints = resolve(address);
  if (std::none_of(endpoints.begin(), endpoints.end(),
                   [&](const tcp::endpoint& each) { return state_->bind(each); })) {
    refuse(address);
  }
}

Listener::~Listener() {
  if (!state_->thread.joinable()) return;
  asio::post(state_->io, [state = state_.get()] { state->stop(); });
  state_->thread.join();
}

void Listener::start() {
  asio::post(state_->io, [state = state_.get()] { state->accept(); });
  state_->thread = std::thread([state = state_.get()] { state->io.run(); });
}

int Listener::port() const {
  return state_->acceptor.local_endpoint().port();
}

void Listener::renew_tls() {
  state_->renew_tls();
}

bool is_loopback(const core::Address& address) {
  const std::vector<tcp::endpoint> endpoints = resolve(address);
  return std::all_of(endpoints.begin(), endpoints.end(),
                     [](const tcp::endpoint& each) { return each.address().is_loopback(); });
}

}  // namespace terse::serve::http
