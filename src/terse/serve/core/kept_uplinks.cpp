#include "terse/serve/core/kept_uplinks.h"

#include <fmt/core.h>

#include "terse/serve/core/audit.h"
#include "terse/serve/core/names.h"

namespace terse::serve::core {

std::optional<std::string> key_of(const Uplink& uplink) {
  if (uplink.key || !uplink.counter) return uplink.key;
  return uplink.session.empty() ? std::to_string(*uplink.counter)
                                : fmt::format("{}:{}", uplink.session, *uplink.counter);
}

store::Row row_of(const Waiting& waiting, std::int64_t received_ms,
                  const store::CounterPolicy& policy) {
  const Uplink& uplink = waiting.uplink;
  const Answer& answer = waiting.answer;
  store::Row row;
  row.device = uplink.device;
  row.model = answer.model;
  row.version = answer.version;
  row.key = key_of(uplink);
  row.received_ms = received_ms;
  row.payload = uplink.payload;
  row.prediction = answer.prediction;
  row.label = answer.label;
  row.radio = uplink.radio;
  row.counter = uplink.counter;
  row.session = uplink.session;
  row.restarted = uplink.restarted;
  row.policy = policy;
  row.measured_ms = uplink.measured_ms;
  row.sender = sender_text(uplink.sender);
  return row;
}

store::Refusal refusal_of(const Waiting& waiting, std::int64_t received_ms) {
  const Uplink& uplink = waiting.uplink;
  return {presentable(uplink.device, device_bytes_max), presentable(uplink.model, name_bytes_max),
          received_ms, uplink.payload, waiting.answer.reason};
}

void set_outcome(const store::Outcome& outcome, Answer& answer) {
  answer.version = outcome.version;
  answer.prediction = outcome.prediction;
  answer.label = outcome.label;
  if (outcome.kept != store::Kept::stored) {
    answer.probability.reset();
    answer.probabilities.clear();
  }
  if (outcome.kept == store::Kept::duplicate) answer.verdict = Verdict::duplicate;
  if (outcome.kept == store::Kept::conflict) {
    answer.verdict = Verdict::conflict;
    answer.reason = "this key came before with different bytes";
    answer.quarantine_id = outcome.refusal_id;
  }
}

}  // namespace terse::serve::core
