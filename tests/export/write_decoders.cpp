// Writes example models as every decoder, with messages, readings and what the library makes of
// them, for the check_* beside this file:
//
//   write_decoders FOLDER
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>

#include "model/examples.h"
#include "terse/export/cpp/header_decoder.h"
#include "terse/export/js/codec.h"
#include "terse/export/onnx/models.h"
#include "terse/model/predictor.h"

namespace {

using namespace terse;

/// With gaps and categories, one of them a name that has to be escaped; a classifier if there are
/// several outputs.
model::Model special_model(std::size_t outputs) {
  model::FoldInput input = model::special_fold_input(quantize::Method::bw_sq, outputs);
  // A feature that says nothing but whether its sensor works.
  input.features.push_back({"alive", "", 4.5, 2.0});
  input.features.back().missing_level = true;
  input.thresholds.add_feature({});
  input.midpoints.push_back({0.0F});
  base::Random random(5);
  terse::inference::DenseLayer& first = input.layers.front();
  first = model::random_layer(first.weights.rows(), first.weights.columns() + 1, random);
  model::Model model = model::example_model(input);
  if (outputs > 1) model.output = model::Classes{{"on", "off \"2\"", "fäil"}};
  return model;
}

/// Trees of depth 3 over the codes, or the standardised readings, one of them a single leaf.
model::Model boosted_model(quantize::Method method) {
  model::Model model =
      model::example_model(model::random_fold_input(method, {.features = 7, .seed = 6}));
  model::decoder::Trees trees;
  base::Random random(7);
  for (int tree = 0; tree < 40; ++tree) {
    trees.roots.push_back(static_cast<std::uint32_t>(trees.nodes.size()));
    const auto root = trees.roots.back();
    for (std::uint32_t node = 0; node < (tree == 3 ? 1U : 15U); ++node) {
      const bool leaf = node >= 7 || tree == 3;
      const auto feature = static_cast<std::uint32_t>(random.below(7));
      const double split = model.full_precision()
                               ? random.normal()
                               : static_cast<double>(random.below(7)) + (tree % 2 == 0 ? 0.5 : 0.0);
      trees.nodes.push_back({leaf ? 0 : feature,
                             static_cast<float>(leaf ? 0.1 * random.normal() : split),
                             leaf ? 0 : root + 2 * node + 1});
    }
  }
  model.decoder = std::move(trees);
  return model;
}

/// Readings that are differences from an origin, and names and units that the device repository
/// knows, one of them claimed twice.
model::Model weather_model() {
  model::Model model = model::example_model(
      model::random_fold_input(quantize::Method::bw_sq, {.features = 7, .seed = 11}));
  const std::array<std::array<const char*, 2>, 7> names = {{{"Temperature",
                                                             "\xC2\xB0"
                                                             "C"},
                                                            {"soil temperature", "K"},
                                                            {"wind_direction", "deg"},
                                                            {"humidity", "%"},
                                                            {"light", "lx"},
                                                            {"illuminance", "lux"},
                                                            {"time", "s"}}};
  for (std::size_t f = 0; f < names.size(); ++f) {
    model.features[f].name = names[f][0];
    model.features[f].unit = names[f][1];
  }
  model.features.back().origin = 1.7e9;
  return model;
}

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
  models.push_back(special_model(1));
  models.push_back(special_model(3));
  models.back().packing = payload::Packing::bits;
  models.push_back(boosted_model(quantize::Method::bw_sq));
  // Numbers predicted as logarithms, by a network and by trees.
  for (const std::size_t like : {std::size_t{0}, models.size() - 1}) {
    models.push_back(models[like]);
    models.back().output = model::Number{0.4, 0.2, model::Link::exponential};
  }
  models.push_back(special_model(3));
  models.back().decoder = model::random_trees(models.back(), 12, 8);
  for (const bool trees : {false, true}) {
    models.push_back(special_model(5));
    models.back().target_name.clear();
    models.back().output = model::three_targets();
    if (trees) models.back().decoder = model::random_trees(models.back(), 12, 14);
  }
  models.push_back(weather_model());
  return models;
}

std::size_t kinds_of(const model::Feature& feature) {
  return feature.categories.size() + (feature.unseen_level ? 1 : 0);
}

