#include "terse/serve/http/connections.h"

#include <fcntl.h>
#include <httplib.h>  // with its OpenSSL
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <string_view>

#include "terse/base/error.h"

namespace terse::serve::http {
namespace {

using Clock = HttpConnections::Clock;

/// Set while the accepting thread sends a connection away.
thread_local bool sending_away = false;
/// Set by a handler for the connection that this thread serves.
thread_local bool ends_after_answer = false;
/// The connection that this thread serves had to go.
thread_local bool was_hung_up = false;

/// Threads that take a connection each, as many as there may be.
class Workers final : public httplib::TaskQueue {
 public:
  explicit Workers(HttpConnections& connections)
      : connections_(connections), threads_(connections.limits().served_max) {}

  void enqueue(std::function<void()> serve) override {
    if (connections_.came()) {
      return threads_.enqueue([this, serve = std::move(serve)] {
        serve();
        connections_.left();
      });
    }
    sending_away = true;
    serve();
    sending_away = false;
  }
  void shutdown() override {
    connections_.stop();
    threads_.shutdown();
  }

 private:
  HttpConnections& connections_;
  httplib::ThreadPool threads_;
};

struct FreeSsl {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
};

void address_of(const sockaddr_storage& address, socklen_t size, std::string& ip, int& port) {
  std::array<char, NI_MAXHOST> host{};
  std::array<char, NI_MAXSERV> service{};
  if (getnameinfo(reinterpret_cast<const sockaddr*>(&address), size, host.data(), host.size(),
                  service.data(), service.size(), NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
    return;
  }
  ip = host.data();
  std::from_chars(service.data(), service.data() + std::strlen(service.data()), port);
}

/// Reads and writes of a connection, with deadlines, that others may end.
class WatchedStream final : public httplib::Stream {
 public:
  WatchedStream(int socket, HttpConnections& connections)
      : socket_(socket), connections_(connections) {}

  /// False if the peer does not speak TLS in time.
  bool start_tls(SSL_CTX* context) {
    begin_request();
    ssl_.reset(SSL_new(context));
    if (ssl_ == nullptr || SSL_set_fd(ssl_.get(), socket_) != 1) return false;
    return finish([&] { return SSL_accept(ssl_.get()); }, until_) == 1;
  }

  /// The peer has begun a request, in time.
  bool next_request() {
    begin_request();
    if (begin_ < end_ || (ssl_ != nullptr && SSL_pending(ssl_.get()) > 0)) return true;
    return connections_.wait(socket_, false, since_, since_ + connections_.limits().keep_alive_max);
  }

  /// The last answer is out. Closing at once while the peer still sends would reset the
  /// connection, and the peer might never see the answer: for a moment its bytes are dropped.
  void end(bool peer_may_send) {
    if (ssl_ != nullptr) SSL_shutdown(ssl_.get());
    shutdown(socket_, SHUT_WR);
    const Clock::time_point until = Clock::now() + std::chrono::seconds(1);
    while (peer_may_send && connections_.wait(socket_, false, since_, until)) {
      peer_may_send = recv(socket_, buffer_.data(), buffer_.size(), MSG_DONTWAIT) > 0;
    }
  }

  bool is_readable() const override { return true; }
  bool is_writable() const override { return true; }
  socket_t socket() const override { return socket_; }

  ssize_t read(char* to, std::size_t size) override {
    if (begin_ == end_) {
      const ssize_t count = receive();
      if (count <= 0) return count;
      begin_ = 0;
      end_ = static_cast<std::size_t>(count);
    }
    const std::size_t taken = std::min(size, end_ - begin_);
    std::copy_n(buffer_.begin() + static_cast<std::ptrdiff_t>(begin_), taken, to);
    begin_ += taken;
    return static_cast<ssize_t>(taken);
  }

  ssize_t write(const char* from, std::size_t size) override {
    const Clock::time_point until = Clock::now() + connections_.limits().write_max;
    const int some = static_cast<int>(std::min<std::size_t>(size, 1 << 20));
    if (ssl_ != nullptr) {
      return finish([&] { return SSL_write(ssl_.get(), from, some); }, until);
    }
    for (;;) {
      const ssize_t sent = send(socket_, from, size, MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent >= 0) return sent;
      if (errno == EINTR) continue;
      if (errno != EAGAIN || !connections_.wait(socket_, true, since_, until)) return -1;
    }
  }

  void get_remote_ip_and_port(std::string& ip, int& port) const override {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (getpeername(socket_, reinterpret_cast<sockaddr*>(&address), &size) == 0) {
      address_of(address, size, ip, port);
    }
  }
  void get_local_ip_and_port(std::string& ip, int& port) const override {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) == 0) {
      address_of(address, size, ip, port);
    }
  }

 private:
  void begin_request() {
    since_ = Clock::now();
    until_ = since_ + connections_.limits().request_max;
  }

  ssize_t receive() {
    if (ssl_ != nullptr) {
      const int size = static_cast<int>(buffer_.size());
      return finish([&] { return SSL_read(ssl_.get(), buffer_.data(), size); }, until_);
    }
    for (;;) {
      const ssize_t count = recv(socket_, buffer_.data(), buffer_.size(), MSG_DONTWAIT);
      if (count >= 0) return count;
      if (errno == EINTR) continue;
      if (errno != EAGAIN || !connections_.wait(socket_, false, since_, until_)) return -1;
    }
  }

