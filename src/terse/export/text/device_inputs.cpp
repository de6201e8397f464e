#include "terse/export/text/device_inputs.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <system_error>
#include <utility>

#include "terse/base/error.h"
#include "terse/data/bytes.h"
#include "terse/data/record_reader.h"
#include "terse/text/number.h"
#include "terse/text/quoting.h"

namespace terse::export_text {
namespace {

/// Where a text comes from, for messages.
struct Origin {
  std::string source;  ///< a file; empty: the option `input`
  std::string place;

  [[noreturn]] void refuse(const std::string& problem, const std::string& remedy) const {
    if (source.empty()) throw base::OptionError("input", place, problem, remedy);
    throw base::InputError(source, place, problem, remedy);
  }
};

/// A description in parts, as they were written.
struct Parts {
  std::string_view type;
  std::string_view scale;
  std::string_view offset;
  std::string_view missing;
  std::string_view min;
  std::string_view max;

  /// One of the last three; null for other names.
  std::string_view* named(std::string_view name) {
    return name == "missing" ? &missing : name == "min" ? &min : name == "max" ? &max : nullptr;
  }
};

double number_of(std::string_view text, std::string_view what, const Origin& origin) {
  const auto value = text::parse_number<double>(text);
  if (!value || !std::isfinite(*value)) {
    origin.refuse(fmt::format("{} {} is not a number", what, text::in_quotes(text)),
                  "write it like 0.01");
  }
  return *value;
}

/// Decimal digits, or hexadecimal ones behind 0x.
std::optional<std::int64_t> whole_number(std::string_view digits) {
  if (!digits.starts_with("0x") && !digits.starts_with("0X")) {
    return text::parse_number<std::int64_t>(digits);
  }
  std::int64_t value = 0;
  const char* const end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data() + 2, end, value, 16);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

/// A held value: a whole number of an integer type.
std::int64_t held_integer(ReadingType type, std::string_view text, std::string_view what,
                          const Origin& origin) {
  const bool negative = text.starts_with('-');
  const auto value = whole_number(text.substr(negative ? 1 : 0));
  if (!value || *value < 0) {
    origin.refuse(fmt::format("{} {} is not a whole number", what, text::in_quotes(text)),
                  "write what the firmware holds, like -127 or 0x7FFF");
  }
  const std::int64_t held = negative ? -*value : *value;
  if (held < held_min(type) || held > held_max(type)) {
    origin.refuse(fmt::format("{} {} is not among the values of {}, {} to {}", what, text,
                              name_of(type), held_min(type), held_max(type)),
                  "give it as a value of that type");
  }
  return held;
}

/// The places of a float32: two for zero, which has two signs.
HeldRange held_float(std::string_view text, std::string_view what, const Origin& origin) {
  const auto value = static_cast<float>(number_of(text, what, origin));
  if (std::isinf(value)) {
    origin.refuse(fmt::format("{} {} is beyond what a float32 holds", what, text),
                  "min=-3.4028235e38 and max=3.4028235e38 leave out infinity alone");
  }
  if (value == 0.0F) return {float_place(-0.0F), float_place(0.0F)};
  return {float_place(value), float_place(value)};
}

HeldRange held_of(ReadingType type, std::string_view text, std::string_view what,
                  const Origin& origin) {
  if (type == ReadingType::float32) return held_float(text, what, origin);
  const std::int64_t held = held_integer(type, text, what, origin);
  return {held, held};
}

/// What says that there is no reading.
void add_failures(DeviceInput& input, const Parts& parts, const Origin& origin) {
  const auto value = [&](std::string_view text, std::string_view what) {
    return held_of(input.type, text, what, origin);
  };
  if (!parts.missing.empty()) input.sentinel = value(parts.missing, "missing");
  if (!parts.min.empty() || !parts.max.empty()) {
    input.limits = {parts.min.empty() ? held_min(input.type) : value(parts.min, "min").first,
                    parts.max.empty() ? held_max(input.type) : value(parts.max, "max").last};
  }
  const auto limits = input.simplified().limits;
  if (limits && limits->first > limits->last) {
    origin.refuse("no value between min and max is left for readings",
                  "give the least and the largest that the firmware holds for a reading");
  }
}

DeviceInput input_of(const Parts& parts, const Origin& origin) {
  const auto type = reading_type_of(parts.type);
  if (!type) {
    origin.refuse(fmt::format("{} is not a type", text::in_quotes(parts.type)),
                  "the types are uint8, uint10, int16, uint16, int32 and float32");
  }
  DeviceInput input{*type, 1.0, 0.0};
  if (!parts.scale.empty()) input.scale = number_of(parts.scale, "scale", origin);
  if (!parts.offset.empty()) input.offset = number_of(parts.offset, "offset", origin);
  if (input.scale == 0.0) {
    origin.refuse("a scale of 0 leaves nothing of the reading", "reading = scale * held + offset");
  }
  add_failures(input, parts, origin);
  return input;
}

Parts parts_of(std::string_view text, const Origin& origin) {
  constexpr std::string_view form =
      "write [FEATURE=]TYPE[,SCALE[,OFFSET]][,missing=VALUE]"
      "[,min=VALUE][,max=VALUE]";
  Parts parts;
  std::string_view* const in_order[] = {&parts.type, &parts.scale, &parts.offset};
  std::size_t place = 0;
  bool named = false;
  while (true) {
    const std::size_t comma = text.find(',');
    const std::string_view part = text.substr(0, comma);
    const std::size_t equals = part.find('=');
    if (equals != std::string_view::npos) {
      std::string_view* const value = parts.named(part.substr(0, equals));
      if (value == nullptr || !value->empty() || equals + 1 == part.size()) {
        origin.refuse(fmt::format("{} cannot stand there", text::in_quotes(part)),
                      std::string(form));
      }
      *value = part.substr(equals + 1);
      named = true;
    } else if (named || place == std::size(in_order)) {
      origin.refuse("more than type, scale and offset", std::string(form));
    } else {
      *in_order[place++] = part;
    }
    if (comma == std::string_view::npos) return parts;
    text.remove_prefix(comma + 1);
  }
}

/// Where the description begins, behind FEATURE=, which may hold commas and equals signs itself; 0
/// if there is no feature.
std::size_t description_begin(std::string_view option) {
  const auto begins_with_type = [](std::string_view text) {
    return reading_type_of(text.substr(0, text.find(','))).has_value();
  };
  if (begins_with_type(option)) return 0;
  std::size_t last = 0;
  for (std::size_t at = option.size(); at-- > 0;) {
    if (option[at] != '=') continue;
    if (begins_with_type(option.substr(at + 1))) return at + 1;
    const std::size_t comma = option.substr(0, at).rfind(',');
    const std::size_t name = comma == std::string_view::npos ? 0 : comma + 1;
    const bool of_failure =
        comma != std::string_view::npos && Parts{}.named(option.substr(name, at - name)) != nullptr;
    if (last == 0 && !of_failure) last = at + 1;
  }
  return last;  // its type is unknown
}

DeviceInput& input_named(std::vector<DeviceInput>& inputs, const model::Model& model,
                         std::string_view name, const Origin& origin) {
  for (std::size_t f = 0; f < inputs.size(); ++f) {
    if (model.features[f].name == name) return inputs[f];
  }
  origin.refuse("the model has no feature " + text::in_quotes(name),
                "terse inspect lists its features");
}

/// A category that is held as what means a missing reading would never be sent.
void require_categories_are_readings(const model::Feature& feature, const DeviceInput& input,
                                     const Origin& origin) {
  for (std::size_t place = 0; place < feature.categories.size(); ++place) {
    const std::int64_t held = input.type == ReadingType::float32
                                  ? float_place(static_cast<float>(place))
                                  : static_cast<std::int64_t>(place);
    if (input.takes(held)) continue;
    origin.refuse(
        fmt::format("{} holds {} for its category {}, which means that a reading is missing",
                    text::in_quotes(feature.name), place,
                    text::in_quotes(feature.categories[place])),
        fmt::format("give it an `input` of its own: '{}=uint8,missing=255'",
                    text::printable(feature.name)));
  }
}

constexpr std::string_view columns = "feature, type, scale, offset, missing, min, max";

/// The header of a file: where each column's values go.
using Column = std::string_view Parts::*;
std::vector<Column> columns_of(data::RecordReader& reader, const Origin& origin) {
  constexpr std::pair<std::string_view, Column> known[] = {
      {"type", &Parts::type},       {"scale", &Parts::scale}, {"offset", &Parts::offset},
      {"missing", &Parts::missing}, {"min", &Parts::min},     {"max", &Parts::max}};
  if (reader.size() < 2 || reader.text(0) != "feature" || reader.text(1) != "type") {
    origin.refuse("there is no header", "begin with the line feature,type,scale,offset");
  }
  std::vector<Column> found;
  for (std::size_t field = 1; field < reader.size(); ++field) {
    const std::string_view name = reader.text(field);
    const auto* column = std::find_if(std::begin(known), std::end(known),
                                      [&](const auto& one) { return one.first == name; });
    if (column == std::end(known)) {
      origin.refuse(fmt::format("there is no column {}", text::in_quotes(name)),
                    fmt::format("the columns are {}", columns));
    }
    if (std::ranges::count(found, column->second) != 0) {
      origin.refuse(fmt::format("the column {} stands there twice", text::in_quotes(name)),
                    "leave one of them out");
    }
    found.push_back(column->second);
  }
  return found;
}

void read_file(std::vector<DeviceInput>& inputs, const model::Model& model,
               const std::string& file) {
  const auto bytes = data::open_file(file);
  data::RecordReader reader(*bytes, file);
  std::vector<Column> header;
  while (reader.next()) {
    if (reader.blank()) continue;
    const Origin origin{file, fmt::format("line {}", reader.line())};
    if (header.empty()) {
      header = columns_of(reader, origin);
      continue;
    }
    if (reader.size() < 2 || reader.size() > header.size() + 1) {
      origin.refuse(fmt::format("{} columns", reader.size()),
                    fmt::format("the columns are {}", columns));
    }
    Parts parts;
    for (std::size_t field = 1; field < reader.size(); ++field) {
      parts.*header[field - 1] = reader.text(field);
    }
    input_named(inputs, model, reader.text(0), origin) = input_of(parts, origin);
  }
}

}  // namespace

std::vector<DeviceInput> device_inputs(const model::Model& model,
                                       const std::vector<std::string>& options,
                                       const std::string& file) {
  std::vector<DeviceInput> inputs(model.features.size());
  const Origin origin{"", ""};
  for (const std::string& option : options) {
    if (description_begin(option) != 0) continue;
    inputs.assign(inputs.size(), input_of(parts_of(option, origin), origin));
  }
  if (!file.empty()) read_file(inputs, model, file);
  for (const std::string& option : options) {
    const std::size_t begin = description_begin(option);
    if (begin == 0) continue;
    const std::string_view text(option);
    const std::string_view name = text.substr(0, begin - 1);
    DeviceInput& input = input_named(inputs, model, name, origin);
    input = input_of(parts_of(text.substr(begin), origin), origin);
    const auto feature = static_cast<std::size_t>(&input - inputs.data());
    if (!model.features[feature].categories.empty() &&
        (input.scale != 1.0 || input.offset != 0.0)) {
      origin.refuse(text::in_quotes(name) + " is categorical, which has no scale",
                    "hold the index of the category; terse inspect prints the list");
    }
  }
  for (std::size_t f = 0; f < inputs.size(); ++f) {
    // A category is held as its index, whatever scale is given for all features.
    const model::Feature& feature = model.features[f];
    if (!feature.categories.empty()) {
      inputs[f].scale = 1.0;
      inputs[f].offset = 0.0;
      require_categories_are_readings(feature, inputs[f], origin);
    }
    if (feature.origin == 0.0) continue;
    const bool sent = !model.thresholds.of(f).empty();
    if (sent && inputs[f].type == ReadingType::float32) {
      origin.refuse(fmt::format("{} is measured from {}: a float32 cannot hold such readings apart",
                                text::in_quotes(feature.name), feature.origin),
                    "hold it as a whole number: `input` '" + text::printable(feature.name) +
                        "=int32', or subtract that from it in the table and on the device");
    }
    // The firmware holds the reading itself, the thresholds are differences.
    inputs[f].offset -= feature.origin;
  }
  return inputs;
}

}  // namespace terse::export_text
