// An answer of HTTP before it is written, and errors that know their status.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace terse::serve::http {

inline constexpr const char* json_type = "application/json";

struct HttpAnswer {
  int status = 200;
  std::string body;
  std::string type = json_type;  ///< of the body
  std::vector<std::pair<std::string, std::string>> fields = {};
  bool ends_connection = false;
};

/// A request that is refused with a status.
class HttpError : public std::runtime_error {
 public:
  HttpError(int status, const std::string& sentence)
      : std::runtime_error(sentence), status_(status) {}
  int status() const noexcept { return status_; }

 private:
  int status_;
};

/// {"error": sentence}; 503 comes with Retry-After.
HttpAnswer error_answer(int status, const std::string& sentence);

/// The status line and header (RFC 9112, sections 4 and 5), with the empty line that ends them.
/// date: as RFC 9110, section 5.6.7 has it.
std::string head_text(const HttpAnswer& answer, const std::string& date, bool keeps_alive);

/// The time now as head_text() wants it.
std::string http_date();

}  // namespace terse::serve::http
