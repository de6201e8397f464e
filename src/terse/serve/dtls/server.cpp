#include "terse/serve/dtls/server.h"

#include <coap3/coap.h>
#include <fmt/core.h>
#include <poll.h>
#include <sys/epoll.h>

#include <array>
#include <atomic>
#include <cstring>
#include <set>
#include <thread>
#include <unordered_map>
#include <vector>

#include "terse/base/error.h"
#include "terse/serve/coap/exchanges.h"
#include "terse/serve/coap/payload_request.h"
#include "terse/serve/coap/response.h"
#include "terse/serve/core/names.h"
#include "terse/serve/core/wakeup.h"
#include "terse/serve/dtls/endpoint.h"
#include "terse/serve/dtls/held_request.h"
#include "terse/serve/dtls/pem_files.h"
#include "terse/serve/dtls/predictions.h"
#include "terse/serve/dtls/request.h"
#include "terse/serve/dtls/returning_peers.h"
#include "terse/text/quoting.h"

namespace terse::serve::dtls {
namespace {

struct FreeContext {
  void operator()(coap_context_t* context) const { coap_free_context(context); }
};

coap_str_const_t view_of(const std::string& text) {
  return {text.size(), reinterpret_cast<const std::uint8_t*>(text.data())};
}

}  // namespace

struct DtlsServer::State {
  State(DtlsOptions options_, const core::ModelRegistry& registry_, core::Pipeline& pipeline_,
        store::Store* store_, const DtlsCounters& counters_)
      : options(std::move(options_)),
        registry(registry_),
        pipeline(pipeline_),
        store(store_),
        counters(counters_),
        exchanges(pipeline, wakeup, options.answers_kept_max) {}

  static void handle(coap_resource_t*, coap_session_t* session, const coap_pdu_t* request,
                     const coap_string_t*, coap_pdu_t* response);
  static const coap_bin_const_t* find_key(coap_bin_const_t* identity, coap_session_t*, void* self);

  void open();
  void add_resources();
  void use_keys();
  void use_certificate();
  static int take_event(coap_session_t* session, coap_event_t event);
  /// Throws InputError if a peer that is proven to be `proven` (or nobody) may not speak for it.
  void check_sender(const std::string& proven, const std::string& device) const;
  /// Throws InputError.
  std::vector<core::Uplink> read_uplinks(coap_session_t* session, const coap_pdu_t* request,
                                         const std::string& model) const;
  void begin(coap_session_t* session, const coap_pdu_t* request, coap_pdu_t* response);
  void loop();
  void receive(int epoll);
  void finish_answered();

