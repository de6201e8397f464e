#include "terse/serve/coap_server.h"

#include <coap3/coap.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <charconv>
#include <cstring>
#include <mutex>
#include <set>
#include <thread>
#include <unordered_map>
#include <vector>

#include "terse/error.h"
#include "terse/serve/answered_exchanges.h"
#include "terse/serve/coap_response.h"
#include "terse/serve/socket_address.h"
#include "terse/serve/text_bytes.h"

namespace terse::serve {
namespace {

struct FreeContext {
  void operator()(coap_context_t* context) const { coap_free_context(context); }
};

coap_str_const_t view_of(const std::string& text) {
  return {text.size(), reinterpret_cast<const std::uint8_t*>(text.data())};
}

coap_address_t address_of(const Address& address) {
  const SocketAddress parsed = parse_socket_address(address, "--coaps");
  coap_address_t result;
  coap_address_init(&result);
  std::memcpy(&result.addr, &parsed.storage,
              std::min<std::size_t>(parsed.size, sizeof result.addr));
  result.size = parsed.size;
  return result;
}

/// The part of the query that begins with `name` and '=', or nothing.
std::string query_value(const coap_pdu_t* request, std::string_view name) {
  coap_opt_iterator_t iterator;
  coap_opt_filter_t filter;
  coap_option_filter_clear(&filter);
  coap_option_filter_set(&filter, COAP_OPTION_URI_QUERY);
  coap_option_iterator_init(request, &iterator, &filter);
  while (coap_opt_t* option = coap_option_next(&iterator)) {
    const std::string_view text(reinterpret_cast<const char*>(coap_opt_value(option)),
                                coap_opt_length(option));
    if (text.size() > name.size() && text.starts_with(name) && text[name.size()] == '=') {
      return std::string(text.substr(name.size() + 1));
    }
  }
  return "";
}

std::optional<std::uint32_t> accepted_format(const coap_pdu_t* request) {
  coap_opt_iterator_t iterator;
  coap_opt_t* option = coap_check_option(request, COAP_OPTION_ACCEPT, &iterator);
  if (option == nullptr) return std::nullopt;
  return coap_decode_var_bytes(coap_opt_value(option), coap_opt_length(option));
}

/// Peer, message id and token.
std::string exchange_name(coap_session_t* session, const coap_pdu_t* request) {
  const coap_bin_const_t token = coap_pdu_get_token(request);
  return fmt::format("{} {} {}", coap_session_str(session), coap_pdu_get_mid(request),
                     to_hex(std::span(token.s, token.length)));
}

std::vector<std::uint8_t> body_of(const coap_pdu_t* request) {
  std::size_t size = 0;
  std::size_t offset = 0;
  std::size_t total = 0;
  const std::uint8_t* data = nullptr;
  if (coap_get_data_large(request, &size, &data, &offset, &total) == 0) return {};
  return {data, data + size};
}

}  // namespace

struct CoapServer::State {
  State(CoapOptions options_, const ModelRegistry& registry_, Pipeline& pipeline_)
      : options(std::move(options_)),
        registry(registry_),
        pipeline(pipeline_),
        answered(options.answers_kept_max) {}
  ~State() {
    if (wake >= 0) close(wake);
  }

  static void handle(coap_resource_t*, coap_session_t* session, const coap_pdu_t* request,
                     const coap_string_t*, coap_pdu_t* response);
  static const coap_bin_const_t* find_key(coap_bin_const_t* identity, coap_session_t*, void* self);

  void open();
  void add_resources();
  void use_keys();
  int listen(const Address& address);
  std::string device_of(coap_session_t* session, const coap_pdu_t* request) const;
  void begin(coap_session_t* session, const coap_pdu_t* request, coap_pdu_t* response);
  void respond(const Answer& answer, const coap_pdu_t* request, coap_pdu_t* response) const;
  void loop();
  void finish_answered();

  /// A request whose answer is being made. Its name outlives retransmissions.
  struct Exchange {
    coap_async_t* async;
    std::string name;
    std::optional<Answer> answer;
  };
  /// Where the pipeline's worker leaves answers; outlives this server if answers are still due.
  struct Mailbox {
    std::mutex mutex;
    std::vector<std::pair<std::uint64_t, Answer>> answers;
    int wake = -1;  ///< -1 when the server is gone
  };

