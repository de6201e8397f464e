// A connection of HTTP: request after request, each read, answered and written, without a thread of
// its own. All functions are for the thread of the connections.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "terse/serve/http/handler.h"
#include "terse/serve/http/limits.h"
#include "terse/serve/http/request_reader.h"
#include "terse/serve/http/seats.h"
#include "terse/serve/http/stream.h"

namespace terse::serve::http {

class Connection;

/// What the connections of a server share.
struct Connections {
  HttpLimits limits;
  Receive receive;
  std::size_t body_bytes = 0;    ///< that all of them keep
  std::size_t answer_bytes = 0;  ///< that all of them are to write
  bool is_stopping = false;
  bool others_wait = false;  ///< for a place: each answer ends its connection
  std::function<void(Connection&)> ended;
  /// Hangs up on slow senders of bodies until so many bytes are free.
  std::function<void(std::size_t)> free_bodies;
};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  /// peer: its address. all must outlive it.
  Connection(std::unique_ptr<Stream> stream, std::string peer, Connections& all);

  void start();
  /// Now; `ended` is called later.
  void hang_up();
  /// Since when its peer lets it wait; nothing while an answer is made.
  std::optional<Clock::time_point> waiting_since() const { return waiting_since_; }
  /// When it is to be hung up on.
  Clock::time_point deadline() const { return deadline_; }
  std::size_t body_bytes() const { return held_; }
  bool is_writing() const { return !unwritten_.empty(); }

 private:
  using Fault = boost::system::error_code;
  using Next = void (Connection::*)();

  /// Calls `next` after the operation, or ends if it failed.
  Stream::Done then(Next next);
  void wait(Clock::time_point since, Clock::time_point until);
  void begin_reading();
  void read();
  void process();
  /// False if the head is answered, or a `100 Continue` is being written.
  bool receive_head();
  void answer_request();
  void refuse(HttpAnswer answer);
  void write_answer(HttpAnswer answer);
  void write();
  void answer_written();
  void say_farewell();
  void drop();
  void end();
  void hold_body();
  void release();

  std::unique_ptr<Stream> stream_;
  std::string peer_;
  Connections& all_;
  RequestReader reader_;
  Reception reception_;
  std::array<char, 16384> buffer_{};
  std::string_view unread_;  ///< in buffer_
  std::string to_write_;
  std::string_view unwritten_;  ///< in to_write_
  Next after_write_ = nullptr;
  std::optional<Clock::time_point> waiting_since_;
  Clock::time_point deadline_ = Clock::time_point::max();
  Clock::time_point began_{};  ///< the request, or the pause before it
  bool had_begun_ = false;
  std::size_t held_ = 0;          ///< bytes of its body in `body_bytes`
  std::size_t answer_bytes_ = 0;  ///< in `answer_bytes`
  bool is_head_ = false;          ///< the method
  bool keeps_alive_ = true;
  bool peer_may_send_ = false;  ///< what belongs to a request that is refused
  bool is_over_ = false;
};

}  // namespace terse::serve::http
