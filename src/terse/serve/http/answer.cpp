#include "terse/serve/http/answer.h"

#include <fmt/core.h>

#include <array>
#include <ctime>

#include "terse/serve/core/json_answers.h"

namespace terse::serve::http {
namespace {

/// RFC 9110, section 15, and RFC 6585.
const char* phrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 204:
      return "No Content";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 409:
      return "Conflict";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 421:
      return "Misdirected Request";
    case 422:
      return "Unprocessable Content";
    case 431:
      return "Request Header Fields Too Large";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Error";
  }
}

}  // namespace

HttpAnswer error_answer(int status, const std::string& sentence) {
  HttpAnswer answer{status, core::error_json(sentence)};
  if (status == 503) answer.fields.emplace_back("Retry-After", "1");
  return answer;
}

std::string head_text(const HttpAnswer& answer, const std::string& date, bool keeps_alive) {
  std::string text =
      fmt::format("HTTP/1.1 {} {}\r\nDate: {}\r\n", answer.status, phrase(answer.status), date);
  if (answer.status != 204) {
    text +=
        fmt::format("Content-Type: {}\r\nContent-Length: {}\r\n", answer.type, answer.body.size());
  }
  for (const auto& [name, value] : answer.fields) text += fmt::format("{}: {}\r\n", name, value);
  // Said to HTTP/1.0 as well, whose peers expect the end (RFC 9112, section 9.3).
  text += keeps_alive ? "Connection: keep-alive\r\n" : "Connection: close\r\n";
  text += "X-Content-Type-Options: nosniff\r\n\r\n";
  return text;
}

std::string http_date() {
  thread_local std::time_t written_at = 0;
  thread_local std::string written;
  const std::time_t now = std::time(nullptr);
  if (now == written_at) return written;
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, 40> text{};
  const std::size_t size =
      std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  written_at = now;
  written.assign(text.data(), size);
  return written;
}

}  // namespace terse::serve::http