  CoapOptions options;
  const ModelRegistry& registry;
  Pipeline& pipeline;
  std::unique_ptr<coap_context_t, FreeContext> context;
  std::unordered_map<std::string, coap_bin_const_t> keys;
  std::unordered_map<std::uint64_t, Exchange> exchanges;
  std::uint64_t next_exchange = 1;
  AnsweredExchanges answered;
  std::shared_ptr<Mailbox> mailbox = std::make_shared<Mailbox>();
  int wake = -1;
  int port = 0;
  std::atomic<bool> stopping{false};
  std::thread thread;
};

const coap_bin_const_t* CoapServer::State::find_key(coap_bin_const_t* identity, coap_session_t*,
                                                    void* self) {
  const auto& keys = static_cast<State*>(self)->keys;
  const auto found =
      keys.find(std::string(reinterpret_cast<const char*>(identity->s), identity->length));
  return found == keys.end() ? nullptr : &found->second;
}

std::string CoapServer::State::device_of(coap_session_t* session, const coap_pdu_t* request) const {
  const std::string named = query_value(request, "d");
  const coap_bin_const_t* identity = coap_session_get_psk_identity(session);
  if (identity == nullptr) return "";
  // A device speaks for itself only: its key is its name.
  const std::string proven(reinterpret_cast<const char*>(identity->s), identity->length);
  return named.empty() || named == proven ? proven : "";
}

void CoapServer::State::respond(const Answer& answer, const coap_pdu_t* request,
                                coap_pdu_t* response) const {
  const CoapResponse made = coap_response(answer, accepted_format(request), registry);
  coap_pdu_set_code(response, static_cast<coap_pdu_code_t>(made.code));
  std::uint8_t bytes[4];
  coap_add_option(response, COAP_OPTION_CONTENT_FORMAT,
                  coap_encode_var_safe(bytes, sizeof bytes, made.format), bytes);
  if (!is_acknowledged(answer.verdict)) {
    coap_add_option(response, COAP_OPTION_MAXAGE, coap_encode_var_safe(bytes, sizeof bytes, 1),
                    bytes);
  }
  coap_add_data(response, made.body.size(),
                reinterpret_cast<const std::uint8_t*>(made.body.data()));
}

void CoapServer::State::begin(coap_session_t* session, const coap_pdu_t* request,
                              coap_pdu_t* response) {
  const std::string name = exchange_name(session, request);
  if (const auto before = answered.find(name, AnsweredExchanges::Clock::now())) {
    return respond(*before, request, response);
  }
  Uplink uplink;
  coap_string_t* path = coap_get_uri_path(request);
  if (path != nullptr) uplink.model.assign(reinterpret_cast<const char*>(path->s), path->length);
  coap_delete_string(path);
  uplink.device = device_of(session, request);
  const bool is_message = uplink.model.starts_with("m/") && uplink.model.size() > 2;
  if (!is_message || !is_device_name(uplink.device) || !can_accept(accepted_format(request))) {
    coap_pdu_set_code(response, !is_message ? COAP_RESPONSE_CODE_NOT_FOUND
                                : !is_device_name(uplink.device)
                                    ? COAP_RESPONSE_CODE_BAD_REQUEST
                                    : COAP_RESPONSE_CODE_NOT_ACCEPTABLE);
    return;
  }
  uplink.model.erase(0, 2);
  const std::string counter = query_value(request, "n");
  if (!counter.empty()) uplink.key = counter;
  uplink.payload = body_of(request);
  coap_async_t* async = stopping ? nullptr : coap_register_async(session, request, 0);
  if (async == nullptr) return coap_pdu_set_code(response, COAP_RESPONSE_CODE_SERVICE_UNAVAILABLE);
  const std::uint64_t number = next_exchange++;
  coap_async_set_app_data(async, reinterpret_cast<void*>(number));
  exchanges[number] = {async, name, std::nullopt};
  pipeline.submit(std::move(uplink), [box = mailbox, number](const Answer& answer) {
    const std::lock_guard lock(box->mutex);
    box->answers.emplace_back(number, answer);
    if (box->wake >= 0 && box->answers.size() == 1) eventfd_write(box->wake, 1);
  });
}

void CoapServer::State::handle(coap_resource_t*, coap_session_t* session, const coap_pdu_t* request,
                               const coap_string_t*, coap_pdu_t* response) {
  State& self = *static_cast<State*>(coap_get_app_data(coap_session_get_context(session)));
  coap_async_t* async = coap_find_async(session, coap_pdu_get_token(request));
  if (async == nullptr) return self.begin(session, request, response);
  const auto number = reinterpret_cast<std::uint64_t>(coap_async_get_app_data(async));
  const auto exchange = self.exchanges.find(number);
  if (exchange == self.exchanges.end() || !exchange->second.answer) return;
  self.respond(*exchange->second.answer, request, response);
  // What was not kept may be tried again under the same message id.
  const Verdict verdict = exchange->second.answer->verdict;
  if (verdict != Verdict::busy && verdict != Verdict::unavailable) {
    self.answered.add(exchange->second.name, *exchange->second.answer,
                      AnsweredExchanges::Clock::now());
  }
  self.exchanges.erase(exchange);
}

void CoapServer::State::finish_answered() {
  eventfd_t count = 0;
  eventfd_read(wake, &count);
  std::vector<std::pair<std::uint64_t, Answer>> answers;
  {
    const std::lock_guard lock(mailbox->mutex);
    answers.swap(mailbox->answers);
  }
  for (auto& [number, answer] : answers) {
    Exchange& exchange = exchanges.at(number);
    exchange.answer = std::move(answer);
    coap_async_trigger(exchange.async);
  }
}

void CoapServer::State::loop() {
  constexpr int wait_ms_max = 1000;
  const int network = coap_context_get_coap_fd(context.get());
  while (!stopping || !exchanges.empty()) {
    coap_tick_t now = 0;
    coap_ticks(&now);
    const unsigned next_ms = coap_io_prepare_epoll(context.get(), now);
    pollfd waiting[2] = {{network, POLLIN, 0}, {wake, POLLIN, 0}};
    const int wait_ms =
        next_ms == 0 ? wait_ms_max : static_cast<int>(std::min<unsigned>(next_ms, wait_ms_max));
    poll(waiting, 2, wait_ms);
    if (waiting[1].revents != 0) finish_answered();
    coap_io_process(context.get(), COAP_IO_NO_WAIT);
  }
  // The last responses go out.
  coap_io_process(context.get(), COAP_IO_NO_WAIT);
}

int CoapServer::State::listen(const Address& address) {
  const coap_address_t bound = address_of(address);
  coap_endpoint_t* endpoint = coap_new_endpoint(context.get(), &bound, COAP_PROTO_DTLS);
  if (endpoint == nullptr) {
    throw JobError(
        fmt::format("cannot listen on {}:{} for CoAP over DTLS: it is in use, or not an address "
                    "of this machine",
                    address.host, address.port));
  }
  const std::string_view text = coap_endpoint_str(endpoint);
  const std::size_t colon = text.rfind(':');
  int found = address.port;
  std::from_chars(text.data() + colon + 1, text.data() + text.size(), found);
  return found;
}

void CoapServer::State::add_resources() {
  std::set<std::string> paths;
  for (const Served& served : registry.all()) paths.insert("m/" + served->name);
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

void CoapServer::State::use_keys() {
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
    throw JobError("cannot set up DTLS with pre-shared keys");
  }
}

void CoapServer::State::open() {
  coap_startup();
  coap_set_log_level(LOG_EMERG);
  context.reset(coap_new_context(nullptr));
  wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (context == nullptr || wake < 0) throw JobError("cannot start CoAP");
  mailbox->wake = wake;
  coap_set_app_data(context.get(), this);
  coap_context_set_block_mode(context.get(), COAP_BLOCK_USE_LIBCOAP | COAP_BLOCK_SINGLE_BODY);
  coap_context_set_max_idle_sessions(context.get(), options.idle_sessions_max);
  use_keys();
  port = listen(options.address);
  add_resources();
}

CoapServer::CoapServer(CoapOptions options, const ModelRegistry& registry, Pipeline& pipeline)
    : state_(std::make_unique<State>(std::move(options), registry, pipeline)) {
  state_->open();
  state_->thread = std::thread([state = state_.get()] { state->loop(); });
}

CoapServer::~CoapServer() {
  state_->stopping = true;
  eventfd_write(state_->wake, 1);
  state_->thread.join();
  const std::lock_guard lock(state_->mailbox->mutex);
  state_->mailbox->wake = -1;
}

int CoapServer::port() const {
  return state_->port;
}

}  // namespace terse::serve
