#include "terse/serve/http/request_reader.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/parser.hpp>
#include <charconv>
#include <limits>
#include <optional>
#include <string>

#include "terse/base/error.h"
#include "terse/serve/http/answer.h"
#include "terse/serve/http/head_lines.h"

namespace terse::serve::http {
namespace {

namespace beast = boost::beast;
using Fault = beast::error_code;

/// A body (Beast's concept) that goes into a string as it comes, whatever was announced.
struct Collected {
  using value_type = std::string;
  class reader {
   public:
    template <bool is_request, class Fields>
    reader(beast::http::header<is_request, Fields>&, value_type& body) : body_(body) {}
    void init(const boost::optional<std::uint64_t>& length, Fault& fault) {
      body_.reserve(length.value_or(0));
      fault = {};
    }
    template <class Buffers>
    std::size_t put(const Buffers& buffers, Fault& fault) {
      for (const boost::asio::const_buffer buffer : beast::buffers_range_ref(buffers)) {
        body_.append(static_cast<const char*>(buffer.data()), buffer.size());
      }
      fault = {};
      return boost::asio::buffer_size(buffers);
    }
    static void finish(Fault& fault) { fault = {}; }

   private:
    value_type& body_;
  };
};

using Parser = beast::http::request_parser<Collected>;

Method method_of(beast::http::verb verb) {
  switch (verb) {
    case beast::http::verb::get:
      return Method::get;
    case beast::http::verb::head:
      return Method::head;
    case beast::http::verb::post:
      return Method::post;
    case beast::http::verb::put:
      return Method::put;
    case beast::http::verb::options:
      return Method::options;
    default:
      return Method::other;
  }
}

std::string_view view(beast::string_view text) {
  return {text.data(), text.size()};
}

bool equals(std::string_view text, const char* word) {
  return beast::iequals({text.data(), text.size()}, word);
}

[[noreturn]] void refuse(const Fault& fault) {
  using beast::http::error;
  if (fault == error::body_limit) throw HttpError(413, "the body is too long; send less at once");
  if (fault == error::bad_version) throw HttpError(505, "only HTTP/1.0 and 1.1 are understood");
  const bool is_chunk = fault == error::bad_chunk || fault == error::bad_chunk_extension;
  throw HttpError(400, is_chunk ? "body: not as chunks are written (RFC 9112, section 7.1)"
                                : "not a request of HTTP (RFC 9112): " + fault.message());
}

[[noreturn]] void refuse_long() {
  throw HttpError(431, "the trailer or a chunk's header is too long; 8 KiB are taken at most");
}

/// Takes a field that may be there once.
void take_once(std::string_view value, const char* name, std::string& target) {
  if (!target.empty()) {
    throw HttpError(400, std::string("header: ") + name + " is given twice; send it once");
  }
  target = value;
}

}  // namespace

struct RequestReader::State {
  explicit State(const HttpLimits& limits_) : limits(limits_), lines(limits_.head_bytes_max) {}

  std::size_t take_head(std::string_view bytes);
  std::size_t take_body(std::string_view bytes);
  std::size_t finish();
  std::size_t put(std::string_view bytes);
  void parse_head(std::string_view head);
  void take_field(const beast::http::fields::value_type& given);
  void check_framing();

