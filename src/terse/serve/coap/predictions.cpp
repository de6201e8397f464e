#include "terse/serve/coap/predictions.h"

#include <map>
#include <utility>
#include <vector>

#include "terse/serve/coap/response.h"
#include "terse/serve/core/mailbox.h"
#include "terse/serve/core/names.h"
#include "terse/serve/core/prediction_watch.h"
#include "terse/serve/store/latest_reader.h"

namespace terse::serve::coap {
namespace {

constexpr std::uint32_t observe_register = 0;
constexpr std::uint32_t observe_deregister = 1;

std::int64_t milliseconds_since_1970() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

/// The peer that asked, until the store has answered.
struct Question {
  Asker asker;
  std::string resource;
  bool observe;

  CoapObservers::Observer observer() const {
    return {asker.peer, asker.token, resource, asker.accept, asker.block2, asker.subject};
  }
};

/// The answer of the store's reader.
struct Found {
  Question question;
  std::shared_ptr<const store::Row> row;
  bool failed;
};

}  // namespace

struct CoapPredictions::State {
  State(const Setup& setup_, const std::shared_ptr<core::Wakeup>& wakeup, Responder& responder_)
      : setup(setup_),
        responder(responder_),
        watch(std::make_shared<core::PredictionWatch>(wakeup)),
        observers(setup.limits, static_cast<std::uint64_t>(milliseconds_since_1970()), Clock::now(),
                  [this](const std::string& resource) { watch->forget(resource); }),
        mailbox(std::make_shared<core::Mailbox<Found>>(wakeup)) {
    setup.pipeline.watch(watch);
    if (setup.store != nullptr) reader = std::make_unique<store::LatestReader>(*setup.store);
  }
  ~State() { setup.counters.change_observers(counted, 0); }

  /// A response with this code; a failure that may end soon is not to be cached.
  void refuse(const Question& question, std::uint8_t code, std::string_view reason);
  void say_state(const Question& question, const std::shared_ptr<const store::Row>& row);
  void ask_store(const Question& question, const std::string& device);
  std::string body_of(const store::Row* row, const std::string& resource,
                      std::uint32_t format) const;
  /// Nothing if the peer may read it.
  std::optional<Response> problem(const Asker& asker, std::string_view resource) const;
  void notify(const CoapObservers::Notification& each, const std::string& body);
  void count() {
    setup.counters.change_observers(counted, observers.size());
    counted = observers.size();
  }

