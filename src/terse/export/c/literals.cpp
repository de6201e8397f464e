#include "terse/export/c/literals.h"

#include <fmt/format.h>

#include <cmath>

namespace terse::export_c {

std::string integer_literal(std::int64_t value) {
  if (value == INT32_MIN) return "-2147483647L - 1";
  return fmt::format("{}{}", value, value > 32767 || value < -32767 ? "L" : "");
}

std::string held_literal(const export_text::DeviceFeature& feature, std::int64_t held) {
  if (feature.input.type != export_text::ReadingType::float32) return integer_literal(held);
  const float value = export_text::float_at_place(held);
  if (std::isnan(value)) return "NAN";
  if (std::isinf(value)) return value < 0.0F ? "-INFINITY" : "INFINITY";
  std::string text = fmt::format("{:.9g}", value);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text + "F";
}

std::string hexadecimal(std::optional<std::uint8_t> byte) {
  return byte ? fmt::format("{:02X}", *byte) : "";
}

}  // namespace terse::export_c
