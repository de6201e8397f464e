// Boost.Beast with a handler that only says yes, as its examples write one: what the server is
// measured against.
//   http_alone PORT
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <cstdlib>
#include <memory>
#include <utility>

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;

class Session : public std::enable_shared_from_this<Session> {
 public:
  explicit Session(tcp::socket socket) : stream_(std::move(socket)) {}

  void read() {
    request_ = {};
    http::async_read(stream_, buffer_, request_,
                     [self = shared_from_this()](const beast::error_code& fault, std::size_t) {
                       if (!fault) self->write();
                     });
  }

 private:
  void write() {
    response_ = http::response<http::string_body>(http::status::ok, request_.version());
    response_.set(http::field::content_type, "application/json");
    response_.keep_alive(request_.keep_alive());
    response_.body() = "{}";
    response_.prepare_payload();
    http::async_write(stream_, response_,
                      [self = shared_from_this()](const beast::error_code& fault, std::size_t) {
                        if (!fault && self->response_.keep_alive()) self->read();
                      });
  }

  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
  http::request<http::string_body> request_;
  http::response<http::string_body> response_;
};

void accept(tcp::acceptor& acceptor) {
  acceptor.async_accept([&](const beast::error_code& fault, tcp::socket socket) {
    if (!fault) {
      socket.set_option(tcp::no_delay(true));
      std::make_shared<Session>(std::move(socket))->read();
    }
    accept(acceptor);
  });
}

}  // namespace

int main(int count, char** values) {
  if (count < 2) return 2;
  asio::io_context io(1);
  const auto port = static_cast<unsigned short>(std::atoi(values[1]));
  tcp::acceptor acceptor(io, {asio::ip::make_address_v4("127.0.0.1"), port});
  accept(acceptor);
  io.run();
}
