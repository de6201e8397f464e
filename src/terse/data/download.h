// Fetching over HTTP(S).
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace terse::data {

struct DownloadLimits {
  std::uint64_t bytes_max = 0;  ///< of the body; a longer one is refused
  std::chrono::seconds connect_timeout{20};
  /// A transfer slower than a kilobyte a second for this long is given up.
  std::chrono::seconds stall_timeout{30};
  int redirects_max = 5;
};

/// Fetches `url` (http or https, certificates verified, at most limits.redirects_max redirections)
/// and gives the body to `sink` in pieces, whatever the status; returns the status. Throws
/// JobError, naming the URL, when the server cannot be reached, the transfer breaks off or a limit
/// is passed, and InputError for any other kind of URL.
long download(const std::string& url, const DownloadLimits& limits,
              const std::function<void(std::string_view)>& sink);

}  // namespace terse::data
