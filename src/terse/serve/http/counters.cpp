#include "terse/serve/http/counters.h"

#include "terse/base/error.h"

namespace terse::serve::http {
namespace {

constexpr int place = 200;

}  // namespace

HttpCounters::HttpCounters(core::Metrics& metrics) : unauthorized_{} {
  for (const core::TokenVerdict why :
       {core::TokenVerdict::missing, core::TokenVerdict::unknown, core::TokenVerdict::expired}) {
    unauthorized_[static_cast<std::size_t>(why)] = &metrics.counter(
        {"terse_unauthorized_total", "Requests without a valid bearer token.", place},
        {{"token", std::string(word(why))}});
  }
}

void HttpCounters::count_unauthorized(core::TokenVerdict verdict) noexcept {
  TERSE_CHECK(verdict != core::TokenVerdict::good);
  unauthorized_[static_cast<std::size_t>(verdict)]->add();
}

}  // namespace terse::serve::http
