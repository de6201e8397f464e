#include "terse/cli/export_inputs.h"

#include <fmt/core.h>

#include <cmath>

#include "terse/base/error.h"
#include "terse/data/bytes.h"
#include "terse/data/record_reader.h"
#include "terse/text/number.h"
#include "terse/text/quoting.h"

namespace terse::cli {
namespace {

using export_text::DeviceInput;

/// Where a text comes from, for messages.
struct Origin {
  std::string source;
  std::string place;

  [[noreturn]] void refuse(const std::string& problem, const std::string& remedy) const {
    throw base::InputError(source, place, problem, remedy);
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

/// parts: type, and if given scale and offset; an empty one is left out.
DeviceInput input_of(const std::vector<std::string_view>& parts, const Origin& origin) {
  const auto type = export_text::reading_type_of(parts.front());
  if (!type) {
    origin.refuse(fmt::format("{} is not a type", text::in_quotes(parts.front())),
                  "the types are uint8, uint10, int16, uint16, int32 and float32");
  }
  DeviceInput input{*type, 1.0, 0.0};
  if (parts.size() > 1 && !parts[1].empty()) input.scale = number_of(parts[1], "scale", origin);
  if (parts.size() > 2 && !parts[2].empty()) input.offset = number_of(parts[2], "offset", origin);
  if (input.scale == 0.0) {
    origin.refuse("a scale of 0 leaves nothing of the reading", "reading = scale * held + offset");
  }
  return input;
}

std::vector<std::string_view> parts_of(std::string_view text, const Origin& origin) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t comma = text.find(',');
    parts.push_back(text.substr(0, comma));
    if (comma == std::string_view::npos) break;
    text.remove_prefix(comma + 1);
  }
  if (parts.size() > 3) {
    origin.refuse("more than type, scale and offset", "write [FEATURE=]TYPE[,SCALE[,OFFSET]]");
  }
  return parts;
}

DeviceInput& input_named(std::vector<DeviceInput>& inputs, const model::Model& model,
                         std::string_view name, const Origin& origin) {
  for (std::size_t f = 0; f < inputs.size(); ++f) {
    if (model.features[f].name == name) return inputs[f];
  }
  origin.refuse("the model has no feature " + text::in_quotes(name),
                "terse inspect lists its features");
}

void read_file(std::vector<DeviceInput>& inputs, const model::Model& model,
               const std::string& file) {
  const auto bytes = data::open_file(file);
  data::RecordReader reader(*bytes, file);
  bool header = true;
  while (reader.next()) {
    if (reader.blank()) continue;
    const Origin origin{file, fmt::format("line {}", reader.line())};
    if (reader.size() < 2 || reader.size() > 4) {
      origin.refuse(fmt::format("{} columns", reader.size()),
                    "the columns are feature, type, scale, offset");
    }
    if (!header) {
      std::vector<std::string_view> parts;
      for (std::size_t field = 1; field < reader.size(); ++field) {
        parts.push_back(reader.text(field));
      }
      input_named(inputs, model, reader.text(0), origin) = input_of(parts, origin);
    } else if (reader.text(0) != "feature" || reader.text(1) != "type") {
      origin.refuse("there is no header", "begin with the line feature,type,scale,offset");
    }
    header = false;
  }
}

}  // namespace

std::vector<DeviceInput> device_inputs(const model::Model& model,
                                       const std::vector<std::string>& options,
                                       const std::string& file) {
  std::vector<DeviceInput> inputs(model.features.size());
  const Origin origin{"--input", ""};
  for (const std::string& option : options) {
    if (option.find('=') != std::string::npos) continue;
    inputs.assign(inputs.size(), input_of(parts_of(option, origin), origin));
  }
  if (!file.empty()) read_file(inputs, model, file);
  for (const std::string& option : options) {
    const std::size_t equals = option.rfind('=');
    if (equals == std::string::npos) continue;
    const std::string_view text(option);
    DeviceInput& input = input_named(inputs, model, text.substr(0, equals), origin);
    input = input_of(parts_of(text.substr(equals + 1), origin), origin);
    const auto feature = static_cast<std::size_t>(&input - inputs.data());
    if (!model.features[feature].categories.empty() &&
        (input.scale != 1.0 || input.offset != 0.0)) {
      origin.refuse(text::in_quotes(text.substr(0, equals)) + " is categorical, which has no scale",
                    "hold the index of the category; terse inspect prints the list");
    }
  }
  for (std::size_t f = 0; f < inputs.size(); ++f) {
    // A category is held as its index, whatever scale is given for all features.
    const model::Feature& feature = model.features[f];
    if (!feature.categories.empty()) inputs[f] = {inputs[f].type, 1.0, 0.0};
    if (feature.origin == 0.0) continue;
    const bool sent = !model.thresholds.of(f).empty();
    if (sent && inputs[f].type == export_text::ReadingType::float32) {
      origin.refuse(fmt::format("{} is measured from {}: a float32 cannot hold such readings apart",
                                text::in_quotes(feature.name), feature.origin),
                    "hold it as a whole number: --input '" + text::printable(feature.name) +
                        "=int32', or subtract that from it in the table and on the device");
    }
    // The firmware holds the reading itself, the thresholds are differences.
    inputs[f].offset -= feature.origin;
  }
  return inputs;
}

}  // namespace terse::cli
