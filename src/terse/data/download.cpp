#include "terse/data/download.h"

#include <curl/curl.h>
#include <fmt/core.h>

#include <array>
#include <exception>
#include <memory>

#include "terse/base/error.h"

namespace terse::data {
namespace {

struct Transfer {
  const std::function<void(std::string_view)>& sink;
  std::uint64_t bytes_left;
  bool too_large = false;
  std::exception_ptr failure;
};

// Exceptions must not pass through libcurl: they wait in the Transfer.
std::size_t take(char* bytes, std::size_t size, std::size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  const std::size_t length = size * count;
  if (length > transfer.bytes_left) {
    transfer.too_large = true;
    return 0;
  }
  transfer.bytes_left -= length;
  try {
    transfer.sink({bytes, length});
  } catch (...) {
    transfer.failure = std::current_exception();
    return 0;
  }
  return length;
}

void start_library() {
  // Once per process, and thread-safe as a local static.
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  TERSE_CHECK(started == CURLE_OK);
}

}  // namespace

long download(const std::string& url, const DownloadLimits& limits,
              const std::function<void(std::string_view)>& sink) {
  if (!url.starts_with("https://") && !url.starts_with("http://")) {
    throw base::InputError(url, "", "is not an http or https address", "");
  }
  start_library();
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> handle(curl_easy_init(),
                                                                   &curl_easy_cleanup);
  TERSE_CHECK(handle != nullptr);
  Transfer transfer{sink, limits.bytes_max, false, nullptr};
  std::array<char, CURL_ERROR_SIZE> message{};
  const auto set = [&](CURLoption option, auto value) {
    TERSE_CHECK(curl_easy_setopt(handle.get(), option, value) == CURLE_OK);
  };
  set(CURLOPT_URL, url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 1L);
  set(CURLOPT_MAXREDIRS, static_cast<long>(limits.redirects_max));
  set(CURLOPT_CONNECTTIMEOUT, static_cast<long>(limits.connect_timeout.count()));
  set(CURLOPT_LOW_SPEED_LIMIT, 1024L);
  set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(limits.stall_timeout.count()));
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_ACCEPT_ENCODING, "");
  set(CURLOPT_USERAGENT, "terse");
  set(CURLOPT_ERRORBUFFER, message.data());
  set(CURLOPT_WRITEFUNCTION, &take);
  set(CURLOPT_WRITEDATA, static_cast<void*>(&transfer));
  const CURLcode code = curl_easy_perform(handle.get());
  if (transfer.failure) std::rethrow_exception(transfer.failure);
  if (transfer.too_large) {
    throw base::JobError(
        fmt::format("{}: the answer is larger than {} bytes", url, limits.bytes_max));
  }
  if (code != CURLE_OK) {
    const std::string reason = message[0] != '\0' ? message.data() : curl_easy_strerror(code);
    throw base::JobError(fmt::format("{}: cannot be fetched: {}", url, reason));
  }
  long status = 0;
  curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
  return status;
}

}  // namespace terse::data
