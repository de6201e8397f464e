#include "terse/serve/core/kept_uplinks.h"

#include <fmt/core.h>

#include "terse/serve/core/names.h"

namespace terse::serve::core {

std::optional<std::string> key_of(const Uplink& uplink) {
  if (uplink.key || !uplink.counter) return uplink.key;
  return uplink.session.empty() ? std::to_string(*uplink.counter)
                                : fmt::format("{}:{}", uplink.session, *uplink.counter);
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
