// Bearer tokens (RFC 6750), each good until its day.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "terse/serve/core/grant.h"

namespace terse::serve::core {

enum class TokenVerdict : std::uint8_t { good, missing, unknown, expired };

/// One word: "expired".
std::string_view word(TokenVerdict verdict) noexcept;

struct BearerToken {
  std::string secret;
  std::optional<std::chrono::sys_seconds> expires = {};  ///< from this instant on it is refused
  std::shared_ptr<const Grant> grant;
};

/// Lines "TOKEN [EXPIRY] [name=TEXT] [rights=send,read,administer] [models=NAME,...]
/// [devices=NAME,...]". EXPIRY: "2027-01-31" or "2027-01-31T12:00:00Z" (UTC; a day means its first
/// instant). Words are separated by spaces or tabs. What a line leaves out is not restricted;
/// without a name the token is called "line NUMBER". Empty lines and those that begin with '#' are
/// skipped. Throws InputError that names `source` and the line.
std::vector<BearerToken> parse_tokens(const std::string& text, const std::string& source);

struct TokenCheck {
  TokenVerdict verdict = TokenVerdict::missing;
  std::shared_ptr<const Grant> grant;  ///< of a good token
};

/// The tokens of a file. Safe from any thread.
class BearerTokens {
 public:
  /// Throws InputError if the file cannot be read, is not a file of tokens, or holds no token.
  explicit BearerTokens(std::string path);
  /// Reads the file again. If it throws, the tokens stay as they were.
  void reload();
  /// authorization: the header's value; the word "Bearer" in any case (RFC 9110, section 11.1).
  /// Takes as long wherever a wrong token differs.
  TokenCheck check(std::string_view authorization, std::chrono::system_clock::time_point now) const;

 private:
  std::string path_;
  mutable std::mutex mutex_;
  std::vector<BearerToken> tokens_;
};

}  // namespace terse::serve::core
