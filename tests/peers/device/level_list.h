// Lists of levels as the tests of the device name them: "4,8m,3cu".
#pragma once

#include <charconv>
#include <cstddef>
#include <string>
#include <vector>

inline std::vector<std::string> parts_of(const std::string& text) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == ',') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

/// The number that a text begins with.
inline std::size_t number(const std::string& text) {
  std::size_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}
