#include "terse/serve/http/target.h"

#include <algorithm>

#include "terse/serve/http/answer.h"

namespace terse::serve::http {
namespace {

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// RFC 3986, section 2.1.
std::string decoded(std::string_view text, bool is_query) {
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && is_query) {
      plain += ' ';
    } else if (text[i] != '%') {
      plain += text[i];
    } else {
      const int high = i + 2 < text.size() ? digit(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? digit(text[i + 2]) : -1;
      if (high < 0 || low < 0) {
        throw HttpError(400, "target: '%' without two hexadecimal digits; write %25 for it");
      }
      if (high == 0 && low == 0) throw HttpError(400, "target: %00 cannot be taken; leave it out");
      plain += static_cast<char>(16 * high + low);
      i += 2;
    }
  }
  return plain;
}

/// What is between the separators, one piece more than there are of them.
std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  for (;;) {
    const std::size_t end = text.find(separator);
    pieces.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return pieces;
    text.remove_prefix(end + 1);
  }
}

bool is_in_uris(char c) {
  // Brackets, braces and the like are not allowed either (RFC 3986), but browsers send them.
  return c > 0x20 && c < 0x7f && c != '#' && c != '"' && c != '<' && c != '>' && c != '\\';
}

bool takes_scheme(std::string_view& text, std::string_view scheme) {
  const bool is = text.size() >= scheme.size() &&
                  std::equal(scheme.begin(), scheme.end(), text.begin(), [](char a, char b) {
                    return a == b || (b >= 'A' && b <= 'Z' && a == (b | 0x20));
                  });
  if (is) text.remove_prefix(scheme.size());
  return is;
}

}  // namespace

Target parse_target(std::string_view text) {
  Target target;
  if (text == "*") return target;
  if (!std::all_of(text.begin(), text.end(), is_in_uris)) {
    throw HttpError(400, "target: a byte that cannot be in a URI; write it as % and two digits");
  }
  if (takes_scheme(text, "http://") || takes_scheme(text, "https://")) {
    const std::size_t end = text.find_first_of("/?");
    target.host = text.substr(0, end);
    text.remove_prefix(std::min(end, text.size()));
    if (target.host->empty() || target.host->find('@') != std::string::npos) {
      throw HttpError(400, "target: not a URI with a host alone; send the path");
    }
  } else if (!text.starts_with('/')) {
    throw HttpError(400, "target: not a path; begin it with /");
  }
  const std::size_t mark = text.find('?');
  std::string_view path = text.substr(0, mark);
  if (path.starts_with('/')) path.remove_prefix(1);
  for (const std::string_view segment : split(path, '/')) {
    target.path.push_back(decoded(segment, false));
  }
  if (mark == std::string_view::npos) return target;
  for (const std::string_view pair : split(text.substr(mark + 1), '&')) {
    if (pair.empty()) continue;
    const std::size_t equals = pair.find('=');
    const std::string_view value =
        equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1);
    target.query.emplace_back(decoded(pair.substr(0, equals), true), decoded(value, true));
  }
  return target;
}

std::optional<std::string> match(std::string_view pattern, const std::vector<std::string>& path) {
  const std::vector<std::string_view> wanted = split(pattern.substr(1), '/');
  const auto many = std::find(wanted.begin(), wanted.end(), "{+}");
  if (many == wanted.end() ? path.size() != wanted.size() : path.size() < wanted.size()) return {};
  std::string found;
  std::size_t at = 0;
  for (const std::string_view segment : wanted) {
    if (segment == "{}" || segment == "{+}") {
      const std::size_t taken = segment == "{}" ? 1 : path.size() - wanted.size() + 1;
      for (std::size_t i = 0; i < taken; ++i) found += (i == 0 ? "" : "/") + path[at++];
      if (found.empty()) return {};
    } else if (path[at++] != segment) {
      return {};
    }
  }
  return found;
}

}  // namespace terse::serve::http