  /// Repeats an operation of TLS until it is done, has failed, or takes too long.
  template <typename Operation>
  int finish(Operation operation, Clock::time_point until) {
    for (;;) {
      // Errors left there by another connection would be taken for this one's.
      ERR_clear_error();
      const int result = operation();
      if (result > 0) return result;
      const int why = SSL_get_error(ssl_.get(), result);
      if (why == SSL_ERROR_ZERO_RETURN) return 0;
      if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE) return -1;
      if (!connections_.wait(socket_, why == SSL_ERROR_WANT_WRITE, since_, until)) return -1;
    }
  }

  int socket_;
  HttpConnections& connections_;
  std::unique_ptr<SSL, FreeSsl> ssl_;
  Clock::time_point since_;
  Clock::time_point until_;
  std::array<char, 4096> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

void send_away(int socket) {
  constexpr std::string_view answer =
      "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\n"
      "Connection: close\r\n\r\n";
  // Whether it arrives or not: the connection ends.
  static_cast<void>(send(socket, answer.data(), answer.size(), MSG_NOSIGNAL | MSG_DONTWAIT));
  close(socket);
}

SSL_CTX* context_of(const httplib::Server&) {
  return nullptr;
}

SSL_CTX* context_of(const httplib::SSLServer& server) {
  return server.ssl_context();
}

template <typename Server>
class Watched final : public Server {
 public:
  template <typename... Arguments>
  explicit Watched(HttpConnections& connections, Arguments... arguments)
      : Server(arguments...), connections_(connections) {
    this->new_task_queue = [&connections]() -> httplib::TaskQueue* {
      return std::make_unique<Workers>(connections).release();
    };
  }

 private:
  bool process_and_close_socket(socket_t socket) override {
    if (sending_away) {
      if (context_of(*this) == nullptr) {
        send_away(socket);
      } else {
        close(socket);
      }
      return false;
    }
    const int flags = fcntl(socket, F_GETFL);
    fcntl(socket, F_SETFL, flags | O_NONBLOCK);
    {
      WatchedStream stream(socket, connections_);
      ends_after_answer = false;
      if (context_of(*this) == nullptr || stream.start_tls(context_of(*this))) answer_all(stream);
      stream.end(ends_after_answer);
    }
    shutdown(socket, SHUT_RDWR);
    close(socket);
    return true;
  }

  void answer_all(WatchedStream& stream) {
    bool closed = false;
    while (!closed && !ends_after_answer && stream.next_request()) {
      if (!this->process_request(stream, false, closed, nullptr)) return;
    }
  }

  HttpConnections& connections_;
};

}  // namespace

void end_connection_after(httplib::Response& response) {
  ends_after_answer = true;
  response.set_header("Connection", "close");
}

bool HttpConnections::came() {
  std::unique_lock lock(mutex_);
  const auto has_room = [this] { return here_ < limits_.served_max + limits_.queued_max; };
  // Meanwhile those that come queue at the system.
  if (!gone_.wait_for(lock, limits_.came_max, has_room)) return false;
  ++here_;
  make_room();
  return true;
}

void HttpConnections::make_room() {
  const Clock::time_point patient_since = Clock::now() - limits_.patience;
  while (here_ - leaving_ > limits_.served_max && !waiting_.empty()) {
    const auto longest = std::min_element(
        waiting_.begin(), waiting_.end(),
        [](const auto& a, const auto& b) { return a.second.since < b.second.since; });
    if (longest->second.since > patient_since) return;
    shutdown(longest->first, SHUT_RDWR);
    waiting_.erase(longest);
    ++leaving_;
  }
}

void HttpConnections::left() {
  const std::lock_guard lock(mutex_);
  --here_;
  if (was_hung_up) --leaving_;
  was_hung_up = false;
  gone_.notify_one();
}

bool HttpConnections::wait(int socket, bool to_write, Clock::time_point since,
                           Clock::time_point until) {
  std::unique_lock lock(mutex_);
  if (was_hung_up || (stopping_ && !to_write)) return false;
  waiting_.emplace(socket, Waiting{since, to_write});
  pollfd waiting = {socket, static_cast<short>(to_write ? POLLOUT : POLLIN), 0};
  int ready = 0;
  while (ready == 0 && waiting_.count(socket) == 1) {
    make_room();
    const Clock::duration left = until - Clock::now();
    if (left <= Clock::duration::zero()) break;
    lock.unlock();
    // In steps, because somebody else may run out of patience with this one.
    const Clock::duration step = std::min<Clock::duration>(left, limits_.patience);
    ready = poll(&waiting, 1, static_cast<int>(step / std::chrono::milliseconds(1)) + 1);
    lock.lock();
  }
  // A connection that is no longer in the list was closed.
  const bool stays = waiting_.erase(socket) == 1;
  if (!stays && !stopping_) was_hung_up = true;
  return stays && ready == 1;
}

void HttpConnections::stop() {
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  std::erase_if(waiting_, [](const auto& entry) {
    if (entry.second.to_write) return false;
    shutdown(entry.first, SHUT_RDWR);
    return true;
  });
}

std::unique_ptr<httplib::Server> make_http_server(const std::string& certificate,
                                                  const std::string& private_key,
                                                  HttpConnections& connections) {
  if (certificate.empty()) return std::make_unique<Watched<httplib::Server>>(connections);
  auto server = std::make_unique<Watched<httplib::SSLServer>>(connections, certificate.c_str(),
                                                              private_key.c_str());
  if (!server->is_valid()) {
    throw base::InputError(certificate, "", "cannot be used with this private key",
                           "give a certificate and its key as PEM files");
  }
  return server;
}

}  // namespace terse::serve::http
