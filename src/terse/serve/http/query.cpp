#include "terse/serve/http/query.h"

#include <fmt/core.h>

#include "terse/base/error.h"
#include "terse/serve/core/frame_counter.h"
#include "terse/text/quoting.h"

namespace terse::serve::http {

std::optional<std::string> parameter(const Target& target, std::string_view name) {
  for (const auto& [each, value] : target.query) {
    if (each == name) return value;
  }
  return {};
}

std::optional<std::int64_t> number(const Target& target, const std::string& name, std::int64_t low,
                                   std::int64_t high) {
  const auto text = parameter(target, name);
  if (!text) return {};
  // As strict as with counters, and never above 2^63 - 1.
  const auto value = core::read_counter(*text);
  const auto whole = static_cast<std::int64_t>(value.value_or(0));
  if (!value || whole < low || whole > high) {
    throw base::InputError(name, "", text::in_quotes(*text) + " cannot be taken",
                           fmt::format("write {} to {}", low, high));
  }
  return whole;
}

bool yes_or_no(const Target& target, const std::string& name, bool otherwise) {
  const auto text = parameter(target, name);
  if (!text) return otherwise;
  if (*text != "true" && *text != "false") {
    throw base::InputError(name, "", text::in_quotes(*text) + " cannot be taken",
                           "write true or false");
  }
  return *text == "true";
}

}  // namespace terse::serve::http
