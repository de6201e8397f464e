#include "terse/export/c/descriptions.h"

#include <fmt/format.h>

#include <cmath>

#include "terse/export/c/templates.h"

namespace terse::export_c {

std::string in_comment(std::string_view name) {
  std::string text;
  for (const char c : name) {
    const bool printable = static_cast<unsigned char>(c) >= 0x20 && c != 0x7F;
    text += printable && c != '*' && c != '\\' && c != '?' ? c : '_';
  }
  return text;
}

std::string in_cell(std::string_view name) {
  std::string text(name);
  for (char& c : text) {
    if (c == '|' || static_cast<unsigned char>(c) < 0x20) c = ' ';
  }
  return text;
}

std::string target_in_comment(const model::Model& model) {
  const std::string name = in_comment(model.target_name);
  return model.target_unit.empty() ? name : name + " in " + in_comment(model.target_unit);
}

std::string input_description(const export_text::DeviceInput& input) {
  return templates::InputTxt{
      .is_reading = input.scale == 1.0 && input.offset == 0.0,
      .negative = input.offset < 0.0,
      .offset = input.offset == 0.0 ? "" : fmt::format("{}", std::abs(input.offset)),
      .scale = fmt::format("{}", input.scale),
      .type = export_text::name_of(input.type)}
      .filled();
}

}  // namespace terse::export_c
