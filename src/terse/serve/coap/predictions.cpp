#include "terse/serve/coap/predictions.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "terse/serve/coap/response.h"
#include "terse/serve/core/mailbox.h"
#include "terse/serve/core/prediction_watch.h"
#include "terse/serve/store/latest_reader.h"

namespace terse::serve::coap {
namespace {

constexpr std::uint32_t observe_register = 0;
constexpr std::uint32_t observe_deregister = 1;

std::uint64_t milliseconds_since_1970() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

/// The peer that asked, until the store has answered.
struct Question {
  CoapObservers::Observer from;
  CoapType type;
  std::uint16_t message_id;
  bool observe;
};

/// The answer of the store's reader.
struct Found {
  Question question;
  std::shared_ptr<const store::Row> row;
  std::string problem;
};

}  // namespace

struct CoapPredictions::State {
  State(const Setup& setup_, const std::shared_ptr<core::Wakeup>& wakeup, Send send_)
      : setup(setup_),
        send(std::move(send_)),
        watch(std::make_shared<core::PredictionWatch>(wakeup)),
        observers(setup.limits, milliseconds_since_1970(), Clock::now(),
                  [this](const std::string& resource) { watch->forget(resource); }),
        mailbox(std::make_shared<core::Mailbox<Found>>(wakeup)) {
    setup.pipeline.watch(watch);
    if (setup.store != nullptr) reader = std::make_unique<store::LatestReader>(*setup.store);
  }

  /// A response with this code; a failure that may end soon is not to be cached.
  void refuse(const Question& question, std::uint8_t code, std::string_view reason);
  void say(const Question& question, CoapReply reply);
  void say_state(const Question& question, const std::shared_ptr<const store::Row>& row);
  void ask_store(const Question& question, const std::string& device);
  void count() { setup.counters.set_observers(observers.size()); }

