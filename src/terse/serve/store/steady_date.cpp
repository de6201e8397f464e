#include "terse/serve/store/steady_date.h"

namespace terse::serve::store {

std::int64_t SteadyDate::now_ms(std::int64_t wall_ms, std::int64_t steady_ms) {
  const std::int64_t offset = wall_ms - steady_ms;
  const bool jumped = offset_ms_ && offset > *offset_ms_ + jump_ms;
  if (jumped && !doubted_since_ms_) doubted_since_ms_ = steady_ms;
  if (!jumped || steady_ms - *doubted_since_ms_ >= lasting_ms) {
    offset_ms_ = offset;
    doubted_since_ms_.reset();
  }
  return steady_ms + *offset_ms_;
}

}  // namespace terse::serve::store
