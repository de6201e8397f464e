#include "terse/serve/mqtt/client.h"

#include <fmt/core.h>
#include <mosquitto.h>
#include <mqtt_protocol.h>
#include <poll.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

#include "terse/base/error.h"
#include "terse/serve/core/json_answers.h"
#include "terse/serve/core/wakeup.h"
#include "terse/serve/mqtt/reachable.h"
#include "terse/serve/mqtt/received.h"

namespace terse::serve::mqtt {
namespace {

using std::chrono::milliseconds;

constexpr int keep_alive_seconds = 60;
constexpr milliseconds reconnect_first{100};
constexpr milliseconds reconnect_last{30'000};
constexpr milliseconds leave_time_max{5000};
constexpr milliseconds silence{200};  ///< after which a broker has given what it had

struct DestroyMosquitto {
  void operator()(mosquitto* client) const { mosquitto_destroy(client); }
};
struct FreeProperties {
  void operator()(mosquitto_property* list) const { mosquitto_property_free_all(&list); }
};
using Properties = std::unique_ptr<mosquitto_property, FreeProperties>;

/// The library's start and end, once per process.
void start_library() {
  static const int started = mosquitto_lib_init();
  TERSE_CHECK(started == MOSQ_ERR_SUCCESS);
}

bool come_again(const core::Answer& answer) {
  return answer.verdict == core::Verdict::busy || answer.verdict == core::Verdict::unavailable;
}

}  // namespace

struct MqttClient::State {
  State(MqttOptions options_, const core::ModelRegistry& registry_, core::Pipeline& pipeline_,
        core::Metrics& metrics_, Told told_)
      : options(std::move(options_)),
        registry(registry_),
        pipeline(pipeline_),
        metrics(metrics_),
        told(std::move(told_)),
        sender{fmt::format("{}:{}", options.host, options.port), core::Proof::broker} {}

  static void on_connect(mosquitto*, void* self, int code, int, const mosquitto_property*);
  static void on_disconnect(mosquitto*, void* self, int code, const mosquitto_property*);
  static void on_message(mosquitto*, void* self, const mosquitto_message* message,
                         const mosquitto_property* properties);
  static void on_subscribe(mosquitto*, void* self, int, int count, const int* granted,
                           const mosquitto_property*);
  static void on_unsubscribe(mosquitto*, void* self, int, const mosquitto_property*);

  void open();
  void set_security();
  bool connect();
  std::string filter() const;
  void subscribe();
  void loop();
  bool serve_once();
  bool read_batch();
  bool is_fine(int result);
  bool answer_batch();
  void publish(const std::string& device, const core::Answer& answer);
  void leave();
  void leave_group();
  void lose(const std::string& why);
  void show_connected(bool is);
  /// False if stopping.
  bool pause(milliseconds time);