  Setup setup;
  Send send;
  std::shared_ptr<core::PredictionWatch> watch;
  CoapObservers observers;
  std::shared_ptr<core::Mailbox<Found>> mailbox;
  std::unique_ptr<store::LatestReader> reader;
};

CoapPredictions::CoapPredictions(const Setup& setup, const std::shared_ptr<core::Wakeup>& wakeup,
                                 Send send)
    : state_(std::make_unique<State>(setup, wakeup, std::move(send))) {}

CoapPredictions::~CoapPredictions() = default;

bool CoapPredictions::is_resource(std::string_view path) {
  return path.size() > 2 && (path.starts_with("d/") || path.starts_with("m/"));
}

void CoapPredictions::State::say(const Question& question, CoapReply reply) {
  const bool confirmable = question.type == CoapType::confirmable;
  reply.type = confirmable ? CoapType::acknowledgement : CoapType::non_confirmable;
  reply.message_id =
      confirmable ? question.message_id : observers.next_message_id(question.from.peer);
  reply.token = question.from.token;
  send(question.from.peer, reply);
}

void CoapPredictions::State::refuse(const Question& question, std::uint8_t code,
                                    std::string_view reason) {
  if (question.observe) observers.remove(question.from.peer, question.from.token);
  CoapReply reply;
  reply.code = code;
  reply.content_format = text_format;
  if (code == coap_code(5, 3)) reply.max_age = 1;
  reply.payload = reason;
  say(question, reply);
}

void CoapPredictions::State::say_state(const Question& question,
                                       const std::shared_ptr<const store::Row>& row) {
  CoapReply reply;
  std::shared_ptr<const store::Row> newest = row;
  if (question.observe) {
    reply.observe = observers.open(question.from, row, Clock::now());
    if (auto state = observers.state_of(question.from.resource)) newest = std::move(state);
  }
  const std::uint32_t format = question.from.accept.value_or(text_format);
  const std::string body = coap_state(newest.get(), question.from.resource, format);
  reply.code = coap_code(2, 5);
  reply.content_format = format;
  reply.payload = body;
  say(question, reply);
}

void CoapPredictions::State::ask_store(const Question& question, const std::string& device) {
  if (reader == nullptr) {
    return refuse(question, coap_code(5, 1), "this server has no store of messages");
  }
  const auto leave = [box = mailbox, question](std::shared_ptr<const store::Row> row,
                                               const std::string& problem) {
    box->leave({question, std::move(row), problem});
  };
  if (!reader->ask(device, leave))
    refuse(question, coap_code(5, 3), "too many requests are waiting");
}

void CoapPredictions::answer(const SocketAddress& peer, const CoapRequest& request) {
  State& self = *state_;
  Question question{
      {peer, request.token, request.path, request.accept}, request.type, request.message_id, false};
  if (!self.setup.readable) {
    return self.refuse(question, coap_code(4, 1),
                       "this server gives no predictions over plain CoAP");
  }
  if (!can_accept(request.accept)) return self.refuse(question, coap_code(4, 6), "");
  const bool of_model = request.path.starts_with("m/");
  const std::string name = request.path.substr(2);
  if (of_model && self.setup.registry.find(name, {}, {}) == nullptr) {
    return self.refuse(question, coap_code(4, 4), "there is no model with this name");
  }
  if (request.observe == observe_deregister) self.observers.remove(peer, request.token);
  if (request.observe == observe_register) {
    // Watched before the state is looked up, so that no change between is lost. An observer beyond
    // the maximum gets the answer without the option (section 4.1).
    question.observe = self.observers.add(question.from, Clock::now());
    if (question.observe) self.watch->watch(request.path);
  }
  self.count();
  if (of_model) return self.say_state(question, self.watch->latest_of_model(name));
  if (auto known = self.observers.state_of(request.path)) {
    return self.say_state(question, known);
  }
  self.ask_store(question, name);
}

void CoapPredictions::take_empty(const SocketAddress& peer, CoapType type,
                                 std::uint16_t message_id) {
  if (type == CoapType::acknowledgement) {
    state_->observers.acknowledge(peer, message_id, Clock::now());
  } else if (type == CoapType::reset) {
    state_->observers.reset(peer, message_id);
    state_->count();
  }
}

void CoapPredictions::work() {
  State& self = *state_;
  for (const Found& each : self.mailbox->take()) {
    if (!each.problem.empty()) {
      self.refuse(each.question, coap_code(5, 3), each.problem);
    } else if (each.row == nullptr &&
               self.observers.state_of(each.question.from.resource) == nullptr) {
      self.refuse(each.question, coap_code(4, 4), "no message has come from this device");
    } else {
      self.say_state(each.question, each.row);
    }
  }
  const auto now = Clock::now();
  for (auto& [resource, state] : self.watch->take()) self.observers.change(resource, state, now);
  // One body for all observers of a resource that want the same format.
  std::map<std::pair<std::string, std::uint32_t>, std::string> bodies;
  for (const CoapObservers::Notification& each : self.observers.collect(now)) {
    const std::uint32_t format = each.to.accept.value_or(text_format);
    std::string& body = bodies[{each.to.resource, format}];
    if (body.empty()) body = coap_state(each.state.get(), each.to.resource, format);
    CoapReply reply;
    reply.type = each.confirmable ? CoapType::confirmable : CoapType::non_confirmable;
    reply.code = coap_code(2, 5);
    reply.message_id = each.message_id;
    reply.token = each.to.token;
    reply.observe = each.sequence;
    reply.content_format = format;
    reply.payload = body;
    self.send(each.to.peer, reply);
    self.setup.counters.count_notification(each.again         ? Notice::again
                                           : each.confirmable ? Notice::confirmable
                                                              : Notice::non_confirmable);
  }
  self.count();
}

std::chrono::milliseconds CoapPredictions::wait(std::chrono::milliseconds wait_max) const {
  const auto due = state_->observers.next_due();
  if (!due) return wait_max;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*due - Clock::now());
  return std::clamp(left, std::chrono::milliseconds(0), wait_max);
}

std::uint16_t CoapPredictions::next_message_id(const SocketAddress& peer) {
  return state_->observers.next_message_id(peer);
}

}  // namespace terse::serve::coap
