#include "terse/serve/dtls/hello.h"

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <memory>

namespace terse::serve::dtls {
namespace {

/// OpenSSL's client, datagram by datagram.
class Client {
 public:
  Client()
      : context_(SSL_CTX_new(DTLS_client_method()), SSL_CTX_free),
        tls_(SSL_new(context_.get()), SSL_free) {
    SSL_set_bio(tls_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    SSL_set_options(tls_.get(), SSL_OP_NO_QUERY_MTU);
    SSL_set_mtu(tls_.get(), 1400);
  }
  /// Takes a datagram and gives what it says next.
  std::vector<std::uint8_t> next(const std::vector<std::uint8_t>& datagram = {}) {
    if (!datagram.empty()) {
      BIO_write(SSL_get_rbio(tls_.get()), datagram.data(), static_cast<int>(datagram.size()));
    }
    SSL_connect(tls_.get());
    std::vector<std::uint8_t> said(2000);
    const int size = BIO_read(SSL_get_wbio(tls_.get()), said.data(), static_cast<int>(said.size()));
    said.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
    return said;
  }

 private:
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
  std::unique_ptr<SSL, decltype(&SSL_free)> tls_;
};

TEST(DtlsHello, AClientOfOpenSslComesBackWithTheCookie) {
  Client client;
  const auto first = client.next();
  const auto hello = read_dtls_hello(first);
  ASSERT_TRUE(hello.has_value());
  EXPECT_TRUE(hello->cookie.empty());
  EXPECT_EQ(hello->record_number.size(), 6U);
  const std::array<std::uint8_t, 32> cookie{1, 2, 3};
  const auto second = client.next(hello_verify_request(*hello, cookie));
  const auto again = read_dtls_hello(second);
  ASSERT_TRUE(again.has_value());
  EXPECT_TRUE(std::ranges::equal(again->cookie, cookie));
  EXPECT_TRUE(std::ranges::equal(again->random, hello->random));
}

TEST(DtlsHello, EveryByteUpToTheCookieIsNeeded) {
  const auto whole = Client().next();
  // Two headers, version, random, no session, no cookie.
  constexpr std::size_t needed = 13 + 12 + 2 + 32 + 1 + 1;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto read = read_dtls_hello(std::span(whole).first(size));
    EXPECT_EQ(read.has_value(), size >= needed) << size;
  }
}

TEST(DtlsHello, OtherDatagramsAreNone) {
  const auto hello = Client().next();
  const auto with = [&](std::size_t at, std::uint8_t byte) {
    auto changed = hello;
    changed[at] = byte;
    return read_dtls_hello(changed);
  };
  EXPECT_TRUE(with(2, 0xfd));
  EXPECT_FALSE(with(0, 23)) << "application data";
  EXPECT_FALSE(with(1, 3)) << "TLS over TCP";
  EXPECT_FALSE(with(4, 1)) << "encrypted";
  EXPECT_FALSE(with(12, 20)) << "a record that ends early";
  EXPECT_FALSE(with(13, 2)) << "a server's hello";
  EXPECT_FALSE(with(21, 1)) << "a later fragment";
  EXPECT_FALSE(with(24, 20)) << "a fragment that ends early";
  EXPECT_FALSE(with(59, 255)) << "a session id beyond the end";
}

}  // namespace
}  // namespace terse::serve::dtls
