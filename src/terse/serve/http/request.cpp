#include "terse/serve/http/request.h"

#include <array>

#include <algorithm>

namespace terse::serve::http {

std::string_view word(Method method) noexcept {
  constexpr std::array<std::string_view, 6> words = {"GET", "HEAD",    "POST",
                                                     "PUT", "OPTIONS", "other"};
  return words[static_cast<std::size_t>(method)];
}

}  // namespace terse::serve::http
