#include "terse/serve/dtls/transport.h"

#include <mutex>
#include <utility>

#include "terse/serve/coap/datagram_socket.h"
#include "terse/serve/dtls/sessions.h"

namespace terse::serve::dtls {
namespace {

class DtlsTransport : public coap::Transport {
 public:
  DtlsTransport(const core::Address& address, const CredentialFiles& files, core::Access* access,
                const DtlsCounters& counters)
      : files_(files),
        sessions_(std::make_shared<const Credentials>(files), {}, access, counters,
                  [this](const coap::SocketAddress& to, auto bytes) { socket_.send(to, bytes); }),
        socket_(address, "coaps", "CoAP over DTLS") {}

  int port() const override { return socket_.port(); }
  int descriptor() const override { return socket_.descriptor(); }

  bool receive(const Take& take) override {
    const auto now = Clock::now();
    return socket_.receive([&](const coap::SocketAddress& from, auto datagram, bool whole) {
      if (whole) sessions_.receive(from, datagram, now, take);
    });
  }
  void send(const coap::Peer& to, std::span<const std::uint8_t> message) override {
    sessions_.send(to, message);
  }
  void flush() override { socket_.flush(); }
  std::optional<Clock::time_point> next_due() const override { return sessions_.next_due(); }
  void work(Clock::time_point now) override {
    if (auto read = take_read()) sessions_.use(std::move(read));
    sessions_.work(now);
  }
  std::vector<coap::Peer> take_gone() override { return sessions_.take_gone(); }

  void reload() override {
    auto read = std::make_shared<const Credentials>(files_);
    const std::lock_guard lock(mutex_);
    read_ = std::move(read);
  }

 private:
  std::shared_ptr<const Credentials> take_read() {
    const std::lock_guard lock(mutex_);
    return std::exchange(read_, nullptr);
  }

  CredentialFiles files_;
  std::mutex mutex_;
  std::shared_ptr<const Credentials> read_;  ///< by reload(), not used yet
  DtlsSessions sessions_;
  coap::DatagramSocket socket_;
};

}  // namespace

std::unique_ptr<coap::Transport> open_transport(const core::Address& address,
                                                const CredentialFiles& files, core::Access* access,
                                                const DtlsCounters& counters) {
  return std::make_unique<DtlsTransport>(address, files, access, counters);
}

}  // namespace terse::serve::dtls
