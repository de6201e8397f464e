#include "terse/serve/core/audit.h"

#include <fmt/chrono.h>

#include <algorithm>

#include "terse/serve/core/names.h"

namespace terse::serve::core {
namespace {

constexpr double lines_at_once = 50;
constexpr double lines_per_second = 5;

std::string time_now() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  return fmt::format("{:%FT%TZ}", fmt::gmtime(now));
}

}  // namespace

std::string sender_text(const Sender& sender) {
  const std::string_view proof = word(sender.proof);
  if (sender.name.empty()) return std::string(proof);
  return fmt::format("{} {}", proof, presentable(sender.name, name_bytes_max));
}

Audit::Audit(std::function<void(const std::string&)> told)
    : told_(std::move(told)), allowed_(lines_at_once), filled_(Clock::now()) {}

void Audit::note(const Sender& who, const std::string& what, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  const std::chrono::duration<double> passed = std::max(now - filled_, Clock::duration::zero());
  allowed_ = std::min(allowed_ + lines_per_second * passed.count(), lines_at_once);
  filled_ = std::max(filled_, now);
  if (allowed_ < 1) {
    ++left_out_;
    return;
  }
  allowed_ -= 1;
  if (left_out_ > 0) told_(fmt::format("audit {} left out {} lines", time_now(), left_out_));
  left_out_ = 0;
  told_(fmt::format("audit {} {}: {}", time_now(), sender_text(who), what));
}

}  // namespace terse::serve::core