  MqttOptions options;
  const core::ModelRegistry& registry;
  core::Pipeline& pipeline;
  core::Metrics& metrics;
  Told told;
  core::Sender sender;  ///< of all messages: the broker does not tell who published them
  std::unique_ptr<mosquitto, DestroyMosquitto> client;
  std::vector<core::Uplink> inbox;
  bool connected = false;  ///< accepted and subscribed
  bool refused = false;    ///< by the broker, on this connection
  bool left = false;       ///< the broker gives this server nothing more
  milliseconds wait = reconnect_first;
  std::string last_problem;
  int failure = MOSQ_ERR_SUCCESS;  ///< what the library answered when the connection ended
  bool lost = false;               ///< told so, on this connection
  core::Wakeup wakeup;
  std::atomic<bool> stopping{false};
  std::thread thread;
};

void MqttClient::State::show_connected(bool is) {
  constexpr int place = 600;
  // Not before the first connection: without a broker there is no such family.
  metrics
      .gauge({"terse_mqtt_connected", "Whether the broker has accepted the subscription.", place})
      .set(is ? 1 : 0);
}

void MqttClient::State::on_connect(mosquitto*, void* data, int code, int,
                                   const mosquitto_property*) {
  State& self = *static_cast<State*>(data);
  if (code == 0) return self.subscribe();
  self.refused = true;
  const char* reason = self.options.protocol_version == 5 ? mosquitto_reason_string(code)
                                                          : mosquitto_connack_string(code);
  self.lose(fmt::format("the broker refuses: {}", reason));
}

void MqttClient::State::on_disconnect(mosquitto*, void* data, int code, const mosquitto_property*) {
  State& self = *static_cast<State*>(data);
  if (self.stopping || self.refused) return;
  // Codes of the broker lie above those of the library.
  self.lose(code >= 128 ? mosquitto_reason_string(code) : mosquitto_strerror(code));
}

void MqttClient::State::on_subscribe(mosquitto*, void* data, int, int count, const int* granted,
                                     const mosquitto_property*) {
  State& self = *static_cast<State*>(data);
  if (count == 1 && granted[0] >= 128) {
    self.refused = true;
    return self.lose("the broker refuses the subscription");
  }
  self.connected = true;
  self.wait = reconnect_first;
  self.last_problem.clear();
  self.show_connected(true);
  self.told(fmt::format("mqtt: subscribed at {}:{}", self.options.host, self.options.port));
}

void MqttClient::State::on_unsubscribe(mosquitto*, void* data, int, const mosquitto_property*) {
  static_cast<State*>(data)->left = true;
}

void MqttClient::State::on_message(mosquitto*, void* data, const mosquitto_message* message,
                                   const mosquitto_property* properties) {
  State& self = *static_cast<State*>(data);
  // Retained messages are old: those who were subscribed then have had them.
  if (message->retain) return;
  const MqttMessage read = received(*message, properties);
  for (core::Uplink& uplink : read_mqtt_message(read, self.options.format, self.options.prefix)) {
    if (!self.options.model.empty()) uplink.model = self.options.model;
    uplink.sender = self.sender;
    self.inbox.push_back(std::move(uplink));
  }
}

void MqttClient::State::set_security() {
  if (!options.user.empty()) {
    mosquitto_username_pw_set(client.get(), options.user.c_str(),
                              options.password.empty() ? nullptr : options.password.c_str());
  }
  if (!options.secure) return;
  const auto name = [](const std::string& text) { return text.empty() ? nullptr : text.c_str(); };
  if (options.authorities.empty()) {
    mosquitto_int_option(client.get(), MOSQ_OPT_TLS_USE_OS_CERTS, 1);
  }
  const int result =
      mosquitto_tls_set(client.get(), name(options.authorities),
                        options.authorities.empty() ? "/etc/ssl/certs" : nullptr,
                        name(options.certificate), name(options.private_key), nullptr);
  if (result != MOSQ_ERR_SUCCESS) {
    throw base::OptionError("mqtt_ca", "", "the files for TLS cannot be used",
                            "give authorities, certificate and private key as PEM files");
  }
}

void MqttClient::State::open() {
  start_library();
  check(options);
  const bool clean = false;
  client.reset(mosquitto_new(options.client_id.c_str(), clean, this));
  if (client == nullptr || wakeup.descriptor() < 0) throw base::JobError("cannot start MQTT");
  mosquitto_int_option(client.get(), MOSQ_OPT_PROTOCOL_VERSION, options.protocol_version);
  mosquitto_int_option(client.get(), MOSQ_OPT_TCP_NODELAY, 1);
  // So the library only queues what it wants to send, acknowledgements above all (it makes them
  // before on_message is called); they go out in mosquitto_loop_write().
  mosquitto_threaded_set(client.get(), true);
  mosquitto_connect_v5_callback_set(client.get(), on_connect);
  mosquitto_disconnect_v5_callback_set(client.get(), on_disconnect);
  mosquitto_message_v5_callback_set(client.get(), on_message);
  mosquitto_subscribe_v5_callback_set(client.get(), on_subscribe);
  mosquitto_unsubscribe_v5_callback_set(client.get(), on_unsubscribe);
  set_security();
}

void MqttClient::State::lose(const std::string& why) {
  connected = false;
  lost = true;
  show_connected(false);
  if (why == last_problem) return;
  last_problem = why;
  told(fmt::format("mqtt: no connection to {}:{}: {}; trying again", options.host, options.port,
                   why));
}

bool MqttClient::State::connect() {
  refused = false;
  lost = false;
  inbox.clear();
  if (!is_reachable(options.host, options.port)) {
    lose("cannot be reached");
    return false;
  }
  mosquitto_property* list = nullptr;
  if (options.protocol_version == 5) {
    mosquitto_property_add_int32(&list, MQTT_PROP_SESSION_EXPIRY_INTERVAL,
                                 60 * session_minutes(options));
    mosquitto_property_add_int32(&list, MQTT_PROP_MAXIMUM_PACKET_SIZE, 2 * message_bytes_max);
    mosquitto_property_add_int16(&list, MQTT_PROP_RECEIVE_MAXIMUM,
                                 static_cast<std::uint16_t>(options.batch_max));
  }
  const Properties properties(list);
  const int result = mosquitto_connect_bind_v5(client.get(), options.host.c_str(), options.port,
                                               keep_alive_seconds, nullptr, properties.get());
  if (result == MOSQ_ERR_SUCCESS) return true;
  lose(mosquitto_strerror(result));
  return false;
}

std::string MqttClient::State::filter() const {
  const std::string topics =
      options.topic.empty() ? mqtt_topic_filter(options.format, options.prefix) : options.topic;
  return options.share.empty() ? topics : "$share/" + options.share + "/" + topics;
}

void MqttClient::State::subscribe() {
  const int retained = options.protocol_version == 5 ? MQTT_SUB_OPT_SEND_RETAIN_NEVER : 0;
  mosquitto_subscribe_v5(client.get(), nullptr, filter().c_str(), 1, retained, nullptr);
}

void MqttClient::State::publish(const std::string& device, const core::Answer& answer) {
  const std::string topic = options.results + "/" + as_topic(device);
  const std::string text = to_json(answer, registry);
  mosquitto_publish_v5(client.get(), nullptr, topic.c_str(), static_cast<int>(text.size()),
                       text.data(), 0, false, nullptr);
}

bool MqttClient::State::answer_batch() {
  milliseconds again{20};
  while (!inbox.empty()) {
    const std::vector<core::Answer> answers = pipeline.ask_all(inbox);
    std::vector<core::Uplink> later;
    for (std::size_t i = 0; i < inbox.size(); ++i) {
      if (come_again(answers[i])) {
        later.push_back(std::move(inbox[i]));
      } else if (!options.results.empty()) {
        publish(inbox[i].device, answers[i]);
      }
    }
    inbox = std::move(later);
    if (!inbox.empty() && !pause(again)) return false;
    again = std::min(again * 2, milliseconds(1000));
  }
  return true;
}

bool MqttClient::State::is_fine(int result) {
  failure = result;
  return result == MOSQ_ERR_SUCCESS;
}

bool MqttClient::State::read_batch() {
  pollfd readable = {mosquitto_socket(client.get()), POLLIN, 0};
  while (inbox.size() < options.batch_max && poll(&readable, 1, 0) == 1) {
    if (!is_fine(mosquitto_loop_read(client.get(), 1))) return false;
  }
  return true;
}

bool MqttClient::State::serve_once() {
  pollfd waiting[2] = {{mosquitto_socket(client.get()), POLLIN, 0},
                       {wakeup.descriptor(), POLLIN, 0}};
  if (waiting[0].fd < 0) return is_fine(MOSQ_ERR_NO_CONN);
  if (mosquitto_want_write(client.get())) waiting[0].events |= POLLOUT;
  poll(waiting, 2, 1000);
  // An acknowledgement may go out only after the store has all of its batch, so writing has its
  // place after answering.
  const bool alive = read_batch();
  if (!answer_batch()) return false;
  if (!alive || refused) return false;
  return is_fine(mosquitto_loop_write(client.get(), 1)) &&
         is_fine(mosquitto_loop_misc(client.get()));
}

bool MqttClient::State::pause(milliseconds time) {
  pollfd waiting = {wakeup.descriptor(), POLLIN, 0};
  if (!stopping) poll(&waiting, 1, static_cast<int>(time.count()));
  return !stopping;
}

void MqttClient::State::leave_group() {
  mosquitto_unsubscribe_v5(client.get(), nullptr, filter().c_str(), nullptr);
  if (mosquitto_loop_write(client.get(), 1) != MOSQ_ERR_SUCCESS) return;
  // What the broker has set aside for this server still comes, also after its answer.
  const auto end = std::chrono::steady_clock::now() + leave_time_max;
  pollfd readable = {mosquitto_socket(client.get()), POLLIN, 0};
  while (std::chrono::steady_clock::now() < end) {
    const bool silent = poll(&readable, 1, static_cast<int>(silence.count())) == 0;
    if (silent && left) return;
    if (!read_batch() || !answer_batch()) return;
    if (mosquitto_loop_write(client.get(), 1) != MOSQ_ERR_SUCCESS) return;
  }
}

void MqttClient::State::leave() {
  if (!options.share.empty() && !options.stays_in_group) leave_group();
  mosquitto_disconnect(client.get());
  for (int i = 0; i < 100 && mosquitto_socket(client.get()) >= 0; ++i) {
    if (mosquitto_loop_write(client.get(), 1) != MOSQ_ERR_SUCCESS) return;
    if (!mosquitto_want_write(client.get())) return;
    poll(nullptr, 0, 10);
  }
}

void MqttClient::State::loop() {
  while (!stopping) {
    if (connect()) {
      bool alive = true;
      while (!stopping && (alive = serve_once())) continue;
      if (stopping && alive) leave();
      // The library calls on_disconnect() for what fails while it reads, but not for a handshake
      // that fails while it writes.
      if (!stopping && !lost) lose(mosquitto_strerror(failure));
      connected = false;
      show_connected(false);
    }
    pause(wait);
    wait = std::min(wait * 2, reconnect_last);
  }
}

MqttClient::MqttClient(MqttOptions options, const core::ModelRegistry& registry,
                       core::Pipeline& pipeline, core::Metrics& metrics, Told told)
    : state_(std::make_unique<State>(std::move(options), registry, pipeline, metrics,
                                     std::move(told))) {
  state_->open();
  state_->thread = std::thread([state = state_.get()] { state->loop(); });
}

MqttClient::~MqttClient() {
  state_->stopping = true;
  state_->wakeup.call();
  state_->thread.join();
}

}  // namespace terse::serve::mqtt
