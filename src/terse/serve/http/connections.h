// The connections of the HTTP server, so that a few slow peers do not keep everybody else out.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

namespace httplib {
class Server;
struct Response;
}  // namespace httplib

namespace terse::serve::http {

struct HttpConnectionLimits {
  std::size_t served_max = 128;  ///< at a time, each by a thread
  std::size_t queued_max = 256;  ///< beyond those; more are sent away with 503
  std::chrono::milliseconds came_max{1000};
  /// With a request that is on its way, though others wait.
  std::chrono::milliseconds patience{250};
  std::chrono::seconds request_max{60};    ///< from the first byte of a request to its last
  std::chrono::seconds keep_alive_max{5};  ///< between two requests
  std::chrono::seconds write_max{5};       ///< for a peer that does not read
};

/// The connections that wait for bytes of their peer, and the times at which their requests began.
/// While all threads are taken and another connection waits, the one that has kept its thread
/// waiting the longest is closed: a slow-loris loses its connections, a device that sends its
/// request at once does not. Safe from any thread.
class HttpConnections {
 public:
  using Clock = std::chrono::steady_clock;

  explicit HttpConnections(const HttpConnectionLimits& limits) : limits_(limits) {}
  const HttpConnectionLimits& limits() const noexcept { return limits_; }

  /// A new one came; false if there are too many, and none has gone within `came_max`. Each true
  /// needs one left(), in the thread that waited for it.
  bool came();
  void left();
  /// Waits until `socket` has bytes (or takes some, if `to_write`); false if it was hung up on, or
  /// at `until`. since: when its request began.
  bool wait(int socket, bool to_write, Clock::time_point since, Clock::time_point until);
  /// Closes all connections that wait for bytes, now and later; answers still go out.
  void stop();

 private:
  void make_room();

  HttpConnectionLimits limits_;
  std::mutex mutex_;
  std::condition_variable gone_;
  struct Waiting {
    Clock::time_point since;
    bool to_write;
  };
  std::unordered_map<int, Waiting> waiting_;  ///< by socket
  std::size_t here_ = 0;
  std::size_t leaving_ = 0;  ///< of those, hung up on
  bool stopping_ = false;
};

/// From a handler: this connection ends after the answer. For a request whose body was not read, or
/// that body would be read as the next request.
void end_connection_after(httplib::Response& response);

/// A server of cpp-httplib whose connections `connections`, which must outlive it, watches. With a
/// certificate it speaks TLS. Throws InputError if the certificate cannot be used.
std::unique_ptr<httplib::Server> make_http_server(const std::string& certificate,
                                                  const std::string& private_key,
                                                  HttpConnections& connections);

}  // namespace terse::serve::http
