// Devices that speak CoAP, as fast as one server answers them:
//   coap_load PORT PATH PAYLOAD_BYTES PEERS SECONDS [PERIOD_IN_SECONDS [KEY]]
// Each peer has a socket of its own and one confirmable PUT under way (NSTART of RFC 7252); it
// takes piggy-backed and separate responses, and repeats a request after 2 s. With a period above 0
// every peer has a message at these regular times, the peers evenly between each other, and waiting
// counts from the time the message was due, also if the answer to the one before came later than
// that. With KEY each speaks DTLS, peer 7 as the identity "load-7", after all have shaken hands.
// Prints messages/s, and p50, p99, p99.9 in milliseconds.
#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/ssl.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <queue>
#include <string>
#include <utility>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;
using Bytes = std::vector<std::uint8_t>;

constexpr auto repeat_after = std::chrono::seconds(2);

double number(const char* text) {
  double value = 0.0;
  std::from_chars(text, text + std::strlen(text), value);
  return value;
}

struct FreeSession {
  void operator()(SSL* session) const { SSL_free(session); }
};

std::string pre_shared_key;

unsigned give_key(SSL* session, const char*, char* identity, unsigned, unsigned char* key,
                  unsigned) {
  std::strcpy(identity, static_cast<const std::string*>(SSL_get_app_data(session))->c_str());
  std::memcpy(key, pre_shared_key.data(), pre_shared_key.size());
  return static_cast<unsigned>(pre_shared_key.size());
}

struct Peer {
  int socket = -1;
  std::unique_ptr<SSL, FreeSession> session;  ///< of DTLS, if a key was given
  std::uint16_t message_id = 0;
  std::uint32_t count = 0;
  bool waiting = false;
  Clock::time_point due;
  Clock::time_point repeated;
  Bytes request;
};

void shake_hands(Peer& peer, std::string identity, sockaddr_in& server) {
  static SSL_CTX* const context = [] {
    SSL_CTX* made = SSL_CTX_new(DTLS_client_method());
    SSL_CTX_set_psk_client_callback(made, give_key);
    return made;
  }();
  BIO* datagrams = BIO_new_dgram(peer.socket, BIO_NOCLOSE);
  BIO_ctrl(datagrams, BIO_CTRL_DGRAM_SET_CONNECTED, 0, &server);
  peer.session.reset(SSL_new(context));
  SSL_set_app_data(peer.session.get(), &identity);
  SSL_set_bio(peer.session.get(), datagrams, datagrams);
  if (SSL_connect(peer.session.get()) != 1) fmt::print(stderr, "a handshake failed\n");
}

void send_bytes(const Peer& peer, const std::uint8_t* bytes, std::size_t size) {
  if (peer.session != nullptr) {
    SSL_write(peer.session.get(), bytes, static_cast<int>(size));
  } else {
    send(peer.socket, bytes, size, 0);
  }
}

class Load {
 public:
  Load(int port, std::string path, std::size_t payload_bytes, std::size_t peers)
      : path_(std::move(path)), payload_(payload_bytes, 0), peers_(peers) {
    rlimit files{};
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    epoll_ = epoll_create1(0);
    sockaddr_in server{};
    server.sin_family = AF_INET;
    server.sin_port = htons(static_cast<std::uint16_t>(port));
    server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (std::size_t i = 0; i < peers; ++i) {
      Peer& peer = peers_[i];
      peer.socket = socket(AF_INET, SOCK_DGRAM, 0);
      connect(peer.socket, reinterpret_cast<const sockaddr*>(&server), sizeof server);
      if (!pre_shared_key.empty()) shake_hands(peer, fmt::format("load-{}", i), server);
      fcntl(peer.socket, F_SETFL, O_NONBLOCK);
      // Message ids of an earlier run from the same port must not be met again.
      peer.message_id = static_cast<std::uint16_t>(Clock::now().time_since_epoch().count() / 1000);
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.u64 = i;
      epoll_ctl(epoll_, EPOLL_CTL_ADD, peer.socket, &event);
    }
  }
  ~Load() {
    for (Peer& peer : peers_) {
      // Else the server, which still knows the peer, passes over a later handshake from this port.
      if (peer.session != nullptr) SSL_shutdown(peer.session.get());
      peer.session.reset();
      close(peer.socket);
    }
    close(epoll_);
  }
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;

  void run(double seconds, double period);
  void print();

 private:
  void send_new(std::size_t index, Clock::time_point due);
  void wait_until_due(std::array<epoll_event, 256>& events);
  void receive(std::size_t index);
  void take(std::size_t index, const std::array<std::uint8_t, 1500>& answer, ssize_t size);
  void repeat_lost(Clock::time_point now);

  std::string path_;
  Bytes payload_;
  std::vector<Peer> peers_;
  int epoll_ = -1;
  Clock::time_point end_;
  std::chrono::nanoseconds period_{0};
  using Due = std::pair<Clock::time_point, std::size_t>;
  std::priority_queue<Due, std::vector<Due>, std::greater<>> resting_;
  std::vector<float> latencies_ms_;
  std::size_t repeats_ = 0;
  std::size_t refused_ = 0;
  double seconds_ = 0.0;
  std::string run_name_ = std::to_string(getpid());
};

void add_option(Bytes& to, int delta, const std::string& value) {
  const std::size_t size = value.size();
  to.push_back(static_cast<std::uint8_t>(delta << 4 | (size < 13 ? size : 13)));
  if (size >= 13) to.push_back(static_cast<std::uint8_t>(size - 13));
  to.insert(to.end(), value.begin(), value.end());
}

