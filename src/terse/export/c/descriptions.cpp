#include "terse/export/c/descriptions.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "terse/export/c/templates.h"
#include "terse/text/utf8.h"

namespace terse::export_c {

namespace {

/// Whether a character ends a line or a comment, or turns the direction of what follows, which
/// compilers refuse: control characters, line and paragraph separators, marks of direction.
bool leaves_comment(std::string_view character) {
  if (character.size() == 1) {
    const auto byte = static_cast<unsigned char>(character[0]);
    return byte < 0x20 || byte == 0x7F || byte == '*' || byte == '\\' || byte == '?';
  }
  if (character.size() == 2) return character >= "\xC2\x80" && character <= "\xC2\x9F";
  return (character >= "\xE2\x80\xA8" && character <= "\xE2\x80\xAE") ||
         (character >= "\xE2\x81\xA6" && character <= "\xE2\x81\xA9") ||
         character == "\xE2\x80\x8E" || character == "\xE2\x80\x8F";
}

}  // namespace

std::string in_comment(std::string_view name) {
  std::string text;
  while (!name.empty()) {
    const std::size_t bytes = text::utf8_character_bytes(name);
    const std::string_view character = name.substr(0, std::max<std::size_t>(bytes, 1));
    if (bytes == 0 || leaves_comment(character)) {
      text += '_';
    } else {
      text += character;
    }
    name.remove_prefix(character.size());
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

namespace {

std::string held_text(export_text::ReadingType type, std::int64_t held) {
  return type == export_text::ReadingType::float32
             ? fmt::format("{}", export_text::float_at_place(held) + 0.0F)
             : std::to_string(held);
}

/// "-127, below -55, above 125"; a float32 is besides none if it is a NaN.
std::string no_reading_text(const export_text::DeviceInput& input) {
  std::vector<std::string> parts;
  const auto add = [&](std::string_view before, std::int64_t held) {
    parts.push_back(fmt::format("{}{}", before, held_text(input.type, held)));
  };
  if (input.sentinel) add("", input.sentinel->last);
  const auto [lowest, highest] = export_text::limit_ends(input.type, input.limits);
  if (lowest) add("below ", *lowest);
  if (highest) add("above ", *highest);
  return fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace

std::string input_description(const export_text::DeviceInput& input) {
  return templates::InputTxt{
      .is_reading = input.scale == 1.0 && input.offset == 0.0,
      .negative = input.offset < 0.0,
      .no_reading = no_reading_text(input),
      .offset = input.offset == 0.0 ? "" : fmt::format("{}", std::abs(input.offset)),
      .scale = fmt::format("{}", input.scale),
      .type = export_text::name_of(input.type)}
      .filled();
}

}  // namespace terse::export_c