  const HttpLimits& limits;
  Stage stage = Stage::head;
  HeadLines lines;
  std::string kept;  ///< the beginning of a head, chunk header or trailer
  std::optional<Parser> parser;
  HttpRequest request;
  std::size_t lengths = 0;
  std::size_t hosts = 0;
  std::size_t codings = 0;  ///< fields Transfer-Encoding
  bool is_chunked_alone = false;
};

std::size_t RequestReader::State::take_head(std::string_view bytes) {
  const std::size_t taken = lines.take(bytes);
  if (!lines.is_complete()) {
    kept.append(bytes);
  } else if (kept.empty()) {
    parse_head(bytes.substr(0, taken));
  } else {
    kept.append(bytes.substr(0, taken));
    parse_head(kept);
    kept.clear();
  }
  return taken;
}

void RequestReader::State::parse_head(std::string_view head) {
  if (head.starts_with("\r\n")) head.remove_prefix(2);
  parser.emplace();
  // The limits are our own: Beast's come before the header is there to say who asks.
  parser->header_limit(static_cast<std::uint32_t>(2 * limits.head_bytes_max));
  parser->body_limit(std::numeric_limits<std::uint64_t>::max());
  Fault fault;
  const std::size_t used = parser->put(boost::asio::buffer(head.data(), head.size()), fault);
  if (fault) refuse(fault);
  if (!parser->is_header_done() || used != head.size()) {
    throw HttpError(400, "not a request of HTTP (RFC 9112)");
  }
  const auto& fields = parser->get();
  request.method = method_of(fields.method());
  request.target = parse_target(view(fields.target()));
  request.keeps_alive = parser->keep_alive();
  for (const auto& field : fields) take_field(field);
  check_framing();
  if (request.target.host) request.host = *request.target.host;
  stage = Stage::head_read;
}

void RequestReader::State::take_field(const beast::http::fields::value_type& given) {
  using beast::http::field;
  const std::string_view value = view(given.value());
  switch (given.name()) {
    case field::host:
      ++hosts;
      request.host = value;
      break;
    case field::content_length: {
      ++lengths;
      std::uint64_t length = 0;
      const char* end = value.data() + value.size();
      const auto [rest, error] = std::from_chars(value.data(), end, length);
      // Beast also takes lists.
      if (error != std::errc() || rest != end) throw HttpError(400, "Content-Length: not a number");
      request.length = length;
      break;
    }
    case field::transfer_encoding:
      ++codings;
      is_chunked_alone = equals(value, "chunked");
      break;
    case field::content_encoding:
      if (!equals(value, "identity") && !value.empty()) {
        throw HttpError(415, "Content-Encoding: bodies are taken as they are; send it unpacked");
      }
      break;
    case field::expect:
      take_once(value, "Expect", request.expect);
      break;
    case field::authorization:
      take_once(value, "Authorization", request.authorization);
      break;
    case field::content_type:
      take_once(value, "Content-Type", request.content_type);
      break;
    case field::origin:
      take_once(value, "Origin", request.origin);
      break;
    default:
      if (equals(view(given.name_string()), "Sec-Fetch-Site")) request.fetch_site = value;
  }
}

/// RFC 9112, section 6.
void RequestReader::State::check_framing() {
  const bool is_old = parser->get().version() < 11;
  if (lengths > 1) throw HttpError(400, "header: Content-Length is given twice; send it once");
  if (codings > 0 && lengths > 0) {
    throw HttpError(400, "header: both Content-Length and Transfer-Encoding; send one of them");
  }
  if (codings > 0 && is_old) {
    throw HttpError(400, "header: Transfer-Encoding in HTTP/1.0; send a Content-Length");
  }
  if (codings > 1 || (codings == 1 && !is_chunked_alone)) {
    throw HttpError(501, "Transfer-Encoding: only chunked is understood, and only once");
  }
  request.is_chunked = codings == 1;
  // HTTP/1.0 has no interim answers (RFC 9110, section 10.1.1).
  if (is_old) request.expect.clear();
  if (hosts > 1 || (hosts == 0 && !is_old)) {
    throw HttpError(400, "header: Host is missing or given twice; send it once");
  }
  request.has_host = hosts > 0;
}

std::size_t RequestReader::State::put(std::string_view bytes) {
  std::size_t used = 0;
  // Beast returns after each piece; need_more says that the rest is a piece that has not ended.
  while (used < bytes.size() && !parser->is_done()) {
    Fault fault;
    const std::size_t before = parser->get().body().size();
    const std::size_t piece =
        parser->put(boost::asio::buffer(bytes.data() + used, bytes.size() - used), fault);
    used += piece;
    if (fault == beast::http::error::need_more) break;
    if (fault) refuse(fault);
    if (piece > limits.head_bytes_max && parser->get().body().size() == before) refuse_long();
  }
  return used;
}

std::size_t RequestReader::State::take_body(std::string_view bytes) {
  std::size_t taken = 0;
  if (kept.empty()) {
    taken = put(bytes);
    if (!parser->is_done()) {
      // The beginning of a chunk header or trailer, which Beast wants to see whole.
      kept = bytes.substr(taken);
      taken = bytes.size();
    }
  }
  while (!parser->is_done() && taken < bytes.size()) {
    // One byte more each time: what comes after the end is not ours.
    kept += bytes[taken++];
    // Beast moves on at ends of lines alone, and asserts that it is asked no sooner.
    if (kept.ends_with("\r\n") && put(kept) > 0) {
      kept.clear();
      return taken + (parser->is_done() ? finish() : take_body(bytes.substr(taken)));
    }
    if (kept.size() > limits.head_bytes_max) break;
  }
  if (kept.size() > limits.head_bytes_max) refuse_long();
  return taken + (parser->is_done() ? finish() : 0);
}

std::size_t RequestReader::State::finish() {
  request.body = std::move(parser->get().body());
  stage = Stage::complete;
  return 0;
}

RequestReader::RequestReader(const HttpLimits& limits) : state_(std::make_unique<State>(limits)) {}
RequestReader::~RequestReader() = default;

std::size_t RequestReader::take(std::string_view bytes) {
  if (state_->stage == Stage::head) return state_->take_head(bytes);
  return state_->stage == Stage::body ? state_->take_body(bytes) : 0;
}

RequestReader::Stage RequestReader::stage() const {
  return state_->stage;
}

bool RequestReader::has_begun() const {
  return state_->lines.has_begun();
}

HttpRequest& RequestReader::request() {
  return state_->request;
}

void RequestReader::read_body() {
  State& state = *state_;
  TERSE_CHECK(state.stage == Stage::head_read);
  if (state.request.length.value_or(0) > state.limits.body_bytes_max) {
    throw HttpError(413, "the body is too long; send less at once");
  }
  state.parser->body_limit(state.limits.body_bytes_max);
  state.stage = state.parser->is_done() ? Stage::complete : Stage::body;
}

std::size_t RequestReader::body_bytes() const {
  if (state_->stage == Stage::complete) return state_->request.body.size();
  return state_->parser ? state_->parser->get().body().size() : 0;
}

void RequestReader::next() {
  state_ = std::make_unique<State>(state_->limits);
}

}  // namespace terse::serve::http
