#include "terse/serve/core/webhook_answer.h"

#include <nlohmann/json.hpp>

namespace terse::serve::core {

int webhook_status(Verdict verdict) {
  switch (verdict) {
    case Verdict::stored:
    case Verdict::duplicate:
    case Verdict::conflict:
    case Verdict::refused:
    case Verdict::unknown_model:
    case Verdict::forbidden:
      return 200;
    case Verdict::busy:
    case Verdict::unavailable:
      return 503;
  }
  return 503;
}

std::string to_json(const IgnoredEvent& event) {
  return nlohmann::ordered_json{
      {"status", "ignored"}, {"event", event.event}, {"reason", event.why}}
      .dump();
}

}  // namespace terse::serve::core