void Load::send_new(std::size_t index, Clock::time_point due) {
  Peer& peer = peers_[index];
  ++peer.message_id;
  ++peer.count;
  Bytes& request = peer.request;
  request = {0x44, 3, static_cast<std::uint8_t>(peer.message_id >> 8),
             static_cast<std::uint8_t>(peer.message_id)};
  for (int shift = 24; shift >= 0; shift -= 8) {
    request.push_back(static_cast<std::uint8_t>(peer.count >> shift));
  }
  int delta = 11;
  std::size_t begin = 0;
  while (begin < path_.size()) {
    const std::size_t slash = std::min(path_.find('/', begin), path_.size());
    add_option(request, delta, path_.substr(begin, slash - begin));
    delta = 0;
    begin = slash + 1;
  }
  // Over DTLS the identity is the device.
  if (peer.session == nullptr) add_option(request, 4, fmt::format("d=load {}", index));
  add_option(request, peer.session == nullptr ? 0 : 4,
             fmt::format("k={}.{}.{}", run_name_, index, peer.count));
  request.push_back(0xff);
  request.insert(request.end(), payload_.begin(), payload_.end());
  peer.waiting = true;
  peer.due = due;
  peer.repeated = Clock::now();
  send_bytes(peer, request.data(), request.size());
}

void Load::receive(std::size_t index) {
  std::array<std::uint8_t, 1500> answer;
  const Peer& peer = peers_[index];
  if (peer.session == nullptr) {
    take(index, answer, recv(peer.socket, answer.data(), answer.size(), 0));
    return;
  }
  int size = 0;
  while ((size = SSL_read(peer.session.get(), answer.data(), static_cast<int>(answer.size()))) >
         0) {
    take(index, answer, size);
  }
}

void Load::take(std::size_t index, const std::array<std::uint8_t, 1500>& answer, ssize_t size) {
  Peer& peer = peers_[index];
  if (size < 4 || answer[1] == 0) return;  // an empty acknowledgement: the response comes later
  if ((answer[0] >> 4 & 3) == 0) {
    const std::array<std::uint8_t, 4> empty = {0x60, 0, answer[2], answer[3]};
    send_bytes(peer, empty.data(), empty.size());
  }
  // An answer to an earlier run may come to the same port.
  if (!peer.waiting || size < 8) return;
  if (!std::equal(answer.begin() + 4, answer.begin() + 8, peer.request.begin() + 4)) return;
  peer.waiting = false;
  const auto now = Clock::now();
  if (answer[1] >> 5 != 2) ++refused_;
  latencies_ms_.push_back(std::chrono::duration<float, std::milli>(now - peer.due).count());
  if (period_.count() > 0) {
    resting_.emplace(peer.due + period_, index);
  } else if (now < end_) {
    send_new(index, now);
  }
}

void Load::repeat_lost(Clock::time_point now) {
  for (Peer& peer : peers_) {
    if (!peer.waiting || now - peer.repeated < repeat_after) continue;
    ++repeats_;
    peer.repeated = now;
    send_bytes(peer, peer.request.data(), peer.request.size());
  }
}

void Load::wait_until_due(std::array<epoll_event, 256>& events) {
  std::chrono::nanoseconds pause = std::chrono::milliseconds(100);
  if (!resting_.empty()) {
    pause = std::clamp<std::chrono::nanoseconds>(resting_.top().first - Clock::now(),
                                                 std::chrono::nanoseconds(0), pause);
  }
  const timespec time{0, static_cast<long>(pause.count())};
  const int count = epoll_pwait2(epoll_, events.data(), events.size(), &time, nullptr);
  for (int i = 0; i < count; ++i) receive(events[static_cast<std::size_t>(i)].data.u64);
}

void Load::run(double seconds, double period) {
  const auto start = Clock::now();
  period_ = std::chrono::nanoseconds(static_cast<std::int64_t>(period * 1e9));
  end_ = start + std::chrono::nanoseconds(static_cast<std::int64_t>(seconds * 1e9));
  for (std::size_t i = 0; i < peers_.size(); ++i) {
    if (period_.count() > 0) {
      resting_.emplace(start + period_ * static_cast<int>(i) / static_cast<int>(peers_.size()), i);
    } else {
      send_new(i, Clock::now());
    }
  }
  std::array<epoll_event, 256> events;
  auto checked = start;
  for (auto now = start; now < end_; now = Clock::now()) {
    while (!resting_.empty() && resting_.top().first <= now) {
      const auto [due, index] = resting_.top();
      resting_.pop();
      send_new(index, due);
    }
    wait_until_due(events);
    if (now - checked > std::chrono::milliseconds(500)) {
      repeat_lost(now);
      checked = now;
    }
  }
  seconds_ = std::chrono::duration<double>(Clock::now() - start).count();
}

void Load::print() {
  std::sort(latencies_ms_.begin(), latencies_ms_.end());
  const std::size_t count = latencies_ms_.size();
  const auto quantile = [&](double part) {
    return count == 0
               ? 0.0F
               : latencies_ms_[std::min(
                     count - 1, static_cast<std::size_t>(part * static_cast<double>(count)))];
  };
  fmt::print("{:.0f} {:.3f} {:.3f} {:.3f} repeats={} refused={}\n",
             static_cast<double>(count) / seconds_, quantile(0.5), quantile(0.99), quantile(0.999),
             repeats_, refused_);
}

}  // namespace

int main(int count, char** values) {
  if (count < 6) {
    fmt::print("usage: coap_load PORT PATH PAYLOAD_BYTES PEERS SECONDS [PERIOD_IN_SECONDS]\n");
    return 2;
  }
  if (count > 7) pre_shared_key = values[7];
  Load load(static_cast<int>(number(values[1])), values[2],
            static_cast<std::size_t>(number(values[3])),
            static_cast<std::size_t>(number(values[4])));
  load.run(number(values[5]), count > 6 ? number(values[6]) : 0.0);
  load.print();
}
