// Datagrams of several peers to the sessions of a DTLS server, without a socket: those of a real
// client, in any order, repeated, cut and altered, and any others. Nobody proves anything by that,
// and what is kept stays bounded.
#include <openssl/ssl.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "terse/base/error.h"
#include "terse/serve/dtls/records.h"
#include "terse/serve/dtls/sessions.h"

namespace {

using namespace terse::serve;
using Bytes = std::vector<std::uint8_t>;

std::shared_ptr<const dtls::Credentials> make_credentials() {
  const std::string file = std::filesystem::temp_directory_path() / "terse_fuzz_keys";
  std::ofstream(file) << "a key\n";
  return std::make_shared<const dtls::Credentials>(dtls::CredentialFiles{.keys = file});
}

unsigned wrong_key(SSL*, const char*, char* identity, unsigned, unsigned char* key, unsigned) {
  identity[0] = 'a';
  identity[1] = 0;
  key[0] = 1;
  return 1;
}

/// A client that knows the name of a device, but not its key.
class Client {
 public:
  explicit Client(SSL_CTX* context) : tls_(SSL_new(context)) {
    SSL_set_bio(tls_, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    SSL_set_options(tls_, SSL_OP_NO_QUERY_MTU);
    SSL_set_mtu(tls_, 1400);
  }
  ~Client() { SSL_free(tls_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  Bytes next(const Bytes& heard) {
    if (!heard.empty()) {
      BIO_write(SSL_get_rbio(tls_), heard.data(), static_cast<int>(heard.size()));
    }
    SSL_connect(tls_);
    Bytes said(4000);
    const int size = BIO_read(SSL_get_wbio(tls_), said.data(), static_cast<int>(said.size()));
    said.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
    return said;
  }

 private:
  SSL* tls_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto credentials = make_credentials();
  static SSL_CTX* const context = [] {
    SSL_CTX* made = SSL_CTX_new(DTLS_client_method());
    SSL_CTX_set_cipher_list(made, "PSK-AES128-CCM8");
    SSL_CTX_set_psk_client_callback(made, wrong_key);
    return made;
  }();
  static core::Metrics metrics;
  static dtls::DtlsCounters counters(metrics);
  const dtls::SessionLimits limits{.sessions_max = 3, .handshakes_max = 3, .of_address_max = 2};
  auto now = dtls::DtlsSessions::Clock::time_point(std::chrono::hours(1));
  Bytes answered;
  dtls::DtlsSessions sessions(credentials, limits, nullptr, counters,
                              [&answered](const coap::SocketAddress&, auto bytes) {
                                answered.insert(answered.end(), bytes.begin(), bytes.end());
                              });
  Client client(context);
  Bytes said = client.next({});
  unsigned left = 5;
  // Each step: what to do, where, with how many bytes of the input.
  for (int step = 0; size >= 3 && step < 60; ++step) {
    const std::uint8_t action = data[0];
    const std::size_t place = data[1];
    const std::size_t count = std::min<std::size_t>(data[2], size - 3);
    const std::span input(data + 3, count);
    Bytes datagram = said;
    if (action % 8 == 1) datagram.assign(input.begin(), input.end());
    if (action % 8 == 2 && !datagram.empty()) {
      for (std::size_t i = 0; i < count; ++i) datagram[(place + i) % datagram.size()] ^= input[i];
    }
    if (action % 8 == 3) datagram.resize(std::min(datagram.size(), place));
    if (action % 8 == 4) datagram.insert(datagram.end(), input.begin(), input.end());
    if (action % 8 == 5) now += std::chrono::seconds(place);
    const auto from = coap::parse_socket_address({"192.0.2.1", 1 + action / 8 % 4}, "");
    answered.clear();
    sessions.receive(from, datagram, now, [](const coap::Peer&, auto, bool) {
      TERSE_CHECK(false);  // nobody has the key
    });
    sessions.work(now);
    if (action % 8 >= 6 && !answered.empty()) said = client.next(answered);
    TERSE_CHECK(sessions.size() <= 3 && sessions.handshakes() <= 2);
    TERSE_CHECK(sessions.take_gone().empty());
    const unsigned before = left;
    TERSE_CHECK(dtls::handshake_records(datagram, left).size() <= datagram.size());
    TERSE_CHECK(left <= before);
    data += 3 + count;
    size -= 3 + count;
  }
  return 0;
}
