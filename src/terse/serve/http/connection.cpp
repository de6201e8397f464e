#include "terse/serve/http/connection.h"

#include <boost/asio/post.hpp>
#include <utility>

namespace terse::serve::http {

namespace asio = boost::asio;

Connection::Connection(std::unique_ptr<Stream> stream, std::string peer, Connections& all)
    : stream_(std::move(stream)), peer_(std::move(peer)), all_(all), reader_(all.limits) {}

Stream::Done Connection::then(Next next) {
  return [self = shared_from_this(), next](const Fault& fault, std::size_t) {
    if (fault || self->is_over_) return self->end();
    (*self.*next)();
  };
}

void Connection::wait(Clock::time_point since, Clock::time_point until) {
  waiting_since_ = since;
  deadline_ = until;
}

void Connection::start() {
  const auto now = Clock::now();
  wait(now, now + all_.limits.request_max);
  stream_->start(then(&Connection::begin_reading));
}

void Connection::begin_reading() {
  began_ = Clock::now();
  had_begun_ = false;
  is_head_ = false;
  process();
}

void Connection::read() {
  const HttpLimits& limits = all_.limits;
  if (all_.is_stopping) return end();
  wait(began_, began_ + (reader_.has_begun() ? limits.request_max : limits.keep_alive_max));
  stream_->read_some(asio::buffer(buffer_),
                     [self = shared_from_this()](const Fault& fault, std::size_t size) {
                       if (fault || self->is_over_) return self->end();
                       self->unread_ = {self->buffer_.data(), size};
                       self->process();
                     });
}

void Connection::process() {
  using Stage = RequestReader::Stage;
  waiting_since_.reset();
  deadline_ = Clock::time_point::max();
  try {
    for (;;) {
      if (reader_.stage() == Stage::complete) return answer_request();
      if (reader_.stage() == Stage::head_read) {
        if (!receive_head()) return;
        continue;
      }
      if (unread_.empty()) return read();
      unread_.remove_prefix(reader_.take(unread_));
      if (!had_begun_ && reader_.has_begun()) {
        had_begun_ = true;
        began_ = Clock::now();
      }
      hold_body();
    }
  } catch (const HttpError& error) {
    refuse(error_answer(error.status(), error.what()));
  }
}

bool Connection::receive_head() {
  HttpRequest& request = reader_.request();
  request.peer = peer_;
  is_head_ = request.method == Method::head;
  keeps_alive_ = request.keeps_alive;
  reception_ = all_.receive(request);
  if (reception_.refused) {
    peer_may_send_ = request.has_body();
    reception_.refused->ends_connection = peer_may_send_;
    write_answer(std::move(*reception_.refused));
    return false;
  }
  const bool asks = !request.expect.empty();
  reader_.read_body();
  if (!asks || !unread_.empty() || reader_.stage() != RequestReader::Stage::body) return true;
  to_write_ = "HTTP/1.1 100 Continue\r\n\r\n";
  unwritten_ = to_write_;
  after_write_ = &Connection::process;
  write();
  return false;
}

void Connection::answer_request() {
  if (reception_.answer_may_be_long && all_.answer_bytes > all_.limits.answers_bytes_max / 2) {
    return write_answer(error_answer(503, "too many long answers are on their way; ask again"));
  }
  // The copy of the answer and its reception outlive this: the pipeline may call from its thread.
  reception_.answer(std::move(reader_.request()), [self = shared_from_this()](HttpAnswer answer) {
    asio::post(self->stream_->executor(), [self, answer = std::move(answer)]() mutable {
      self->write_answer(std::move(answer));
    });
  });
}

void Connection::refuse(HttpAnswer answer) {
  answer.ends_connection = true;
  peer_may_send_ = true;
  reader_.next();  // what it has kept is not wanted
  write_answer(std::move(answer));
}

void Connection::write_answer(HttpAnswer answer) {
  constexpr std::size_t always = 16 << 10;  // errors above all
  if (answer.body.size() > always &&
      all_.answer_bytes + answer.body.size() > all_.limits.answers_bytes_max) {
    answer = error_answer(503, "too many long answers are on their way; ask again later");
  }
  release();
  keeps_alive_ = keeps_alive_ && !answer.ends_connection && !all_.is_stopping && !all_.others_wait;
  to_write_ = head_text(answer, http_date(), keeps_alive_);
  if (!is_head_ && answer.status != 204) to_write_ += answer.body;
  unwritten_ = to_write_;
  answer_bytes_ = to_write_.size();
  all_.answer_bytes += answer_bytes_;
  after_write_ = &Connection::answer_written;
  write();
}

void Connection::write() {
  constexpr std::size_t piece = 64 << 10;  // each within write_max
  const auto now = Clock::now();
  wait(now, now + all_.limits.write_max);
  const std::string_view some = unwritten_.substr(0, piece);
  stream_->write_some(asio::buffer(some.data(), some.size()),
                      [self = shared_from_this()](const Fault& fault, std::size_t size) {
                        if (fault || self->is_over_) return self->end();
                        self->unwritten_.remove_prefix(size);
                        if (!self->unwritten_.empty()) return self->write();
                        (*self.*self->after_write_)();
                      });
}

void Connection::answer_written() {
  all_.answer_bytes -= std::exchange(answer_bytes_, 0);
  std::string().swap(to_write_);
  reception_ = {};
  if (!keeps_alive_ || all_.is_stopping) return say_farewell();
  reader_.next();
  begin_reading();
}

/// Closing at once while the peer still sends would reset the connection, and the peer might never
/// see the answer: for a moment its bytes are dropped.
void Connection::say_farewell() {
  const auto now = Clock::now();
  wait(now, now + all_.limits.farewell_max);
  stream_->end([self = shared_from_this()](const Fault&, std::size_t) {
    if (self->is_over_ || !self->peer_may_send_) return self->end();
    self->drop();
  });
}

void Connection::drop() {
  stream_->drop_some(asio::buffer(buffer_), then(&Connection::drop));
}

void Connection::hang_up() {
  is_over_ = true;
  waiting_since_.reset();
  reader_.next();
  release();
  stream_->close();
}

void Connection::end() {
  hang_up();
  all_.answer_bytes -= std::exchange(answer_bytes_, 0);
  all_.ended(*this);
}

void Connection::hold_body() {
  const std::size_t bytes = reader_.body_bytes();
  all_.body_bytes += bytes - held_;
  held_ = bytes;
  if (all_.body_bytes <= all_.limits.bodies_bytes_max) return;
  all_.free_bodies(all_.body_bytes - all_.limits.bodies_bytes_max);
  if (all_.body_bytes > all_.limits.bodies_bytes_max) {
    throw HttpError(503, "too many bodies are arriving; send it again later");
  }
}

void Connection::release() {
  all_.body_bytes -= std::exchange(held_, 0);
}

}  // namespace terse::serve::http
