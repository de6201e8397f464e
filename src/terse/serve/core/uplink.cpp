#include "terse/serve/core/uplink.h"

#include <array>

namespace terse::serve::core {

std::string_view word(Verdict verdict) noexcept {
  constexpr std::array<std::string_view, 7> words = {
      "stored", "duplicate", "conflict", "refused", "unknown_model", "busy", "unavailable"};
  return words[static_cast<std::size_t>(verdict)];
}

}  // namespace terse::serve::core
