#include "terse/serve/http/uplinks.h"

#include <algorithm>
#include <atomic>
#include <memory>

#include "terse/base/error.h"
#include "terse/serve/core/frame_counter.h"
#include "terse/serve/core/json_answers.h"
#include "terse/serve/core/measured_time.h"
#include "terse/serve/core/names.h"
#include "terse/serve/core/payload_body.h"
#include "terse/serve/core/webhook.h"
#include "terse/serve/core/webhook_answer.h"
#include "terse/serve/http/query.h"
#include "terse/text/media_type.h"
#include "terse/text/quoting.h"

namespace terse::serve::http {
namespace {

int status_of(core::Verdict verdict) {
  switch (verdict) {
    case core::Verdict::stored:
    case core::Verdict::duplicate:
      return 200;
    case core::Verdict::forbidden:
      return 403;
    case core::Verdict::unknown_model:
      return 404;
    case core::Verdict::conflict:
      return 409;
    case core::Verdict::refused:
      return 422;
    case core::Verdict::busy:
    case core::Verdict::unavailable:
      return 503;
  }
  return 500;
}

HttpAnswer json_answer(int status, std::string body) {
  HttpAnswer answer{status, std::move(body)};
  if (status == 503) answer.fields.emplace_back("Retry-After", "1");
  return answer;
}

void read_query(const Target& target, core::Uplink& uplink) {
  if (const auto counter = parameter(target, "counter")) {
    uplink.counter = core::read_counter(*counter);
    if (!uplink.counter) {
      throw base::InputError("counter", "", text::in_quotes(*counter) + " is not a counter",
                             "write a whole number from 0, digits alone");
    }
  }
  if (const auto key = parameter(target, "key")) {
    if (key->empty()) throw base::InputError("key", "", "is empty", "write it, or leave it out");
    if (uplink.counter) {
      throw base::InputError("key", "", "is given beside a counter", "give one of them");
    }
    uplink.key = key;
  }
  if (const auto time = parameter(target, "t")) {
    uplink.measured_ms = core::read_measured_time(*time);
    if (!uplink.measured_ms) {
      throw base::InputError("t", "", text::in_quotes(*time) + " is not a time of measurement",
                             "write seconds since 1970, UTC");
    }
  }
}

}  // namespace

HttpAnswer UplinkRoutes::answer(const core::Answer& given) const {
  return json_answer(status_of(given.verdict), core::to_json(given, registry_));
}

void UplinkRoutes::submit(core::Uplink uplink, const Admitted& admitted,
                          const Respond& respond) const {
  uplink.sender = admitted.sender;
  pipeline_.submit(std::move(uplink),
                   [this, respond](const core::Answer& given) { respond(answer(given)); });
}

void UplinkRoutes::take_bytes(const Admitted& admitted, HttpRequest& request,
                              const Respond& respond) const {
  core::Uplink uplink;
  uplink.device = parameter(request.target, "device").value_or("");
  uplink.model = admitted.name;
  if (!core::is_device_name(uplink.device)) {
    throw base::InputError("device", "",
                           text::in_quotes(uplink.device) + " cannot be a device's name",
                           "add ?device=NAME with 1 to 128 bytes");
  }
  read_query(request.target, uplink);
  uplink.payload.assign(request.body.begin(), request.body.end());
  std::string().swap(request.body);
  submit(std::move(uplink), admitted, respond);
}

void UplinkRoutes::take_json(const Admitted& admitted, const HttpRequest& request,
                             const Respond& respond) const {
  for (const char* name : {"counter", "key", "t"}) {
    if (parameter(request.target, name)) {
      throw base::InputError(name, "", "is in the query of a body in JSON", "write it in the body");
    }
  }
  std::vector<core::Uplink> uplinks = core::read_payload_body(
      request.body, admitted.name, parameter(request.target, "device").value_or(""));
  const std::size_t begin = request.body.find_first_not_of(" \t\r\n");
  if (request.body[begin] != '[') return submit(std::move(uplinks.front()), admitted, respond);

  struct Answers {
    std::vector<core::Answer> given;
    std::atomic<std::size_t> left;
  };
  const auto answers = std::make_shared<Answers>();
  answers->given.resize(uplinks.size());
  answers->left = uplinks.size();
  std::vector<std::pair<core::Uplink, core::Pipeline::Answered>> several;
  for (std::size_t i = 0; i < uplinks.size(); ++i) {
    uplinks[i].sender = admitted.sender;
    several.emplace_back(
        std::move(uplinks[i]), [this, respond, answers, i](const core::Answer& given) {
          answers->given[i] = given;
          if (--answers->left > 0) return;
          threads_.run([this, respond, answers] {
            const bool again = std::any_of(
                answers->given.begin(), answers->given.end(),
                [](const core::Answer& each) { return status_of(each.verdict) == 503; });
            respond(json_answer(again ? 503 : 200, core::to_json(answers->given, registry_)));
          });
        });
  }
  pipeline_.submit_all(std::move(several));
}

void UplinkRoutes::take_event(const Admitted& admitted, const HttpRequest& request,
                              const Respond& respond) const {
  // Of all that may come, this leaves nothing to look at in quarantine.
  if (request.body.empty()) throw HttpError(400, "the body is empty; send an event");
  core::NetworkEvent event =
      admitted.route->endpoint == Endpoint::things_stack
          ? core::read_things_stack(request.body)
          : core::read_chirpstack(request.body, parameter(request.target, "event").value_or(""));
  if (const auto* ignored = std::get_if<core::IgnoredEvent>(&event)) {
    return respond(HttpAnswer{200, core::to_json(*ignored)});
  }
  auto& uplink = std::get<core::Uplink>(event);
  uplink.model = parameter(request.target, "model").value_or("");
  uplink.sender = admitted.sender;
  pipeline_.submit(std::move(uplink), [this, respond](const core::Answer& given) {
    respond(json_answer(core::webhook_status(given.verdict), core::to_json(given, registry_)));
  });
}

void UplinkRoutes::take(const Admitted& admitted, HttpRequest request,
                        const Respond& respond) const {
  if (admitted.route->takes == Takes::json) return take_event(admitted, request, respond);
  if (text::is_media_type(request.content_type, json_type)) {
    return take_json(admitted, request, respond);
  }
  take_bytes(admitted, request, respond);
}

}  // namespace terse::serve::http
