#include "terse/serve/http/stream.h"

#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <utility>

#include "terse/base/error.h"

namespace terse::serve::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Fault = boost::system::error_code;

class PlainStream final : public Stream {
 public:
  using Stream::Stream;
  void start(Done done) override {
    asio::post(socket_.get_executor(), [done = std::move(done)] { done({}, 0); });
  }
  void read_some(asio::mutable_buffer bytes, Done done) override {
    socket_.async_read_some(bytes, std::move(done));
  }
  void write_some(asio::const_buffer bytes, Done done) override {
    socket_.async_write_some(bytes, std::move(done));
  }
  void end(Done done) override {
    shut_down_sending();
    start(std::move(done));
  }
};

class TlsStream final : public Stream {
 public:
  TlsStream(tcp::socket socket, asio::ssl::context& context)
      : Stream(std::move(socket)), tls_(socket_, context) {}
  void start(Done done) override {
    tls_.async_handshake(asio::ssl::stream_base::server,
                         [done = std::move(done)](const Fault& fault) { done(fault, 0); });
  }
  void read_some(asio::mutable_buffer bytes, Done done) override {
    tls_.async_read_some(bytes, std::move(done));
  }
  void write_some(asio::const_buffer bytes, Done done) override {
    tls_.async_write_some(bytes, std::move(done));
  }
  void end(Done done) override {
    tls_.async_shutdown([this, done = std::move(done)](const Fault& fault) {
      shut_down_sending();
      done(fault, 0);
    });
  }

 private:
  asio::ssl::stream<tcp::socket&> tls_;
};

[[noreturn]] void refuse(const std::string& file, const char* problem) {
  throw base::InputError(file, "", problem, "give a certificate and its key as PEM files");
}

}  // namespace

void Stream::drop_some(asio::mutable_buffer bytes, Done done) {
  socket_.async_read_some(bytes, std::move(done));
}

void Stream::close() {
  Fault ignored;
  socket_.close(ignored);
}

void Stream::shut_down_sending() {
  Fault ignored;
  socket_.shutdown(tcp::socket::shutdown_send, ignored);
}

TlsContext make_tls_context(const std::string& certificate, const std::string& private_key) {
  using asio::ssl::context;
  auto made = std::make_shared<context>(context::tls_server);
  made->set_options(context::default_workarounds | context::no_sslv2 | context::no_sslv3 |
                    context::no_tlsv1 | context::no_tlsv1_1 | SSL_OP_NO_RENEGOTIATION);
  // A key with a password would ask for it at the terminal.
  made->set_password_callback([](std::size_t, context::password_purpose) { return std::string(); });
  Fault fault;
  made->use_certificate_chain_file(certificate, fault);
  if (fault) refuse(certificate, "cannot be used as a certificate");
  made->use_private_key_file(private_key, context::pem, fault);
  if (fault) refuse(certificate, "cannot be used with this private key");
  if (SSL_CTX_check_private_key(made->native_handle()) != 1) {
    refuse(certificate, "cannot be used with this private key");
  }
  return made;
}

std::unique_ptr<Stream> make_stream(tcp::socket socket, const TlsContext& tls) {
  if (tls == nullptr) return std::make_unique<PlainStream>(std::move(socket));
  return std::make_unique<TlsStream>(std::move(socket), *tls);
}

}  // namespace terse::serve::http
