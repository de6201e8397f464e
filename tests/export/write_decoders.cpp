// Writes example models as every decoder, with messages, readings and what the library makes of
// them, for check_decoders.py:
//
//   write_decoders FOLDER
#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>

#include "model/examples.h"
#include "terse/export/header_decoder.h"
#include "terse/export/js_codec.h"
#include "terse/export/onnx_models.h"
#include "terse/model/predictor.h"

namespace {

using namespace terse;

std::vector<model::Model> example_models() {
  std::vector<model::Model> models;
  for (const quantize::Method method : {quantize::Method::bw_sq, quantize::Method::sq}) {
    for (const auto packing : {payload::Packing::bits, payload::Packing::radix}) {
      const bool tagged = method == quantize::Method::sq;
      model::ExampleSize size{.features = tagged ? 9U : 6U, .seed = tagged ? 3U : 2U};
      // A layer at the most after the table, and one level here and there, come from the example.
      if (tagged) size.hidden = {7};
      model::Model model = model::example_model(model::random_fold_input(method, size));
      model.packing = packing;
      if (!tagged) model.tag.reset();
      models.push_back(std::move(model));
    }
  }
  models[0].features[1].name = "a \"quoted\" name\\, 2\xE2\x80\xA8 lines";
  return models;
}

/// Every threshold, its neighbours and the extremes, and readings in between.
Matrix readings_of(const model::Model& model) {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  std::vector<std::vector<float>> columns;
  std::size_t rows = 200;
  for (std::size_t f = 0; f < model.features.size(); ++f) {
    std::vector<float> column{0.0F, -0.0F, 3e38F, -3e38F, 1e-42F, -infinity, infinity};
    for (const float threshold : model.thresholds.of(f)) {
      column.insert(column.end(), {threshold, std::nextafter(threshold, -infinity),
                                   std::nextafter(threshold, infinity)});
    }
    rows = std::max(rows, column.size());
    columns.push_back(column);
  }
  const Matrix random = model::example_readings(model, rows);
  Matrix readings(rows, columns.size());
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t f = 0; f < columns.size(); ++f) {
      // Each feature's special readings at its own rows, so that they meet different others.
      const std::size_t at = (r + 5 * f) % rows;
      readings(r, f) = at < columns[f].size() ? columns[f][at] : random(r, f);
    }
  }
  return readings;
}

nlohmann::json messages_of(const model::Model& model, const std::vector<quantize::Code>& codes) {
  const payload::Layout layout = model.layout();
  const std::size_t features = layout.features();
  nlohmann::json messages;
  model::Predictor predictor(model);
  const auto add = [&](const std::vector<std::uint8_t>& bytes) {
    std::vector<quantize::Code> found(features);
    const payload::Status status = layout.unpack(bytes, found);
    nlohmann::json message{{"bytes", bytes}, {"status", static_cast<int>(status)}};
    if (status == payload::Status::ok) {
      float prediction = 0.0F;
      predictor.predict_codes(found, 1, {&prediction, 1});
      message["codes"] = found;
      message["prediction"] = prediction;
    }
    messages.push_back(message);
  };
  Random random(4);
  std::vector<std::uint8_t> bytes(layout.bytes());
  for (std::size_t row = 0; row < codes.size() / features; ++row) {
    layout.pack(std::span(codes).subspan(row * features, features), bytes);
    add(bytes);
  }
  for (int i = 0; i < 200; ++i) {
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random.below(256));
    if (layout.tag() && i % 4 != 0) bytes[0] = *layout.tag();
    add(bytes);
  }
  bytes.push_back(0);
  add(bytes);
  bytes.resize(layout.bytes() - 1);
  add(bytes);
  add({});
  return messages;
}

void write_facts(const std::filesystem::path& folder, const nlohmann::json& facts,
                 const Matrix& readings) {
  std::ofstream(folder / "facts.json") << facts;
  std::ofstream raw(folder / "readings.f32", std::ios::binary);
  raw.write(reinterpret_cast<const char*>(readings.values().data()),
            static_cast<std::streamsize>(readings.values().size() * sizeof(float)));
}

/// What full precision gives: readings and predictions only.
void write_full_precision(const std::filesystem::path& folder) {
  const model::Model model = model::example_model(model::random_fold_input(quantize::Method::fp));
  exporting::write_files(folder, exporting::onnx_files(model, "model"));
  const Matrix readings = model::example_readings(model, 100);
  std::vector<float> predictions(readings.rows());
  model::Predictor(model).predict(readings, predictions);
  nlohmann::json facts{{"rows", readings.rows()}, {"predictions", predictions}};
  for (const model::Feature& feature : model.features) {
    facts["features"].push_back({{"name", feature.name}});
  }
  write_facts(folder, facts, readings);
}

void write(const std::filesystem::path& folder, const model::Model& model) {
  const exporting::JsOptions options{.name = "codec", .compact = false, .network = false};
  exporting::write_files(folder / "exact", exporting::js_files(model, options));
  exporting::write_files(folder / "compact",
                         exporting::js_files(model, {.name = "codec", .compact = true}));
  exporting::write_files(folder / "network",
                         exporting::js_files(model, {.name = "codec", .network = true}));
  exporting::write_files(folder, exporting::onnx_files(model, "model"));
  exporting::write_files(folder / "header", exporting::header_files(model, "decoder"));
  exporting::write_files(folder / "header", exporting::header_files(model, "second"));
  const Matrix readings = readings_of(model);
  std::vector<quantize::Code> codes(readings.rows() * readings.columns());
  std::vector<float> predictions(readings.rows());
  model::Predictor predictor(model);
  predictor.encode(readings, codes);
  predictor.predict_codes(codes, readings.rows(), predictions);
  nlohmann::json facts{{"target", model.target_name}, {"messages", messages_of(model, codes)}};
  for (std::size_t f = 0; f < model.features.size(); ++f) {
    const auto thresholds = model.thresholds.of(f);
    facts["features"].push_back(
        {{"name", model.features[f].name},
         {"deviation", model.features[f].deviation},
         {"thresholds", std::vector(thresholds.begin(), thresholds.end())}});
  }
  facts["rows"] = readings.rows();
  facts["codes"] = codes;
  facts["predictions"] = predictions;
  write_facts(folder, facts, readings);
}

}  // namespace

int main(int count, char** values) {
  if (count != 2) return 2;
  int number = 0;
  for (const model::Model& model : example_models()) {
    write(std::filesystem::path(values[1]) / std::to_string(number++), model);
  }
  write_full_precision(std::filesystem::path(values[1]) / "full");
  return 0;
}
