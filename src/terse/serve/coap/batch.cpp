#include "terse/serve/coap/batch.h"

#include <fmt/core.h>

#include <array>
#include <memory>
#include <mutex>

namespace terse::serve::coap {
namespace {

// What asks most of the sender comes last.
constexpr std::array<core::Verdict, core::verdicts> in_order = {
    core::Verdict::stored,  core::Verdict::duplicate,     core::Verdict::conflict,
    core::Verdict::refused, core::Verdict::unknown_model, core::Verdict::forbidden,
    core::Verdict::busy,    core::Verdict::unavailable};

struct Together {
  std::mutex mutex;
  std::array<std::size_t, in_order.size()> counts{};
  std::size_t left = 0;
  core::Answer last;
  core::Pipeline::Answered answered;
};

core::Answer summary_of(const Together& all) {
  core::Answer answer = all.last;
  for (std::size_t i = 0; i < in_order.size(); ++i) {
    const std::size_t count = all.counts[static_cast<std::size_t>(in_order[i])];
    if (count == 0) continue;
    answer.verdict = in_order[i];
    answer.summary +=
        fmt::format("{}{} {}", answer.summary.empty() ? "" : ", ", count, word(in_order[i]));
  }
  return answer;
}

}  // namespace

void add_request(std::vector<core::Uplink> uplinks, core::Pipeline::Answered answered,
                 std::vector<std::pair<core::Uplink, core::Pipeline::Answered>>& several) {
  if (uplinks.size() == 1) {
    several.emplace_back(std::move(uplinks[0]), std::move(answered));
    return;
  }
  const auto all = std::make_shared<Together>();
  all->left = uplinks.size();
  all->answered = std::move(answered);
  for (core::Uplink& uplink : uplinks) {
    several.emplace_back(std::move(uplink), [all](const core::Answer& answer) {
      {
        const std::lock_guard lock(all->mutex);
        ++all->counts[static_cast<std::size_t>(answer.verdict)];
        all->last = answer;
        if (--all->left > 0) return;
      }
      all->answered(summary_of(*all));
    });
  }
}

}  // namespace terse::serve::coap
