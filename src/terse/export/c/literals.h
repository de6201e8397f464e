// Numbers as C has them. Inside the export room.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "terse/export/text/device_features.h"
#include "terse/text/wrapping.h"

namespace terse::export_c {

/// The value of a constant that fits 32 bits, with an L where int may be too short for it.
std::string integer_literal(std::int64_t value);

/// A held value: integer_literal(), or the digits of a float32 with an F, or a macro of
/// <math.h> for what has none.
std::string held_literal(const export_text::DeviceFeature& feature, std::int64_t held);

/// Two digits, as they follow 0x; empty if there is no byte.
std::string hexadecimal(std::optional<std::uint8_t> byte);

/// text_of(value) of each value with a comma behind it, in lines of at most 96 columns that begin
/// with `indent`; no line end after the last.
template <typename Values, typename TextOf>
std::string number_lines(const Values& values, const TextOf& text_of,
                         std::string_view indent = "  ") {
  std::vector<std::string> parts;
  for (const auto& value : values) parts.push_back(text_of(value));
  return text::comma_lines(parts, indent);
}

/// Whole numbers as they are.
template <typename Values>
std::string number_lines(const Values& values) {
  return number_lines(values, [](auto value) { return std::to_string(value); });
}

}  // namespace terse::export_c