  Setup setup;
  Responder& responder;
  std::shared_ptr<core::PredictionWatch> watch;
  CoapObservers observers;
  std::size_t counted = 0;
  std::shared_ptr<core::Mailbox<Found>> mailbox;
  std::unique_ptr<store::LatestReader> reader;
};

CoapPredictions::CoapPredictions(const Setup& setup, const std::shared_ptr<core::Wakeup>& wakeup,
                                 Responder& responder)
    : state_(std::make_unique<State>(setup, wakeup, responder)) {}

CoapPredictions::~CoapPredictions() = default;

bool CoapPredictions::is_resource(std::string_view path) {
  if (path.size() <= 2) return false;
  const std::string_view name = path.substr(2);
  return path.starts_with("d/")
             ? core::is_device_name(name)
             : path.starts_with("m/") && core::is_plain_text(name, core::name_bytes_max);
}

void CoapPredictions::State::refuse(const Question& question, std::uint8_t code,
                                    std::string_view reason) {
  if (question.observe) observers.remove(question.asker.peer, question.asker.token);
  Response response{.code = code, .body = reason, .format = text_format};
  if (code == coap_code(5, 3)) response.max_age = 1;
  responder.respond(question.asker, response);
}

std::string CoapPredictions::State::body_of(const store::Row* row, const std::string& resource,
                                            std::uint32_t format) const {
  // The last message of a model is of any device: it says nothing of those that are silent.
  const bool of_device = row != nullptr && resource.starts_with("d/");
  return coap_state(
      row, resource, format,
      of_device ? setup.heartbeats.overdue(row->model, row->received_ms, milliseconds_since_1970())
                : std::nullopt);
}

void CoapPredictions::State::say_state(const Question& question,
                                       const std::shared_ptr<const store::Row>& row) {
  const std::uint32_t format = question.asker.accept.value_or(text_format);
  Response response{.code = coap_code(2, 5), .format = format};
  std::shared_ptr<const store::Row> newest = row;
  if (question.observe) {
    response.observe = observers.open(question.observer(), row, Clock::now());
    if (auto state = observers.state_of(question.resource)) newest = std::move(state);
  }
  const std::string body = body_of(newest.get(), question.resource, format);
  response.body = body;
  responder.respond(question.asker, response);
}

void CoapPredictions::State::ask_store(const Question& question, const std::string& device) {
  if (reader == nullptr) {
    return refuse(question, coap_code(5, 1), "this server has no store of messages");
  }
  // Why the store fails is for its operator, not for peers.
  const auto leave = [box = mailbox, question](std::shared_ptr<const store::Row> row,
                                               const std::string& problem) {
    box->leave({question, std::move(row), !problem.empty()});
  };
  if (!reader->ask(device, leave)) {
    refuse(question, coap_code(5, 3), "too many requests are waiting");
  }
}

std::optional<Response> CoapPredictions::State::problem(const Asker& asker,
                                                        std::string_view resource) const {
  if (setup.reading == Reading::nothing) {
    return Response{coap_code(4, 1), "this server gives no predictions over plain CoAP"};
  }
  const auto& proven = asker.peer.device;
  if (setup.reading == Reading::own && (proven == nullptr || resource != "d/" + *proven)) {
    return Response{coap_code(4, 3), "a device reads its own predictions alone"};
  }
  if (!can_accept(asker.accept)) return Response{coap_code(4, 6)};
  if (resource.starts_with("m/") &&
      setup.registry.named(std::string(resource.substr(2))) == nullptr) {
    return Response{coap_code(4, 4), "there is no model with this name"};
  }
  return std::nullopt;
}

void CoapPredictions::answer(const Asker& asker, const CoapRequest& request) {
  State& self = *state_;
  Question question{asker, request.path, false};
  if (const auto refused = self.problem(asker, request.path)) {
    return self.refuse(question, refused->code, refused->body);
  }
  // Asking for a later block does not register.
  const bool first = asker.block2.value_or(0) >> 4 == 0;
  if (first && request.observe == observe_deregister) {
    self.observers.remove(asker.peer, request.token);
  }
  if (first && request.observe == observe_register) {
    if (!self.responder.echo().is_proven(asker.peer, Clock::now())) {
      return self.responder.challenge(asker);
    }
    // Watched before the state is looked up, so that no change between is lost. An observer beyond
    // the maximum gets the answer without the option (section 4.1).
    question.observe = self.observers.add(question.observer(), Clock::now());
    if (question.observe) self.watch->watch(request.path);
  }
  self.count();
  const std::string name = request.path.substr(2);
  if (request.path.starts_with("m/")) {
    return self.say_state(question, self.watch->latest_of_model(name));
  }
  if (auto known = self.observers.state_of(request.path)) {
    return self.say_state(question, known);
  }
  self.ask_store(question, name);
}

void CoapPredictions::take_empty(const Peer& peer, CoapType type, std::uint16_t message_id) {
  if (type == CoapType::acknowledgement) {
    const auto now = Clock::now();
    if (state_->observers.acknowledge(peer, message_id, now)) {
      state_->responder.echo().prove(peer, now);
    }
  } else if (type == CoapType::reset) {
    state_->observers.reset(peer, message_id);
    state_->count();
  }
}

void CoapPredictions::forget(const Peer& peer) {
  state_->observers.remove_all(peer);
}

void CoapPredictions::State::notify(const CoapObservers::Notification& each,
                                    const std::string& body) {
  CoapReply reply;
  reply.type = each.confirmable ? CoapType::confirmable : CoapType::non_confirmable;
  reply.code = coap_code(2, 5);
  reply.message_id = each.message_id;
  reply.token = each.to.token;
  reply.observe = each.sequence;
  reply.content_format = each.to.accept.value_or(text_format);
  responder.notify(each.to.peer, reply, body, each.to.block2, each.to.subject);
  setup.counters.count_notification(each.again         ? Notice::again
                                    : each.confirmable ? Notice::confirmable
                                                       : Notice::non_confirmable);
}

void CoapPredictions::work() {
  State& self = *state_;
  for (const Found& each : self.mailbox->take()) {
    if (each.failed) {
      self.refuse(each.question, coap_code(5, 3), "the store does not answer now");
    } else if (each.row == nullptr && self.observers.state_of(each.question.resource) == nullptr) {
      self.refuse(each.question, coap_code(4, 4), "no message has come from this device");
    } else {
      self.say_state(each.question, each.row);
    }
  }
  for (auto& [resource, state] : self.watch->take()) self.observers.change(resource, state);
  // One body for all observers of a resource that want the same format.
  std::map<std::pair<std::string, std::uint32_t>, std::string> bodies;
  for (const CoapObservers::Notification& each : self.observers.collect(Clock::now())) {
    const std::uint32_t format = each.to.accept.value_or(text_format);
    std::string& body = bodies[{each.to.resource, format}];
    if (body.empty()) body = self.body_of(each.state.get(), each.to.resource, format);
    self.notify(each, body);
  }
  self.count();
}

std::optional<CoapPredictions::Clock::time_point> CoapPredictions::next_due() const {
  return state_->observers.next_due();
}

std::uint16_t CoapPredictions::next_message_id(const Peer& peer) {
  return state_->observers.next_message_id(peer);
}

}  // namespace terse::serve::coap
