// A reader of requests from the bytes of a connection, with strict framing (RFC 9112) and limits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "terse/serve/http/limits.h"
#include "terse/serve/http/request.h"

namespace terse::serve::http {

class RequestReader {
 public:
  enum class Stage : std::uint8_t {
    head,       ///< wants bytes
    head_read,  ///< waits for read_body()
    body,       ///< wants bytes
    complete,   ///< waits for next()
  };

  /// limits must outlive it.
  explicit RequestReader(const HttpLimits& limits);
  ~RequestReader();

  /// Gives how many of the bytes belong to this request. Takes none in a stage that waits. Throws
  /// HttpError; then where the next request begins is not certain, and the connection must end.
  std::size_t take(std::string_view bytes);
  Stage stage() const;
  /// Some of its bytes have come.
  bool has_begun() const;
  /// Once the head is read; its body once it is complete.
  HttpRequest& request();
  /// The head is as it should be: the body may come. Throws HttpError 413 if it is announced to be
  /// too long.
  void read_body();
  /// Bytes that it keeps of the body.
  std::size_t body_bytes() const;
  /// Forgets this request.
  void next();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace terse::serve::http
