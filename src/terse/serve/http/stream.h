// The bytes of a connection, plain or by TLS. Includes Boost.Asio: only for sources of connections.
#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <functional>
#include <memory>
#include <string>

namespace boost::asio::ssl {
class context;
}

namespace terse::serve::http {

/// Each operation calls back once, after it has returned, in the thread of the socket's io_context,
/// and may run into an error that close() made.
class Stream {
 public:
  using Done = std::function<void(const boost::system::error_code&, std::size_t)>;

  explicit Stream(boost::asio::ip::tcp::socket socket) : socket_(std::move(socket)) {}
  virtual ~Stream() = default;

  virtual void start(Done done) = 0;  ///< the handshake, if there is one
  virtual void read_some(boost::asio::mutable_buffer bytes, Done done) = 0;
  virtual void write_some(boost::asio::const_buffer bytes, Done done) = 0;
  /// Tells the peer that nothing more will be written.
  virtual void end(Done done) = 0;

  /// Reads what is there below TLS, to be dropped.
  void drop_some(boost::asio::mutable_buffer bytes, Done done);
  void close();
  boost::asio::any_io_executor executor() { return socket_.get_executor(); }

 protected:
  void shut_down_sending();
  boost::asio::ip::tcp::socket socket_;  // NOLINT: derived streams are its users
};

using TlsContext = std::shared_ptr<boost::asio::ssl::context>;

/// Throws InputError if the certificate or its key cannot be used. Both: PEM files.
TlsContext make_tls_context(const std::string& certificate, const std::string& private_key);

/// tls: null for a plain one.
std::unique_ptr<Stream> make_stream(boost::asio::ip::tcp::socket socket, const TlsContext& tls);

}  // namespace terse::serve::http
