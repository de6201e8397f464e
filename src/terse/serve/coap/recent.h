// A memory of recent exchanges by name, bounded in number and time.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <string>
#include <unordered_map>
#include <utility>

namespace terse::serve::coap {

/// For one thread.
template <typename Value>
class Recent {
 public:
  using Clock = std::chrono::steady_clock;
  /// EXCHANGE_LIFETIME of RFC 7252, section 4.8.2: message ids are not reused before.
  static constexpr std::chrono::seconds lifetime{247};

  explicit Recent(std::size_t values_max) : values_max_(values_max) {}

  /// Under a name that is known the value and its time are replaced. Forgets values that are too
  /// old, and the oldest beyond the maximum.
  void add(const std::string& name, Value value, Clock::time_point now) {
    while (!order_.empty()) {
      const auto& [oldest, at] = order_.front();
      const bool replaced = oldest->second.at != at;
      const bool stays =
          values_.size() < values_max_ && now - at <= lifetime && order_.size() < 2 * values_max_;
      if (!replaced && stays) break;
      if (!replaced) values_.erase(values_.find(oldest->first));
      order_.pop_front();
    }
    const auto [place, is_new] = values_.try_emplace(name);
    const bool again = !is_new && place->second.at == now;
    place->second = {std::move(value), now};
    if (!again) order_.emplace_back(&*place, now);
  }
  /// Null if it is not known, or no longer. Stays until add().
  const Value* find(const std::string& name, Clock::time_point now) const {
    const auto found = values_.find(name);
    if (found == values_.end() || now - found->second.at > lifetime) return nullptr;
    return &found->second.value;
  }
  std::size_t size() const noexcept { return values_.size(); }

 private:
  struct Kept {
    Value value = {};
    Clock::time_point at = {};
  };
  std::size_t values_max_;
  std::unordered_map<std::string, Kept> values_;
  /// In which they were added. Those that were replaced since are there again, later, with another
  /// time; the last of a name forgets it.
  std::deque<std::pair<const std::pair<const std::string, Kept>*, Clock::time_point>> order_;
};

}  // namespace terse::serve::coap
