// terse decode: payloads in, codes and predictions out, as the server does it.
#include <fmt/core.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <variant>

#include "terse/base/error.h"
#include "terse/base/overloaded.h"
#include "terse/cli/commands.h"
#include "terse/cli/output.h"
#include "terse/cli/payload_file.h"
#include "terse/cli/prediction_text.h"
#include "terse/model/file.h"
#include "terse/model/messages.h"
#include "terse/model/predictor.h"
#include "terse/text/csv.h"
#include "terse/train/metrics.h"

namespace terse::cli {
namespace {

struct DecodeArguments {
  std::string model;
  std::string payloads;
  std::string output;
  std::optional<double> decision_threshold;
  bool json = false;
};

/// What payloads say, and the predictions.
struct Decoded {
  std::size_t rows = 0;
  model::MessageContent numbers;
  std::vector<float> predictions;
};

Decoded decode(const model::Model& model, std::span<const std::uint8_t> bytes,
               const std::string& source) {
  Decoded decoded;
  decoded.rows = bytes.size() / model.payload_bytes();
  decoded.numbers = model::content_of(model, bytes, decoded.rows, source);
  decoded.predictions.resize(decoded.rows * model.outputs());
  model::Predictor predictor(model);
  std::visit(base::Overloaded{[&](const std::vector<quantize::Code>& codes) {
                                predictor.predict_codes(codes, decoded.rows, decoded.predictions);
                              },
                              [&](const base::Matrix& readings) {
                                predictor.predict(readings, decoded.predictions);
                              }},
             decoded.numbers);
  return decoded;
}

std::string reading_text(const model::Feature& feature, float reading) {
  if (feature.origin == 0.0) return fmt::format("{:.9g},", reading);
  return fmt::format("{:.15g},", feature.origin + static_cast<double>(reading));
}

std::string row_text(const model::Model& model, const Decoded& decoded, std::size_t row,
                     std::optional<double> decision_threshold) {
  const std::size_t features = model.features.size();
  std::string line;
  std::visit(base::Overloaded{[&](const std::vector<quantize::Code>& codes) {
                                for (std::size_t f = 0; f < features; ++f) {
                                  line += fmt::format("{},", codes[row * features + f]);
                                }
                              },
                              [&](const base::Matrix& readings) {
                                for (std::size_t f = 0; f < features; ++f) {
                                  line += reading_text(model.features[f], readings(row, f));
                                }
                              }},
             decoded.numbers);
  const auto outputs =
      std::span<const float>(decoded.predictions).subspan(row * model.outputs(), model.outputs());
  return line + prediction_fields(model, outputs, decision_threshold) + "\n";
}

void run_decode(const DecodeArguments& arguments) {
  const model::Model model = model::read_file(arguments.model);
  model::require_decoder(model, arguments.model);
  train::require_two_classes(model, arguments.decision_threshold);
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
    add_predictions(model, decoded.predictions, arguments.decision_threshold, json);
    output.write(json.dump() + "\n");
  } else {
    const std::vector<model::Target> targets = model.targets();
    for (const model::Feature& feature : model.features) {
      // No two columns of one name where readings are given back.
      const bool back =
          std::ranges::find(targets, feature.name, &model::Target::name) != targets.end();
      output.write(text::csv_field(back ? "code of " + feature.name : feature.name) + ",");
    }
    output.write(prediction_header(model) + "\n");
    for (std::size_t row = 0; row < decoded.rows; ++row) {
      output.write(row_text(model, decoded, row, arguments.decision_threshold));
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
  add_decision_threshold(command, arguments->decision_threshold);
  command.add_option("-o,--output", arguments->output, "CSV file to write (stdout)").is_written();
  command.add_flag("--json", arguments->json, "JSON instead of CSV");
  command.runs([arguments] { run_decode(*arguments); });
}

}  // namespace terse::cli