/// The facts of one row, or of many: "prediction" or "predictions", a number or a label each; of a
/// classifier "probabilities", too; of several targets "outputs".
void add_outputs(const model::Model& model, std::span<const float> outputs, bool many,
                 nlohmann::json& facts) {
  if (model.several()) {
    facts["outputs"] = std::vector<float>(outputs.begin(), outputs.end());
    return;
  }
  nlohmann::json predictions;
  const auto* classes = std::get_if<model::Classes>(&model.output);
  for (std::size_t begin = 0; begin < outputs.size(); begin += model.outputs()) {
    const auto row = outputs.subspan(begin, model.outputs());
    if (classes == nullptr) {
      predictions.push_back(row.front());
    } else {
      const auto best = std::ranges::max_element(row) - row.begin();
      predictions.push_back(classes->labels[static_cast<std::size_t>(best)]);
    }
  }
  facts[many ? "predictions" : "prediction"] = many ? predictions : predictions.front();
  if (classes != nullptr) {
    facts["probabilities"] = std::vector<float>(outputs.begin(), outputs.end());
  }
}

std::vector<std::string> labels_of(const model::Model& model) {
  return {model.labels().begin(), model.labels().end()};
}

nlohmann::json targets_of(const model::Model& model) {
  auto targets = nlohmann::json::array();
  for (const model::Target& target : model.targets()) {
    if (!model.several()) break;
    targets.push_back(
        {{"name", target.name},
         {"classes", std::vector<std::string>(target.labels().begin(), target.labels().end())}});
  }
  return targets;
}

nlohmann::json features_of(const model::Model& model) {
  nlohmann::json features;
  for (std::size_t f = 0; f < model.features.size(); ++f) {
    const model::Feature& feature = model.features[f];
    const auto thresholds = model.thresholds.of(f);
    features.push_back({{"name", feature.name},
                        {"mean", feature.mean},
                        {"origin", feature.origin},
                        {"deviation", feature.deviation},
                        {"levels", model.levels()[f]},
                        {"categories", feature.categories},
                        {"kinds", kinds_of(feature)},
                        {"missing", feature.missing_level},
                        {"thresholds", std::vector(thresholds.begin(), thresholds.end())}});
  }
  return features;
}

/// Every threshold, its neighbours and the extremes, and readings in between.
base::Matrix readings_of(const model::Model& model) {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  std::vector<std::vector<float>> columns;
  std::size_t rows = 200;
  for (std::size_t f = 0; f < model.features.size(); ++f) {
    std::vector<float> column{0.0F, -0.0F, 3e38F, -3e38F, 1e-42F, -infinity, infinity};
    for (const float threshold : model.thresholds.of(f)) {
      column.insert(column.end(), {threshold, std::nextafter(threshold, -infinity),
                                   std::nextafter(threshold, infinity)});
    }
    const model::Feature& feature = model.features[f];
    if (!feature.categories.empty()) column.clear();
    for (std::size_t place = 0; place < kinds_of(feature); ++place) {
      column.push_back(static_cast<float>(place));
    }
    if (feature.missing_level) column.insert(column.end(), 3, std::nanf(""));
    rows = std::max(rows, column.size());
    columns.push_back(column);
  }
  const base::Matrix random = model::example_readings(model, rows);
  base::Matrix readings(rows, columns.size());
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t f = 0; f < columns.size(); ++f) {
      // Each feature's special readings at its own rows, so that they meet different others.
      const std::size_t at = (r + 5 * f) % rows;
      const std::size_t kinds = kinds_of(model.features[f]);
      const float other = kinds > 0 ? static_cast<float>(r % kinds) : random(r, f);
      readings(r, f) = at < columns[f].size() ? columns[f][at] : other;
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
      std::vector<float> outputs(model.outputs());
      predictor.predict_codes(found, 1, outputs);
      message["codes"] = found;
      add_outputs(model, outputs, false, message);
    }
    messages.push_back(message);
  };
  base::Random random(4);
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
                 const base::Matrix& readings) {
  std::ofstream(folder / "facts.json") << facts;
  std::ofstream raw(folder / "readings.f32", std::ios::binary);
  raw.write(reinterpret_cast<const char*>(readings.values().data()),
            static_cast<std::streamsize>(readings.values().size() * sizeof(float)));
}

/// What full precision gives: readings and predictions only.
void write_full_precision(const std::filesystem::path& folder, const model::Model& model) {
  terse::export_text::write_files(folder, terse::export_onnx::onnx_files(model, "model"));
  const base::Matrix readings =
      model.plain() ? model::example_readings(model, 100) : model::special_readings(model, 100);
  std::vector<float> outputs(readings.rows() * model.outputs());
  model::Predictor(model).predict(readings, outputs);
  nlohmann::json facts{{"rows", readings.rows()},
                       {"features", features_of(model)},
                       {"classes", labels_of(model)},
                       {"targets", targets_of(model)}};
  add_outputs(model, outputs, true, facts);
  write_facts(folder, facts, readings);
}

