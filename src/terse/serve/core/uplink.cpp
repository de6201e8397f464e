#include "terse/serve/core/uplink.h"

#include <array>

namespace terse::serve::core {

std::string_view word(Verdict verdict) noexcept {
  constexpr std::array<std::string_view, verdicts> words = {"stored",  "duplicate",     "conflict",
                                                            "refused", "unknown_model", "forbidden",
                                                            "busy",    "unavailable"};
  return words[static_cast<std::size_t>(verdict)];
}

std::string_view word(Proof proof) noexcept {
  constexpr std::array<std::string_view, 4> words = {"none", "broker", "token", "device"};
  return words[static_cast<std::size_t>(proof)];
}

}  // namespace terse::serve::core
