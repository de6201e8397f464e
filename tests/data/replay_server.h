// A small HTTP server on 127.0.0.1 that replays prepared answers, one connection after another.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <map>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace terse {

struct ReplayAnswer {
  int status = 200;
  std::string body;
  std::optional<std::size_t> announced_length;  ///< Content-Length, if not the body's
  std::string location;                         ///< of a redirection
};

class ReplayServer {
 public:
  ReplayServer() {
    listener_ = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        listen(listener_, 8) != 0 ||
        getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
      throw std::runtime_error("the replay server cannot listen");
    }
    url_ = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
    thread_ = std::thread([this] { serve(); });
  }
  ReplayServer(const ReplayServer&) = delete;
  ReplayServer& operator=(const ReplayServer&) = delete;
  ~ReplayServer() {
    shutdown(listener_, SHUT_RDWR);
    thread_.join();
    close(listener_);
  }

  const std::string& url() const { return url_; }

  void put(const std::string& path, const ReplayAnswer& answer) {
    const std::lock_guard lock(mutex_);
    answers_[path] = answer;
  }

  /// The paths asked for so far.
  std::vector<std::string> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  void serve() {
    for (;;) {
      const int connection = accept(listener_, nullptr, nullptr);
      if (connection < 0) return;
      answer(connection);
      close(connection);
    }
  }

  void answer(int connection) {
    std::string request;
    char block[4096];
    while (request.find("\r\n\r\n") == std::string::npos) {
      const ssize_t count = recv(connection, block, sizeof block, 0);
      if (count <= 0) return;
      request.append(block, static_cast<std::size_t>(count));
    }
    const std::size_t begin = request.find(' ') + 1;
    const std::string path = request.substr(begin, request.find(' ', begin) - begin);
    ReplayAnswer answer{404, "not here", {}, ""};
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(path);
      if (const auto found = answers_.find(path); found != answers_.end()) answer = found->second;
    }
    std::string text = "HTTP/1.1 " + std::to_string(answer.status) + " Replayed\r\n";
    text +=
        "Content-Length: " + std::to_string(answer.announced_length.value_or(answer.body.size())) +
        "\r\n";
    if (!answer.location.empty()) text += "Location: " + answer.location + "\r\n";
    text += "Connection: close\r\n\r\n" + answer.body;
    std::size_t sent = 0;
    while (sent < text.size()) {
      const ssize_t count = send(connection, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
      if (count <= 0) return;
      sent += static_cast<std::size_t>(count);
    }
  }

  int listener_ = -1;
  std::string url_;
  std::thread thread_;
  mutable std::mutex mutex_;
  std::map<std::string, ReplayAnswer> answers_;
  std::vector<std::string> requests_;
};

}  // namespace terse
