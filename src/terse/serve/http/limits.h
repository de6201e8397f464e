// Limits of one HTTP request, of one connection, and of all of them together.
#pragma once

#include <chrono>
#include <cstddef>

namespace terse::serve::http {

struct HttpLimits {
  std::size_t head_bytes_max = 8 << 10;  ///< request line and header; trailer and chunk header, too
  std::size_t body_bytes_max = 1 << 20;
  std::size_t bodies_bytes_max = 48 << 20;   ///< of all requests that are here
  std::size_t answers_bytes_max = 32 << 20;  ///< of all answers that are on their way
  std::size_t served_max = 128;              ///< connections at a time
  std::size_t queued_max = 256;              ///< beyond those
  /// So long a new connection waits when the queue is full; then it is sent away with 503.
  std::chrono::milliseconds came_max{1000};
  /// With a connection that waits for its peer, though others want its place.
  std::chrono::milliseconds patience{250};
  std::chrono::milliseconds request_max{60'000};  ///< from the first byte of a request to its last
  std::chrono::milliseconds keep_alive_max{5'000};  ///< between two requests
  std::chrono::milliseconds write_max{5'000};       ///< for a peer that does not read
  std::chrono::milliseconds farewell_max{1'000};    ///< for what a refused peer still sends
};

}  // namespace terse::serve::http
