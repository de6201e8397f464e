#include "terse/serve/dtls/predictions.h"

#include <unordered_map>
#include <utility>
#include <vector>

#include "terse/serve/coap/response.h"
#include "terse/serve/core/mailbox.h"
#include "terse/serve/core/prediction_watch.h"
#include "terse/serve/dtls/request.h"
#include "terse/serve/store/latest_reader.h"

namespace terse::serve::dtls {
namespace {

/// The answer of the store's reader to a question.
struct Found {
  std::uint64_t number;
  std::shared_ptr<const store::Row> row;
  std::string problem;
};

void refuse(coap_pdu_t* response, coap_pdu_code_t code, std::string_view reason) {
  coap_pdu_set_code(response, code);
  coap_add_data(response, reason.size(), reinterpret_cast<const std::uint8_t*>(reason.data()));
}

}  // namespace

struct DtlsPredictions::State {
  /// A GET that waits for the store.
  struct Question {
    coap_async_t* async;
    std::string resource;
    bool answered = false;
    std::string problem = {};
  };

  State(coap_context_t* context_, const std::shared_ptr<core::Wakeup>& wakeup)
      : context(context_),
        watch(std::make_shared<core::PredictionWatch>(wakeup)),
        mailbox(std::make_shared<core::Mailbox<Found>>(wakeup)) {}

  static void handle(coap_resource_t* resource, coap_session_t* session, const coap_pdu_t* request,
                     const coap_string_t*, coap_pdu_t* response);
  void answer(const std::string& path, coap_session_t* session, const coap_pdu_t* request,
              coap_pdu_t* response);
  /// Puts the question to the store, or says why not.
  void ask(const std::string& path, coap_session_t* session, const coap_pdu_t* request,
           coap_pdu_t* response);

  coap_context_t* context;
  std::shared_ptr<core::PredictionWatch> watch;
  std::unordered_map<std::string, std::shared_ptr<const store::Row>>
      states;  ///< of those read before
  std::unordered_map<std::uint64_t, Question> questions;
  std::uint64_t next_question = 1;
  std::shared_ptr<core::Mailbox<Found>> mailbox;
  std::unique_ptr<store::LatestReader> reader;
};

DtlsPredictions::DtlsPredictions(coap_context_t* context, core::Pipeline& pipeline,
                                 store::Store* store, const std::shared_ptr<core::Wakeup>& wakeup)
    : state_(std::make_unique<State>(context, wakeup)) {
  pipeline.watch(state_->watch);
  if (store != nullptr) state_->reader = std::make_unique<store::LatestReader>(*store);
}

DtlsPredictions::~DtlsPredictions() = default;

void DtlsPredictions::add(const std::string& device) {
  const std::string path = "d/" + device;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(path.data());
  coap_str_const_t text{path.size(), bytes};
  if (coap_get_resource_from_uri_path(state_->context, &text) != nullptr) return;
  coap_resource_t* resource =
      coap_resource_init(coap_new_str_const(bytes, path.size()), COAP_RESOURCE_FLAGS_RELEASE_URI);
  coap_register_request_handler(resource, COAP_REQUEST_GET, State::handle);
  coap_resource_set_get_observable(resource, 1);
  coap_resource_set_userdata(resource, state_.get());
  coap_add_resource(state_->context, resource);
}

void DtlsPredictions::State::handle(coap_resource_t* resource, coap_session_t* session,
                                    const coap_pdu_t* request, const coap_string_t*,
                                    coap_pdu_t* response) {
  const coap_str_const_t* path = coap_resource_get_uri_path(resource);
  static_cast<State*>(coap_resource_get_userdata(resource))
      ->answer({reinterpret_cast<const char*>(path->s), path->length}, session, request, response);
}

void DtlsPredictions::State::answer(const std::string& path, coap_session_t* session,
                                    const coap_pdu_t* request, coap_pdu_t* response) {
  if ("d/" + proven_name(session) != path) {
    return refuse(response, COAP_RESPONSE_CODE_FORBIDDEN,
                  "a device may read only its own predictions");
  }
  const std::optional<std::uint32_t> accepted = accepted_format(request);
  if (!coap::can_accept(accepted)) {
    return coap_pdu_set_code(response, COAP_RESPONSE_CODE_NOT_ACCEPTABLE);
  }
  // Watched before the store is asked, so that no change between is lost.
  if (!states.contains(path)) watch->watch(path);
  const auto known = states.find(path);
  if (known == states.end()) return ask(path, session, request, response);
  const std::uint32_t format = accepted.value_or(coap::text_format);
  const std::string body = coap::coap_state(known->second.get(), path, format);
  std::uint8_t bytes[4];
  coap_pdu_set_code(response, COAP_RESPONSE_CODE_CONTENT);
  coap_add_option(response, COAP_OPTION_CONTENT_FORMAT,
                  coap_encode_var_safe(bytes, sizeof bytes, format), bytes);
  coap_add_data(response, body.size(), reinterpret_cast<const std::uint8_t*>(body.data()));
}

void DtlsPredictions::State::ask(const std::string& path, coap_session_t* session,
                                 const coap_pdu_t* request, coap_pdu_t* response) {
  coap_async_t* async = coap_find_async(session, coap_pdu_get_token(request));
  if (async != nullptr) {
    const auto number = reinterpret_cast<std::uint64_t>(coap_async_get_app_data(async));
    const auto question = questions.find(number);
    if (question == questions.end() || !question->second.answered) return;
    const std::string problem = question->second.problem;
    questions.erase(question);
    if (!problem.empty()) {
      return refuse(response, COAP_RESPONSE_CODE_SERVICE_UNAVAILABLE, problem);
    }
    return refuse(response, COAP_RESPONSE_CODE_NOT_FOUND, "no message has come from this device");
  }
  if (reader == nullptr) {
    return refuse(response, COAP_RESPONSE_CODE_NOT_IMPLEMENTED,
                  "this server has no store of messages");
  }
  async = coap_register_async(session, request, 0);
  if (async == nullptr) {
    return refuse(response, COAP_RESPONSE_CODE_SERVICE_UNAVAILABLE,
                  "too many requests are waiting");
  }
  const std::uint64_t number = next_question++;
  coap_async_set_app_data(async, reinterpret_cast<void*>(number));
  questions[number] = {async, path};
  const auto leave = [box = mailbox, number](std::shared_ptr<const store::Row> row,
                                             const std::string& problem) {
    box->leave({number, std::move(row), problem});
  };
  if (reader->ask(path.substr(2), leave)) return;
  questions.erase(number);
  coap_free_async(session, async);
  refuse(response, COAP_RESPONSE_CODE_SERVICE_UNAVAILABLE, "too many requests are waiting");
}

void DtlsPredictions::work() {
  State& self = *state_;
  for (Found& each : self.mailbox->take()) {
    State::Question& question = self.questions.at(each.number);
    question.answered = true;
    question.problem = each.problem;
    // A message that came meanwhile is newer.
    if (each.row != nullptr) self.states.try_emplace(question.resource, std::move(each.row));
    coap_async_trigger(question.async);
  }
  for (auto& [path, state] : self.watch->take()) {
    self.states[path] = std::move(state);
    coap_str_const_t text{path.size(), reinterpret_cast<const std::uint8_t*>(path.data())};
    coap_resource_t* resource = coap_get_resource_from_uri_path(self.context, &text);
    if (resource != nullptr) coap_resource_notify_observers(resource, nullptr);
  }
}

}  // namespace terse::serve::dtls
