// terse decode: payloads in, codes and predictions out, as the server does it.
#include <fmt/core.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "terse/base/error.h"
#include "terse/cli/commands.h"
#include "terse/cli/output.h"
#include "terse/cli/payload_file.h"
#include "terse/cli/prediction_text.h"
#include "terse/model/file.h"
#include "terse/model/predictor.h"
#include "terse/payload/floats.h"
#include "terse/text/csv.h"

namespace terse::cli {
namespace {

struct DecodeArguments {
  std::string model;
  std::string payloads;
  std::string output;
  bool json = false;
};

/// What payloads say: per row one number per feature (codes, or the readings of method fp) and the
/// prediction.
struct Decoded {
  std::size_t rows = 0;
  std::vector<quantize::Code> codes;
  base::Matrix readings;
  std::vector<float> predictions;
};

Decoded decode(const model::Model& model, std::span<const std::uint8_t> bytes,
               const std::string& source) {
  const std::size_t features = model.features.size();
  const std::size_t bytes_each = model.payload_bytes();
  Decoded decoded;
  decoded.rows = bytes.size() / bytes_each;
  decoded.predictions.resize(decoded.rows * model.outputs());
  model::Predictor predictor(model);
  if (model.full_precision()) {
    decoded.readings = base::Matrix(decoded.rows, features);
    for (std::size_t row = 0; row < decoded.rows; ++row) {
      payload::unpack_floats(bytes.subspan(row * bytes_each, bytes_each),
                             decoded.readings.row(row));
      if (predictor.takes(decoded.readings.row(row))) continue;
      throw base::InputError(source, fmt::format("payload {}", row + 1),
                             "a reading is missing, not finite or no category of the model",
                             "check that it was made for this model and arrived whole");
    }
    predictor.predict(decoded.readings, decoded.predictions);
    return decoded;
  }
  const payload::Layout layout = model.layout();
  decoded.codes.resize(decoded.rows * features);
  for (std::size_t row = 0; row < decoded.rows; ++row) {
    const payload::Status status =
        layout.unpack(bytes.subspan(row * bytes_each, bytes_each),
                      std::span(decoded.codes).subspan(row * features, features));
    if (status != payload::Status::ok) {
      throw base::InputError(source, fmt::format("payload {}", row + 1),
                             std::string(payload::description(status)),
                             "check that it was made for this model and arrived whole");
    }
  }
  predictor.predict_codes(decoded.codes, decoded.rows, decoded.predictions);
  return decoded;
}

std::string row_text(const model::Model& model, const Decoded& decoded, std::size_t row) {
  std::string line;
  for (std::size_t feature = 0; feature < model.features.size(); ++feature) {
    line += model.full_precision()
                ? fmt::format("{:.9g},", decoded.readings(row, feature))
                : fmt::format("{},", decoded.codes[row * model.features.size() + feature]);
  }
  const auto outputs =
      std::span<const float>(decoded.predictions).subspan(row * model.outputs(), model.outputs());
  return line + prediction_fields(model, outputs) + "\n";
}

void run_decode(const DecodeArguments& arguments) {
  const model::Model model = model::read_file(arguments.model);
  if (model.payload_bytes() == 0) {
    throw base::InputError(arguments.model, "",
                           "this model sends no feature: there is nothing to decode",
                           "train with more levels");
  }
  const auto bytes = read_payloads(arguments.payloads, model.payload_bytes());
  const Decoded decoded = decode(model, bytes, arguments.payloads);
  Output output(arguments.output);
  if (arguments.json) {
    nlohmann::ordered_json json;
    json["payloads"] = decoded.rows;
    add_predictions(model, decoded.predictions, json);
    output.write(json.dump() + "\n");
  } else {
    for (const model::Feature& feature : model.features)
      output.write(text::csv_field(feature.name) + ",");
    output.write(prediction_header(model) + "\n");
    for (std::size_t row = 0; row < decoded.rows; ++row) {
      output.write(row_text(model, decoded, row));
    }
  }
  output.finish();
}

}  // namespace

void add_decode(Command program) {
  auto arguments = std::make_shared<DecodeArguments>();
  Command command = program.add_command("decode", "Turn payloads into codes and predictions");
  command.add_option("MODEL", arguments->model, "a .terse file").required();
  command
      .add_option("PAYLOADS", arguments->payloads,
                  "file of payloads: .bin binary, otherwise hexadecimal lines")
      .required();
  command.add_option("-o,--output", arguments->output, "CSV file to write (stdout)");
  command.add_flag("--json", arguments->json, "JSON instead of CSV");
  command.runs([arguments] { run_decode(*arguments); });
}

}  // namespace terse::cli
