#include "terse/serve/predictor/exchange.h"

#include <atomic>
#include <boost/asio/connect.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <optional>

#include "terse/serve/core/external_predictor.h"

namespace terse::serve::predictor {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using Fault = boost::system::error_code;

constexpr std::uint32_t head_bytes_max = 16 << 10U;

/// Lives as long as one of its handlers: a name may be looked up for longer than anyone waits.
class Exchange : public std::enable_shared_from_this<Exchange> {
 public:
  Exchange(asio::io_context& context, const Address& address, const Question& question)
      : context_(context),
        resolver_(context),
        socket_(context),
        buffer_(64 << 10U),
        answer_bytes_max_(question.answer_bytes_max) {
    request_.method(http::verb::post);
    request_.target(question.target);
    request_.version(11);
    request_.set(http::field::host, host_field(address));
    request_.set(http::field::content_type, "application/json");
    request_.set(http::field::accept, "application/json");
    request_.set(http::field::connection, "close");
    request_.body() = question.body;
    request_.prepare_payload();
    parser_.header_limit(head_bytes_max);
    parser_.body_limit(question.answer_bytes_max);
  }

  void start(const Address& address) {
    resolver_.async_resolve(address.host, address.port,
                            [self = shared_from_this()](Fault fault, const auto& found) {
                              if (fault) return self->end(fault, "its host is not known");
                              self->connect(found);
                            });
  }

  void give_up() {
    resolver_.cancel();
    Fault ignored;
    socket_.close(ignored);
  }

  bool ended = false;
  std::string problem;  ///< once it ended: none, if there is a reply

  Reply reply() {
    return {static_cast<int>(parser_.get().result_int()), std::move(parser_.get().body())};
  }

 private:
  void connect(const asio::ip::tcp::resolver::results_type& found) {
    asio::async_connect(socket_, found, [self = shared_from_this()](Fault fault, const auto&) {
      if (fault) return self->end(fault, "it cannot be reached");
      self->write();
    });
  }

  void write() {
    http::async_write(socket_, request_, [self = shared_from_this()](Fault fault, std::size_t) {
      // It may have answered without reading all, and hung up.
      if (fault && fault != asio::error::broken_pipe && fault != asio::error::connection_reset) {
        return self->end(fault, "it did not take the question");
      }
      self->read();
    });
  }

  void read() {
    http::async_read_header(socket_, buffer_, parser_,
                            [self = shared_from_this()](Fault fault, std::size_t) {
                              if (fault) return self->end(fault, self->no_answer(fault));
                              self->read_body();
                            });
  }

  // Beast would reserve what the head says that the body has.
  void read_body() {
    const auto length = parser_.content_length();
    if (length && *length > answer_bytes_max_) {
      return end(http::error::body_limit, no_answer(http::error::body_limit));
    }
    http::async_read(socket_, buffer_, parser_,
                     [self = shared_from_this()](Fault fault, std::size_t) {
                       self->end(fault, self->no_answer(fault));
                     });
  }

  static const char* no_answer(const Fault& fault) {
    return fault == http::error::body_limit ? "its answer is too long"
                                            : "it did not answer as HTTP does";
  }

  void end(Fault fault, const char* what) {
    ended = true;
    if (fault) problem = std::string(what) + " (" + fault.message() + ")";
    context_.stop();
  }

  asio::io_context& context_;
  asio::ip::tcp::resolver resolver_;
  asio::ip::tcp::socket socket_;
  boost::beast::flat_buffer buffer_;
  std::size_t answer_bytes_max_;
  http::request<http::string_body> request_;
  http::response_parser<http::string_body> parser_;
};

}  // namespace

struct Exchanges::State {
  explicit State(Address address_) : address(std::move(address_)) {}

  /// Runs handlers for this long, or until `ended` says so, or stop().
  template <typename Ended>
  void run_for(std::chrono::milliseconds time, const Ended& ended) {
    const auto until = std::chrono::steady_clock::now() + time;
    // What is left of earlier exchanges may end meanwhile, and stop the context.
    while (!ended() && std::chrono::steady_clock::now() < until) {
      context.restart();
      // stop() may have come between: it is looked at once the context can be stopped.
      if (stopping) return;
      context.run_until(until);
    }
  }

  Address address;
  asio::io_context context;
  asio::executor_work_guard<asio::io_context::executor_type> always =
      asio::make_work_guard(context);
  std::atomic<bool> stopping{false};
};

Exchanges::Exchanges(Address address) : state_(std::make_unique<State>(std::move(address))) {}

Exchanges::~Exchanges() = default;

Reply Exchanges::ask(const Question& question) {
  State& state = *state_;
  const auto exchange = std::make_shared<Exchange>(state.context, state.address, question);
  exchange->start(state.address);
  state.run_for(question.patience, [&] { return exchange->ended; });
  if (exchange->ended && exchange->problem.empty()) return exchange->reply();
  std::string problem = exchange->ended ? exchange->problem : "it did not answer in time";
  exchange->give_up();
  throw core::PredictorFault(problem, false);
}

void Exchanges::pause(std::chrono::milliseconds time) {
  state_->run_for(time, [] { return false; });
}

void Exchanges::stop() {
  state_->stopping = true;
  state_->context.stop();
}

}  // namespace terse::serve::predictor
