// The lines of a request's head as bytes: where it ends, and what makes it ambiguous.
#pragma once

#include <cstddef>
#include <string_view>

namespace terse::serve::http {

/// Looks at the bytes of one head as they come. What servers and proxies read differently (a line
/// that ends with LF alone, a folded line, control characters) is refused before anything else is
/// made of it (RFC 9112, sections 2.2 and 5.2).
class HeadLines {
 public:
  explicit HeadLines(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  /// Gives how many of the bytes belong to the head: all of them until it ends. Throws HttpError:
  /// 400, or 414 and 431 if it is too long.
  std::size_t take(std::string_view bytes);
  bool is_complete() const { return is_complete_; }
  bool has_begun() const { return bytes_ > 0; }

 private:
  void take(char byte);
  void end_line();

  std::size_t bytes_max_;
  std::size_t bytes_ = 0;
  std::size_t lines_ = 0;      ///< that ended, without empty ones before the first
  std::size_t line_size_ = 0;  ///< of the one that has not ended
  std::size_t empty_lines_ = 0;
  bool after_cr_ = false;
  bool is_complete_ = false;
};

}  // namespace terse::serve::http
