// terse export --to c and its packages: options in, files out.
#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <filesystem>

#include "terse/cli/export_formats.h"
#include "terse/data/csv.h"
#include "terse/error.h"
#include "terse/export/c_package.h"

namespace terse::cli {
namespace {

using exporting::DeviceInput;

double number_of(std::string_view text, std::string_view option, std::string_view what) {
  double value = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) {
    throw InputError(std::string(option), "",
                     fmt::format("{} {} is not a number", what, in_quotes(text)),
                     "write it like 0.01");
  }
  return value;
}

/// "TYPE[,SCALE[,OFFSET]]"
DeviceInput input_of(std::string_view text) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t comma = text.find(',');
    parts.push_back(text.substr(0, comma));
    if (comma == std::string_view::npos) break;
    text.remove_prefix(comma + 1);
  }
  const auto type = exporting::reading_type_of(parts.front());
  if (!type || parts.size() > 3) {
    throw InputError(
        "--input", "", fmt::format("{} is not understood", in_quotes(parts.front())),
        "write [FEATURE=]TYPE[,SCALE[,OFFSET]] with TYPE uint8, uint10, int16, uint16, "
        "int32 or float32");
  }
  DeviceInput input{*type, 1.0, 0.0};
  if (parts.size() > 1) input.scale = number_of(parts[1], "--input", "scale");
  if (parts.size() > 2) input.offset = number_of(parts[2], "--input", "offset");
  if (input.scale == 0.0) {
    throw InputError("--input", "", "a scale of 0 leaves nothing of the reading", "");
  }
  return input;
}

/// Options in order: one without a feature's name is for all, one with it for that feature.
std::vector<DeviceInput> inputs_of(const ExportRequest& request) {
  std::vector<DeviceInput> inputs(request.model.features.size());
  for (const std::string& option : request.inputs) {
    const std::size_t equals = option.rfind('=');
    if (equals == std::string::npos) {
      inputs.assign(inputs.size(), input_of(option));
      continue;
    }
    const std::string name = option.substr(0, equals);
    bool found = false;
    for (std::size_t f = 0; f < inputs.size(); ++f) {
      if (request.model.features[f].name != name) continue;
      inputs[f] = input_of(std::string_view(option).substr(equals + 1));
      found = true;
    }
    if (!found) {
      throw InputError("--input", "", "the model has no feature " + in_quotes(name),
                       "terse inspect lists its features");
    }
  }
  return inputs;
}

std::string report_of(const exporting::CEncoder& encoder) {
  std::string text = fmt::format("{:<24} {:>8} {:>10} {:>6} {:>12}\n", "feature", "held as",
                                 "thresholds", "bytes", "moved by");
  for (std::size_t f = 0; f < encoder.features.size(); ++f) {
    const exporting::DeviceFeature& feature = encoder.features[f];
    text += fmt::format("{:<24} {:>8} {:>10} {:>6} {:>12}\n", encoder.names[f],
                        exporting::name_of(feature.input.type), feature.thresholds.size(),
                        feature.thresholds.size() * feature.bytes,
                        feature.moved == 0 ? "-" : fmt::format("{:.4g}", feature.moved_max));
  }
  text += encoder.form == exporting::Form::size
              ? fmt::format("\ntables in flash: {} bytes; static RAM: 0 bytes\n",
                            exporting::c_table_bytes(encoder))
              : std::string("\nthresholds stand in the code; static RAM: 0 bytes\n");
  return text;
}

nlohmann::ordered_json facts_of(const exporting::CEncoder& encoder) {
  nlohmann::ordered_json facts;
  facts["prefix"] = encoder.prefix;
  facts["form"] = encoder.form == exporting::Form::size ? "size" : "speed";
  facts["payload_bytes"] = encoder.layout().bytes();
  facts["reading_type"] = exporting::c_reading_type(encoder);
  facts["table_bytes"] =
      encoder.form == exporting::Form::size ? exporting::c_table_bytes(encoder) : 0;
  std::size_t moved = 0;
  for (std::size_t f = 0; f < encoder.features.size(); ++f) {
    const exporting::DeviceFeature& feature = encoder.features[f];
    moved += feature.moved;
    facts["features"].push_back({{"name", encoder.names[f]},
                                 {"type", exporting::name_of(feature.input.type)},
                                 {"scale", feature.input.scale},
                                 {"offset", feature.input.offset},
                                 {"thresholds", feature.thresholds.size()},
                                 {"threshold_bytes", feature.bytes},
                                 {"moved", feature.moved},
                                 {"moved_max", feature.moved_max}});
  }
  facts["thresholds_moved"] = moved;
  return facts;
}

}  // namespace

void add_c_options(CLI::App& command, ExportRequest& request) {
  command
      .add_option(
          "--form", request.form,
          "c: size (tables, small and in constant time) or speed (comparisons unrolled) (size)")
      ->check(CLI::IsMember({"size", "speed"}));
  command
      .add_option(
          "--input", request.inputs,
          "c: what the firmware holds, [FEATURE=]TYPE[,SCALE[,OFFSET]] with TYPE uint8, uint10, "
          "int16, uint16, int32 or float32 and reading = SCALE * held + OFFSET; without FEATURE "
          "for all; repeatable (float32)")
      ->take_all();
  command.add_option("--calibration", request.calibration.data,
                     "c, form size: a table of readings; thresholds may be rounded to fewer bytes "
                     "as long as no code of it changes");
}

Exported export_c(const ExportRequest& request) {
  const model::Model& model = request.model;
  if (model.method == quantize::Method::fp) {
    throw InputError(request.model_path, "", "method fp has no thresholds to encode with",
                     "train with --method bw-sq");
  }
  if (model.payload_bytes() == 0) {
    throw InputError(request.model_path, "", "this model sends no feature",
                     "train with more levels");
  }
  Matrix calibration;
  if (!request.calibration.data.empty()) {
    calibration = read_table_for(model, request.calibration, false).features;
  }
  const auto form = request.form == "speed" ? exporting::Form::speed : exporting::Form::size;
  const auto inputs = inputs_of(request);
  exporting::CEncoder encoder =
      exporting::c_encoder(model, request.prefix, form, inputs, calibration);
  encoder.model = std::filesystem::path(request.model_path).stem().string();
  const auto kind = exporting::package_kind_of(request.format);
  TERSE_CHECK(kind.has_value());
  return {exporting::package_files(model, encoder, *kind), facts_of(encoder), report_of(encoder)};
}

}  // namespace terse::cli
