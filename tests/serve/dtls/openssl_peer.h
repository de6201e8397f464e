// Another end of DTLS for tests: OpenSSL's client, datagram by datagram, and the files of a server.
#pragma once

#include <openssl/ssl.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "serve/served_examples.h"

namespace terse::serve::dtls {

using Bytes = std::vector<std::uint8_t>;

/// A client with the key "key of IDENTITY", unless another is given.
class OpensslPeer {
 public:
  explicit OpensslPeer(std::string identity, std::string key = "",
                       const char* ciphers = "PSK-AES128-CCM8")
      : identity_(std::move(identity)),
        key_(key.empty() ? "key of " + identity_ : std::move(key)),
        context_(SSL_CTX_new(DTLS_client_method()), SSL_CTX_free) {
    SSL_CTX_set_cipher_list(context_.get(), ciphers);
    SSL_CTX_set_psk_client_callback(context_.get(), give_key);
    start();
  }

  /// Takes a datagram and gives those that it says next.
  std::vector<Bytes> next(std::span<const std::uint8_t> datagram = {}) {
    if (!datagram.empty()) {
      BIO_write(SSL_get_rbio(tls_.get()), datagram.data(), static_cast<int>(datagram.size()));
    }
    if (!is_connected()) SSL_connect(tls_.get());
    return said();
  }
  bool is_connected() const { return SSL_is_init_finished(tls_.get()) == 1; }
  std::vector<Bytes> say(const std::string& text) {
    SSL_write(tls_.get(), text.data(), static_cast<int>(text.size()));
    return said();
  }
  std::vector<Bytes> say_goodbye() {
    SSL_shutdown(tls_.get());
    return said();
  }
  /// What the last datagrams of next() held; empty if nothing.
  std::string heard() {
    std::string text(2000, ' ');
    const int size = SSL_read(tls_.get(), text.data(), static_cast<int>(text.size()));
    text.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
    return text;
  }
  /// Without a goodbye; the next handshake offers what there is of the session before.
  void restart() {
    SSL_SESSION* before = SSL_get1_session(tls_.get());
    start();
    SSL_set_session(tls_.get(), before);
    SSL_SESSION_free(before);
  }
  bool resumed() const { return SSL_session_reused(tls_.get()) == 1; }

 private:
  void start() {
    tls_.reset(SSL_new(context_.get()));
    SSL_set_bio(tls_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    SSL_set_options(tls_.get(), SSL_OP_NO_QUERY_MTU);
    SSL_set_mtu(tls_.get(), 1400);
    SSL_set_app_data(tls_.get(), this);
  }
  static unsigned give_key(SSL* tls, const char*, char* identity, unsigned, unsigned char* key,
                           unsigned) {
    const auto& self = *static_cast<OpensslPeer*>(SSL_get_app_data(tls));
    std::strcpy(identity, self.identity_.c_str());
    std::memcpy(key, self.key_.data(), self.key_.size());
    return static_cast<unsigned>(self.key_.size());
  }
  /// One datagram for each record; that is allowed, if not frugal.
  std::vector<Bytes> said() {
    std::vector<Bytes> datagrams;
    std::array<std::uint8_t, 13> head{};
    BIO* const out = SSL_get_wbio(tls_.get());
    while (BIO_read(out, head.data(), head.size()) == static_cast<int>(head.size())) {
      Bytes record(head.begin(), head.end());
      record.resize(head.size() + (head[11] << 8U | head[12]));
      BIO_read(out, record.data() + head.size(), static_cast<int>(record.size() - head.size()));
      datagrams.push_back(std::move(record));
    }
    return datagrams;
  }

  std::string identity_;
  std::string key_;
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
  struct Free {
    void operator()(SSL* tls) const { SSL_free(tls); }
  };
  std::unique_ptr<SSL, Free> tls_;
};

/// A file of keys for OpensslPeer.
inline std::string keys_file(const Folder& folder, const std::vector<std::string>& devices) {
  std::ofstream file(folder / "keys");
  for (const std::string& each : devices) file << each << " key of " << each << '\n';
  return folder / "keys";
}

}  // namespace terse::serve::dtls
