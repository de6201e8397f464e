#include "terse/serve/core/bearer_tokens.h"

#include <fmt/core.h>

#include <array>
#include <fstream>
#include <sstream>

#include "terse/base/error.h"
#include "terse/text/quoting.h"

namespace terse::serve::core {
namespace {

using std::chrono::sys_seconds;

constexpr std::array<std::string_view, 4> words = {"good", "missing", "unknown", "expired"};

/// Looks at every byte wherever the first difference is, so that the time tells nothing.
bool equal(std::string_view a, std::string_view b) {
  unsigned difference = a.size() == b.size() ? 0 : 1;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference |= static_cast<unsigned char>(a[i]) ^
                  static_cast<unsigned char>(b.empty() ? 0 : b[i % b.size()]);
  }
  return difference == 0;
}

/// Digits alone, as many as `text` has.
std::optional<int> number(std::string_view text) {
  int value = 0;
  for (const char digit : text) {
    if (digit < '0' || digit > '9') return std::nullopt;
    value = 10 * value + (digit - '0');
  }
  return value;
}

/// `shape` has a 0 for each digit: "0000-00-00".
bool has_shape(std::string_view text, std::string_view shape) {
  if (text.size() != shape.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (shape[i] == '0' ? !digit : text[i] != shape[i]) return false;
  }
  return true;
}

std::optional<sys_seconds> parse_instant(std::string_view text) {
  using std::chrono::hours, std::chrono::minutes, std::chrono::seconds;
  const bool day_only = has_shape(text, "0000-00-00");
  if (!day_only && !has_shape(text, "0000-00-00T00:00:00Z")) return std::nullopt;
  const auto part = [&](std::size_t at, std::size_t digits) {
    return number(text.substr(at, digits)).value_or(0);
  };
  const std::chrono::year_month_day date(std::chrono::year(part(0, 4)),
                                         std::chrono::month(static_cast<unsigned>(part(5, 2))),
                                         std::chrono::day(static_cast<unsigned>(part(8, 2))));
  if (!date.ok()) return std::nullopt;
  const std::chrono::sys_days midnight = date;
  if (day_only) return midnight;
  if (part(11, 2) > 23 || part(14, 2) > 59 || part(17, 2) > 59) return std::nullopt;
  return midnight + hours(part(11, 2)) + minutes(part(14, 2)) + seconds(part(17, 2));
}

std::vector<BearerToken> read_tokens(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) throw base::InputError(path, "", "cannot be read as tokens", "write one token a line");
  return parse_tokens(text.str(), path);
}

}  // namespace

std::string_view word(TokenVerdict verdict) noexcept {
  return words[static_cast<std::size_t>(verdict)];
}

std::vector<BearerToken> parse_tokens(const std::string& text, const std::string& source) {
  std::istringstream lines(text);
  std::vector<BearerToken> tokens;
  std::size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.empty()) continue;
    const std::size_t space = line.find(' ');
    BearerToken token{line.substr(0, space)};
    if (space != std::string::npos) {
      const std::string instant = line.substr(space + 1);
      token.expires = parse_instant(instant);
      if (!token.expires || space == 0) {
        // The line holds a secret, so only what follows it may be repeated.
        throw base::InputError(
            source, fmt::format("line {}", number),
            text::in_quotes(instant) + " is not the day or the instant at which a token expires",
            "write TOKEN, or TOKEN 2027-01-31, or TOKEN 2027-01-31T12:00:00Z");
      }
    }
    tokens.push_back(std::move(token));
  }
  if (tokens.empty())
    throw base::InputError(source, "", "holds no token", "write one token a line");
  return tokens;
}

BearerTokens::BearerTokens(std::string path)
    : path_(std::move(path)), tokens_(read_tokens(path_)) {}

void BearerTokens::reload() {
  std::vector<BearerToken> read = read_tokens(path_);
  const std::lock_guard lock(mutex_);
  tokens_ = std::move(read);
}

TokenVerdict BearerTokens::check(std::string_view authorization,
                                 std::chrono::system_clock::time_point now) const {
  if (authorization.empty()) return TokenVerdict::missing;
  const std::lock_guard lock(mutex_);
  TokenVerdict verdict = TokenVerdict::unknown;
  for (const BearerToken& token : tokens_) {
    if (!equal("Bearer " + token.secret, authorization)) continue;
    const bool expired = token.expires && now >= *token.expires;
    // The same token may be listed twice, the second time with a later day.
    if (verdict != TokenVerdict::good) {
      verdict = expired ? TokenVerdict::expired : TokenVerdict::good;
    }
  }
  return verdict;
}

}  // namespace terse::serve::core