void write_codecs(const std::filesystem::path& folder, const model::Model& model) {
  const terse::export_js::CodecOptions options{.name = "codec", .compact = false, .network = false};
  terse::export_text::write_files(folder / "exact", terse::export_js::codec_files(model, options));
  terse::export_text::write_files(
      folder / "compact", terse::export_js::codec_files(model, {.name = "codec", .compact = true}));
  terse::export_text::write_files(
      folder / "network", terse::export_js::codec_files(model, {.name = "codec", .network = true}));
  terse::export_text::write_files(
      folder / "flat", terse::export_js::codec_files(model, {.name = "codec", .flat = true}));
  terse::export_text::write_files(
      folder / "flat network",
      terse::export_js::codec_files(
          model, {.name = "codec", .compact = true, .network = true, .flat = true}));
}

void write(const std::filesystem::path& folder, const model::Model& model) {
  terse::export_text::write_files(folder, terse::export_onnx::onnx_files(model, "model"));
  const bool tabm = std::holds_alternative<model::decoder::Tabm>(model.decoder);
  for (const char* prefix : {"decoder", "second"}) {
    if (tabm) break;
    terse::export_text::write_files(folder / "header",
                                    terse::export_cpp::header_files(model, prefix));
  }
  const base::Matrix readings = readings_of(model);
  std::vector<quantize::Code> codes(readings.rows() * readings.columns());
  std::vector<float> outputs(readings.rows() * model.outputs());
  model::Predictor predictor(model);
  predictor.encode(readings, codes);
  predictor.predict_codes(codes, readings.rows(), outputs);
  nlohmann::json facts{{"target", model.target_name},
                       {"classes", labels_of(model)},
                       {"targets", targets_of(model)},
                       {"features", features_of(model)},
                       {"messages", messages_of(model, codes)}};
  add_outputs(model, outputs, true, facts);
  facts["rows"] = readings.rows();
  facts["codes"] = codes;
  write_facts(folder, facts, readings);
}

}  // namespace

int main(int count, char** values) {
  if (count != 2) return 2;
  int number = 0;
  for (const model::Model& model : example_models()) {
    const std::filesystem::path folder =
        std::filesystem::path(values[1]) / std::to_string(number++);
    write_codecs(folder, model);
    write(folder, model);
  }
  // Stacks do not fit codecs.
  for (const std::size_t outputs : {std::size_t{1}, std::size_t{3}}) {
    model::Model stack = special_model(outputs);
    stack.decoder =
        model::decoder::Stack{model::lookup_of(stack), model::random_trees(stack, 12, 10)};
    write(std::filesystem::path(values[1]) / fmt::format("stack {}", outputs), stack);
  }
  using quantize::Method;
  // TabM goes to ONNX alone.
  for (const std::size_t outputs : {std::size_t{1}, std::size_t{3}}) {
    model::FoldInput input = model::special_fold_input(Method::bw_sq, outputs);
    model::give_submodels(input, 4);
    model::Model tabm = model::example_model(input);
    if (outputs > 1) tabm.output = model::Classes{{"a", "b", "c"}};
    write(std::filesystem::path(values[1]) / fmt::format("tabm {}", outputs), tabm);
  }
  write(std::filesystem::path(values[1]) / "tabm several", model::several_model(Method::bw_sq, 4));
  const std::filesystem::path root(values[1]);
  write_full_precision(root / "full", model::example_model(model::random_fold_input(Method::fp)));
  model::Model logarithm = model::example_model(model::random_fold_input(Method::fp));
  logarithm.output = model::Number{0.4, 0.2, model::Link::exponential};
  write_full_precision(root / "full logarithm", logarithm);
  write_full_precision(root / "full special",
                       model::example_model(model::special_fold_input(Method::fp)));
  model::Model classifier = model::example_model(model::special_fold_input(Method::fp, 3));
  classifier.output = model::Classes{{"a", "b", "c"}};
  write_full_precision(root / "full classes", classifier);
  write_full_precision(root / "full several", model::several_model(Method::fp));
  model::FoldInput scaled = model::special_fold_input(Method::fp);
  model::give_scales(scaled.features);
  write_full_precision(root / "full scaled", model::example_model(scaled));
  model::Model trees = model::example_model(scaled);
  trees.method = Method::xgb;
  trees.output = model::Classes{{"a", "b", "c"}};
  trees.decoder = model::random_trees(trees, 12, 9);
  write_full_precision(root / "full scaled trees", trees);
  model::Model boosted = boosted_model(Method::fp);
  write_full_precision(root / "full boosted", boosted);
  boosted.method = Method::xgb;
  write_full_precision(root / "full xgb", boosted);
  return 0;
}
