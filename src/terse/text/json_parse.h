// JSON from outside, whole.
#pragma once

#include <string_view>

namespace terse::text {

/// What the text says, discarded if it is not JSON. A zero byte, which the library's parser takes
/// for the end of the text, is not JSON. Json: a basic_json of nlohmann.
template <class Json>
Json parsed_json(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) return Json(Json::value_t::discarded);
  return Json::parse(text.begin(), text.end(), nullptr, false);
}

}  // namespace terse::text
