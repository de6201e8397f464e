#include "terse/serve/core/bearer_tokens.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <set>
#include <span>
#include <sstream>
#include <stdexcept>

#include "terse/base/error.h"
#include "terse/text/quoting.h"

namespace terse::serve::core {
namespace {

using std::chrono::sys_seconds;

constexpr std::array<std::string_view, 4> verdict_words = {"good", "missing", "unknown", "expired"};

/// Looks at every byte wherever the first difference is, so that the time tells nothing.
bool equal(std::string_view a, std::string_view b) {
  unsigned difference = a.size() == b.size() ? 0 : 1;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference |= static_cast<unsigned char>(a[i]) ^
                  static_cast<unsigned char>(b.empty() ? 0 : b[i % b.size()]);
  }
  return difference == 0;
}

/// What follows "Bearer" and the spaces after it; nothing for another scheme.
std::string_view after_scheme(std::string_view authorization) {
  constexpr std::string_view scheme = "bearer";
  if (authorization.size() <= scheme.size() || authorization[scheme.size()] != ' ') return {};
  for (std::size_t i = 0; i < scheme.size(); ++i) {
    // The letters of ASCII differ in this bit; no other character becomes one of these letters.
    if ((static_cast<unsigned char>(authorization[i]) | 0x20U) !=
        static_cast<unsigned char>(scheme[i])) {
      return {};
    }
  }
  const std::size_t begin = authorization.find_first_not_of(' ', scheme.size());
  return begin == std::string_view::npos ? std::string_view() : authorization.substr(begin);
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

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0;;) {
    const std::size_t end = text.find(separator, begin);
    parts.emplace_back(text.substr(begin, end - begin));
    if (end == std::string_view::npos) return parts;
    begin = end + 1;
  }
}

void read_rights(const std::vector<std::string>& rights, Grant& grant) {
  grant.send = grant.read = grant.administer = false;
  for (const std::string& right : rights) {
    if (right == "send") {
      grant.send = true;
    } else if (right == "read") {
      grant.read = true;
    } else if (right == "administer") {
      grant.administer = true;
    } else {
      throw std::invalid_argument(text::in_quotes(right) + " is not a right");
    }
  }
}

std::vector<std::string> read_names(std::string_view name, std::string_view value) {
  std::vector<std::string> names = split(value, ',');
  if (std::find(names.begin(), names.end(), "") != names.end()) {
    throw std::invalid_argument(text::in_quotes(name) + " has an empty name in its list");
  }
  return names;
}

/// One NAME=VALUE of a line. Throws std::invalid_argument.
void read_restriction(std::string_view word, Grant& grant) {
  const std::size_t equals = word.find('=');
  const std::string_view name = word.substr(0, equals);
  if (equals == std::string_view::npos || equals + 1 == word.size()) {
    throw std::invalid_argument(
        text::in_quotes(word) +
        " is neither the day or the instant at which a token expires nor NAME=VALUE");
  }
  const std::string_view value = word.substr(equals + 1);
  if (name == "name") {
    grant.name = value;
  } else if (name == "rights") {
    read_rights(split(value, ','), grant);
  } else if (name == "models") {
    grant.models = read_names(name, value);
  } else if (name == "devices") {
    grant.devices = read_names(name, value);
  } else {
    throw std::invalid_argument(text::in_quotes(name) +
                                " is not a restriction; there are name, rights, models, devices");
  }
}

void read_restrictions(std::span<const std::string> words, Grant& grant) {
  std::set<std::string> names;
  for (const std::string& word : words) {
    read_restriction(word, grant);
    const std::string name = word.substr(0, word.find('='));
    if (!names.insert(name).second) {
      throw std::invalid_argument(text::in_quotes(name) + " is given twice");
    }
  }
}

/// The line holds a secret, so errors repeat only what follows it.
BearerToken read_line(const std::string& line, const std::string& source, std::size_t number) {
  const std::string place = fmt::format("line {}", number);
  std::vector<std::string> words = split(line, ' ');
  BearerToken token{std::move(words.front()), std::nullopt, nullptr};
  words.erase(words.begin());
  std::erase(words, "");
  Grant grant;
  grant.name = place;
  try {
    if (token.secret.empty()) throw std::invalid_argument("begins with a space, not with a token");
    if (!words.empty()) token.expires = parse_instant(words.front());
    read_restrictions(std::span(words).subspan(token.expires ? 1 : 0), grant);
  } catch (const std::invalid_argument& problem) {
    throw base::InputError(source, place, problem.what(),
                           "write TOKEN, TOKEN 2027-01-31, TOKEN 2027-01-31T12:00:00Z, and after "
                           "it name=, rights=, models= or devices=");
  }
  token.grant = std::make_shared<const Grant>(std::move(grant));
  return token;
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
  return verdict_words[static_cast<std::size_t>(verdict)];
}

std::vector<BearerToken> parse_tokens(const std::string& text, const std::string& source) {
  std::istringstream lines(text);
  std::vector<BearerToken> tokens;
  std::size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (!line.empty() && line.back() == '\r') line.pop_back();
    std::replace(line.begin(), line.end(), '\t', ' ');
    if (line.empty() || line.front() == '#') continue;
    tokens.push_back(read_line(line, source, number));
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

TokenCheck BearerTokens::check(std::string_view authorization,
                               std::chrono::system_clock::time_point now) const {
  if (authorization.empty()) return {};
  const std::lock_guard lock(mutex_);
  TokenCheck check{TokenVerdict::unknown, nullptr};
  const std::string_view given = after_scheme(authorization);
  for (const BearerToken& token : tokens_) {
    if (!equal(token.secret, given) || given.empty()) continue;
    const bool expired = token.expires && now >= *token.expires;
    // The same token may be listed twice, the second time with a later day.
    if (check.verdict == TokenVerdict::good) continue;
    check.verdict = expired ? TokenVerdict::expired : TokenVerdict::good;
    check.grant = expired ? nullptr : token.grant;
  }
  return check;
}

}  // namespace terse::serve::core
