#include "terse/serve/coap/blocks.h"

#include <algorithm>
#include <utility>

namespace terse::serve::coap {

std::optional<CoapBlock> read_block(std::uint32_t option) {
  const std::uint32_t exponent = option & 7;
  if (exponent == 7) return std::nullopt;
  return CoapBlock{option >> 4, (option & 8) != 0, 16U << exponent};
}

std::optional<CoapCut> cut(std::string_view body, std::optional<std::uint32_t> block2) {
  constexpr std::uint32_t largest = 6;  // 1024 bytes
  if (!block2 && body.size() <= 16U << largest) return CoapCut{body, {}, false};
  const auto wanted = read_block(block2.value_or(largest));
  if (!wanted) return std::nullopt;
  const std::uint64_t begin = std::uint64_t{wanted->number} * wanted->bytes;
  if (begin >= std::max<std::uint64_t>(body.size(), 1)) return std::nullopt;
  const std::string_view part = body.substr(begin, wanted->bytes);
  const bool more = begin + part.size() < body.size();
  const std::uint32_t exponent = block2.value_or(largest) & 7;
  return CoapCut{part, wanted->number << 4 | (more ? 8U : 0U) | exponent, more};
}

void CoapBodies::forget(const std::string& name) {
  const auto found = bodies_.find(name);
  if (found == bodies_.end()) return;
  bytes_ -= found->second.bytes.size();
  bodies_.erase(found);
}

void CoapBodies::make_room(Clock::time_point now) {
  while (!order_.empty()) {
    const auto oldest = bodies_.find(order_.front());
    const bool keep = oldest != bodies_.end() && now - oldest->second.at <= lifetime &&
                      bodies_.size() < limits_.bodies_max &&
                      bytes_ + limits_.body_bytes_max <= limits_.bodies_bytes_max &&
                      order_.size() < 2 * limits_.bodies_max;
    if (keep) return;
    const std::string name = std::move(order_.front());
    order_.pop_front();
    forget(name);
  }
}

CoapBodies::Added CoapBodies::add(const std::string& name, const CoapBlock& block,
                                  std::span<const std::uint8_t> payload, Clock::time_point now,
                                  std::vector<std::uint8_t>& body) {
  if (block.more ? payload.size() != block.bytes : payload.size() > block.bytes) {
    return Added::malformed;
  }
  const std::uint64_t begin = std::uint64_t{block.number} * block.bytes;
  if (begin + payload.size() > limits_.body_bytes_max) {
    forget(name);
    return Added::too_large;
  }
  if (block.number == 0) {
    forget(name);
    make_room(now);
    bodies_[name].at = now;
    order_.push_back(name);
  }
  const auto found = bodies_.find(name);
  if (found == bodies_.end() || begin > found->second.bytes.size()) return Added::incomplete;
  std::vector<std::uint8_t>& bytes = found->second.bytes;
  if (begin < bytes.size()) {
    const auto old = std::span(bytes).subspan(begin);
    const bool same =
        old.size() >= payload.size() && std::equal(payload.begin(), payload.end(), old.begin());
    return same && block.more ? Added::more : Added::incomplete;
  }
  bytes.insert(bytes.end(), payload.begin(), payload.end());
  bytes_ += payload.size();
  found->second.at = now;
  if (block.more) return Added::more;
  body = std::move(bytes);
  bytes.clear();
  bytes_ -= body.size();
  bodies_.erase(found);
  return Added::whole;
}

}  // namespace terse::serve::coap