  DtlsOptions options;
  const core::ModelRegistry& registry;
  core::Pipeline& pipeline;
  store::Store* store;
  DtlsCounters counters;
  std::unique_ptr<coap_context_t, FreeContext> context;
  std::optional<DtlsPredictions> predictions;
  std::optional<ReturningPeers> returning;
  std::unordered_map<std::string, coap_bin_const_t> keys;
  const std::shared_ptr<core::Wakeup> wakeup = std::make_shared<core::Wakeup>();
  coap::Exchanges<HeldRequest> exchanges;
  int port = 0;
  std::atomic<bool> stopping{false};
  std::thread thread;
};

const coap_bin_const_t* DtlsServer::State::find_key(coap_bin_const_t* identity, coap_session_t*,
                                                    void* self) {
  const auto& keys = static_cast<State*>(self)->keys;
  const auto found =
      keys.find(std::string(reinterpret_cast<const char*>(identity->s), identity->length));
  return found == keys.end() ? nullptr : &found->second;
}

void DtlsServer::State::check_sender(const std::string& proven, const std::string& device) const {
  if (!core::is_device_name(device)) {
    throw base::InputError("", "", "the sender is not named", "add ?d=DEVICE");
  }
  // A device with a key or with a certificate of the authorities speaks only for itself, and no
  // other speaks for it; peers that have proven nothing are accepted only if no authorities are
  // given.
  if (proven.empty() ? keys.contains(device) || !options.authorities.empty() : device != proven) {
    throw base::InputError("", "", text::in_quotes(device) + " is not the sender",
                           "a device speaks only for itself");
  }
}

std::vector<core::Uplink> DtlsServer::State::read_uplinks(coap_session_t* session,
                                                          const coap_pdu_t* request,
                                                          const std::string& model) const {
  const std::string proven = proven_name(session);
  std::string device = query_value(request, "d");
  if (device.empty()) device = proven;
  std::vector<core::Uplink> uplinks = coap::read_uplinks({.model = model,
                                                          .device = std::move(device),
                                                          .counter = query_value(request, "n"),
                                                          .content_format = content_format(request),
                                                          .body = body_of(request)});
  for (const core::Uplink& each : uplinks) check_sender(proven, each.device);
  return uplinks;
}

void DtlsServer::State::begin(coap_session_t* session, const coap_pdu_t* request,
                              coap_pdu_t* response) {
  std::string name = exchange_name(session, request);
  if (exchanges.is_under_way(name)) return say_nothing(response);
  if (const auto before = exchanges.answer_of(name)) {
    const coap::CoapResponse made =
        coap::coap_response(*before, accepted_format(request), registry);
    return write_response(*before, made, {}, response);
  }
  const std::string path = path_of(request);
  const bool is_message = path.starts_with("m/") && path.size() > 2;
  if (!is_message) return coap_pdu_set_code(response, COAP_RESPONSE_CODE_NOT_FOUND);
  if (!coap::can_accept(accepted_format(request))) {
    return coap_pdu_set_code(response, COAP_RESPONSE_CODE_NOT_ACCEPTABLE);
  }
  std::vector<core::Uplink> uplinks;
  try {
    uplinks = read_uplinks(session, request, path.substr(2));
  } catch (const base::InputError& error) {
    const std::string_view reason = error.what();
    coap_pdu_set_code(response, COAP_RESPONSE_CODE_BAD_REQUEST);
    coap_add_data(response, reason.size(), reinterpret_cast<const std::uint8_t*>(reason.data()));
    return;
  }
  if (stopping) return coap_pdu_set_code(response, COAP_RESPONSE_CODE_SERVICE_UNAVAILABLE);
  exchanges.begin(std::move(name), HeldRequest(session, request), std::move(uplinks));
  say_nothing(response);
}

void DtlsServer::State::handle(coap_resource_t*, coap_session_t* session, const coap_pdu_t* request,
                               const coap_string_t*, coap_pdu_t* response) {
  State& self = *static_cast<State*>(coap_get_app_data(coap_session_get_context(session)));
  self.begin(session, request, response);
}

void DtlsServer::State::finish_answered() {
  wakeup->clear();
  exchanges.finish([this](const HeldRequest& request, const core::Answer& answer) {
    request.send(answer, coap::coap_response(answer, request.accepted(), registry));
  });
  predictions->work();
}

void DtlsServer::State::loop() {
  constexpr int wait_ms_max = 1000;
  const int epoll = coap_context_get_coap_fd(context.get());
  while (!stopping || !exchanges.empty()) {
    coap_tick_t now = 0;
    coap_ticks(&now);
    const unsigned next_ms = coap_io_prepare_epoll(context.get(), now);
    pollfd waiting[2] = {{epoll, POLLIN, 0}, {wakeup->descriptor(), POLLIN, 0}};
    const int wait_ms =
        next_ms == 0 ? wait_ms_max : static_cast<int>(std::min<unsigned>(next_ms, wait_ms_max));
    poll(waiting, 2, wait_ms);
    if (waiting[1].revents != 0) finish_answered();
    receive(epoll);
    exchanges.submit();
  }
  // The last responses go out.
  coap_io_process(context.get(), COAP_IO_NO_WAIT);
}

void DtlsServer::State::receive(int epoll) {
  constexpr int datagrams_max = 64;
  std::array<epoll_event, 8> events;
  // Each time round takes one datagram; a burst shall wake the pipeline once. coap_io_process()
  // would look through all sessions for each datagram.
  for (int taken = 0; taken < datagrams_max; ++taken) {
    if (returning->take()) continue;
    const int count = epoll_wait(epoll, events.data(), events.size(), 0);
    if (count <= 0) return;
    coap_io_do_epoll(context.get(), events.data(), static_cast<std::size_t>(count));
  }
}

void DtlsServer::State::add_resources() {
  std::set<std::string> paths;
  for (const core::Served& served : registry.all()) paths.insert("m/" + served->name);
  const auto add = [this](coap_resource_t* resource) {
    coap_register_request_handler(resource, COAP_REQUEST_POST, handle);
    coap_register_request_handler(resource, COAP_REQUEST_PUT, handle);
    coap_add_resource(context.get(), resource);
  };
  static const std::string type_name = "rt";
  static const std::string type = "\"terse.payload\"";
  coap_str_const_t name = view_of(type_name);
  coap_str_const_t value = view_of(type);
  for (const std::string& path : paths) {
    // The resource keeps a copy of its path and attributes unless told otherwise.
    coap_str_const_t* copied =
        coap_new_str_const(reinterpret_cast<const std::uint8_t*>(path.data()), path.size());
    coap_resource_t* resource = coap_resource_init(copied, COAP_RESOURCE_FLAGS_RELEASE_URI);
    coap_add_attr(resource, &name, &value, 0);
    add(resource);
  }
  // Other names and versions get here, so that unknown ones are kept in quarantine.
  add(coap_resource_unknown_init(handle));
}

void DtlsServer::State::use_keys() {
  for (const auto& [identity, key] : options.keys) {
    const coap_str_const_t bytes = view_of(key);
    keys[identity] = {bytes.length, bytes.s};
  }
  coap_dtls_spsk_t setup;
  std::memset(&setup, 0, sizeof setup);
  setup.version = COAP_DTLS_SPSK_SETUP_VERSION;
  setup.validate_id_call_back = find_key;
  setup.id_call_back_arg = this;
  if (coap_context_set_psk2(context.get(), &setup) == 0) {
    throw base::JobError("cannot set up DTLS with pre-shared keys");
  }
}

void DtlsServer::State::use_certificate() {
  check_pem_files(options.certificate, options.private_key, options.authorities);
  coap_dtls_pki_t setup;
  std::memset(&setup, 0, sizeof setup);
  setup.version = COAP_DTLS_PKI_SETUP_VERSION;
  setup.pki_key.key_type = COAP_PKI_KEY_PEM;
  setup.pki_key.key.pem.public_cert = options.certificate.c_str();
  setup.pki_key.key.pem.private_key = options.private_key.c_str();
  if (!options.authorities.empty()) {
    setup.pki_key.key.pem.ca_file = options.authorities.c_str();
    setup.verify_peer_cert = 1;
    setup.cert_chain_validation = 1;
    setup.cert_chain_verify_depth = 3;
    // No revocation lists are read: to shut a device out, change the authority.
    setup.allow_no_crl = 1;
  }
  const bool done = coap_context_set_pki(context.get(), &setup) != 0;
  // libcoap trusts ca_file itself only for certificates of the server's own authority.
  const bool trusts =
      options.authorities.empty() ||
      coap_context_set_pki_root_cas(context.get(), options.authorities.c_str(), nullptr) != 0;
  if (!done || !trusts) {
    throw base::JobError("cannot set up DTLS with " + options.certificate);
  }
}

int DtlsServer::State::take_event(coap_session_t* session, coap_event_t event) {
  State& self = *static_cast<State*>(coap_get_app_data(coap_session_get_context(session)));
  if (event == COAP_EVENT_DTLS_CONNECTED) {
    self.counters.count_handshake(true);
    const std::string name = proven_name(session);
    if (!name.empty()) self.predictions->add(name);
  }
  if (event == COAP_EVENT_DTLS_ERROR) self.counters.count_handshake(false);
  return 0;
}

void DtlsServer::State::open() {
  coap_startup();
  coap_set_log_level(LOG_EMERG);
  context.reset(coap_new_context(nullptr));
  if (context == nullptr || wakeup->descriptor() < 0) {
    throw base::JobError("cannot start CoAP over DTLS");
  }
  coap_set_app_data(context.get(), this);
  predictions.emplace(context.get(), pipeline, store, wakeup);
  coap_context_set_block_mode(context.get(), COAP_BLOCK_USE_LIBCOAP | COAP_BLOCK_SINGLE_BODY);
  coap_context_set_max_idle_sessions(context.get(), options.idle_sessions_max);
  coap_register_event_handler(context.get(), take_event);
  if (!options.keys.empty()) use_keys();
  if (!options.certificate.empty()) use_certificate();
  const DtlsEndpoint endpoint = listen_for_dtls(context.get(), options.address);
  port = endpoint.port;
  returning.emplace(context.get(), endpoint.socket);
  add_resources();
}

DtlsServer::DtlsServer(DtlsOptions options, const core::ModelRegistry& registry,
                       core::Pipeline& pipeline, store::Store* store, const DtlsCounters& counters)
    : state_(std::make_unique<State>(std::move(options), registry, pipeline, store, counters)) {
  state_->open();
  state_->thread = std::thread([state = state_.get()] { state->loop(); });
}

DtlsServer::~DtlsServer() {
  state_->stopping = true;
  state_->wakeup->call();
  state_->thread.join();
}

int DtlsServer::port() const {
  return state_->port;
}

}  // namespace terse::serve::dtls
