// Bodies that go in blocks (RFC 7959): those of requests, which are put together (Block1), and
// those of responses, which are cut (Block2).
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace terse::serve::coap {

struct CoapBlock {
  std::uint32_t number = 0;
  bool more = false;
  std::uint32_t bytes = 0;  ///< of every block but the last: 16 to 1024
};

/// The value of a Block1 or Block2 option; nothing for the reserved size.
std::optional<CoapBlock> read_block(std::uint32_t option);

/// A part of a response's body, and the option that says which.
struct CoapCut {
  std::string_view part;
  std::optional<std::uint32_t> block2;  ///< nothing: the body is whole, and was not asked in blocks
  bool more = false;
};

/// What a request gets of a body that has asked for a block (early negotiation too), or for none:
/// then, of a long body, the first block of 1024 bytes. Nothing if there is no such block.
std::optional<CoapCut> cut(std::string_view body, std::optional<std::uint32_t> block2);

struct CoapBlockLimits {
  std::size_t body_bytes_max = 1 << 18;
  std::size_t bodies_bytes_max = 1 << 24;  ///< of all bodies together; the oldest are forgotten
  std::size_t bodies_max = 10'000;
};

/// For one thread.
class CoapBodies {
 public:
  using Clock = std::chrono::steady_clock;
  /// Forgotten when no block has come for this long: EXCHANGE_LIFETIME of RFC 7252.
  static constexpr std::chrono::seconds lifetime{247};
  enum class Added : std::uint8_t { whole, more, incomplete, too_large, malformed };

  explicit CoapBodies(const CoapBlockLimits& limits = {}) : limits_(limits) {}

  /// name: peer and resource. `whole`: `body` has become all of it. A block that came before is
  /// taken again if it says the same.
  Added add(const std::string& name, const CoapBlock& block, std::span<const std::uint8_t> payload,
            Clock::time_point now, std::vector<std::uint8_t>& body);
  std::size_t bytes() const noexcept { return bytes_; }

 private:
  struct Body {
    std::vector<std::uint8_t> bytes;
    Clock::time_point at;
  };
  void forget(const std::string& name);
  void make_room(Clock::time_point now);

  CoapBlockLimits limits_;
  std::unordered_map<std::string, Body> bodies_;
  std::deque<std::string> order_;  ///< in which they began; may name some that are gone
  std::size_t bytes_ = 0;
};

}  // namespace terse::serve::coap
