// Writes two example models per method and what they predict, for check_model.py and tests/golden:
//
//   write_examples FOLDER
//
// gives FOLDER/logarithm.*, a number predicted as one, FOLDER/compressed-BITS.* and
// FOLDER/METHOD.terse and FOLDER/METHOD.csv (the features, then the prediction), and
// FOLDER/METHOD-classes.* with gaps (empty fields), categories (their index) and three classes;
// boosted-METHOD.* the same with trees, stack.* with both, scaled.* full precision on scales;
// several-METHOD.* two numbers and three classes, by a network and by trees;
// forest-DECODER.* with a computed feature; external.* without a decoder, codes in place of
// predictions.
#include <fmt/format.h>

#include <cmath>
#include <fstream>

#include "model/forest_examples.h"
#include "model/integer_examples.h"
#include "terse/model/encoder.h"
#include "terse/model/file.h"
#include "terse/model/predictor.h"

namespace {

using namespace terse;

// Nine significant digits read back as the same float32.
std::string field(float value) {
  return std::isnan(value) ? "" : fmt::format("{:.9g}", value);
}

bool write(const model::Model& model, const base::Matrix& readings, const std::string& path) {
  const std::size_t outputs = model.outputs();
  std::vector<float> predictions(readings.rows() * outputs);
  model::Predictor(model).predict(readings, predictions);
  model::write_file(model, path + ".terse");
  std::ofstream table(path + ".csv");
  for (std::size_t f = 0; f < model.readings(); ++f) table << model.features[f].name << ',';
  const auto targets = model.targets();
  for (std::size_t t = 0; t < targets.size(); ++t) table << (t == 0 ? "" : ",") << targets[t].name;
  table << '\n';
  for (std::size_t r = 0; r < readings.rows(); ++r) {
    std::vector<std::string> fields;
    for (const float reading : readings.row(r)) fields.push_back(field(reading));
    for (std::size_t k = 0; k < outputs; ++k) {
      fields.push_back(field(predictions[r * outputs + k]));
    }
    table << fmt::format("{}\n", fmt::join(fields, ","));
  }
  return static_cast<bool>(table.flush());
}

bool write_forests(const std::string& folder) {
  model::Model computed = model::with_forest(
      model::random_fold_input(quantize::Method::bw_sq, {.features = 5, .seed = 14}));
  const base::Matrix wide = model::example_readings(computed, 40);
  base::Matrix readings(40, computed.readings());
  for (std::size_t row = 0; row < 40; ++row) {
    std::ranges::copy(wide.row(row).first(readings.columns()), readings.row(row).begin());
  }
  if (!write(computed, readings, folder + "/forest-network")) return false;
  computed.decoder = model::random_trees(computed, 9, 23);
  return write(computed, readings, folder + "/forest-boosted");
}

bool write_external(const std::string& folder) {
  model::Model model = model::example_model(model::special_fold_input(quantize::Method::bw_sq, 3));
  model.output = model::Classes{{"high", "low", "middling"}};
  model.decoder = model::decoder::External{3};
  const base::Matrix readings = model::special_readings(model, 40);
  const std::size_t features = model.features.size();
  std::vector<quantize::Code> codes(40 * features);
  model::Encoder(model).encode(readings, codes);
  model::write_file(model, folder + "/external.terse");
  std::ofstream table(folder + "/external.csv");
  for (const model::Feature& feature : model.features) table << feature.name << ',';
  table << "codes\n";
  for (std::size_t r = 0; r < readings.rows(); ++r) {
    std::vector<std::string> fields;
    for (const float reading : readings.row(r)) fields.push_back(field(reading));
    for (std::size_t f = 0; f < features; ++f) {
      fields.push_back(std::to_string(codes[r * features + f]));
    }
    table << fmt::format("{}\n", fmt::join(fields, ","));
  }
  return static_cast<bool>(table.flush());
}

}  // namespace

int main(int count, char** values) {
  if (count != 2) return 2;
  for (const quantize::Method method : quantize::network_methods) {
    const std::string path = fmt::format("{}/{}", values[1], quantize::id(method));
    model::Model model =
        model::example_model(model::random_fold_input(method, {.features = 6, .seed = 11}));
    if (!write(model, model::example_readings(model, 40), path)) return 1;
    model::Model classes = model::example_model(model::special_fold_input(method, 3));
    classes.output = model::Classes{{"high", "low", "middling"}};
    if (!write(classes, model::special_readings(classes, 40), path + "-classes")) return 1;
  }
  model::Model logarithm = model::example_model(
      model::random_fold_input(quantize::Method::bw_sq, {.features = 6, .seed = 12}));
  logarithm.output = model::Number{0.4, 0.3, model::Link::exponential};
  const std::string own = fmt::format("{}/logarithm", values[1]);
  if (!write(logarithm, model::example_readings(logarithm, 40), own)) return 1;
  for (const quantize::Method method : {quantize::Method::bw_sq, quantize::Method::xgb}) {
    model::Model model = model::example_model(model::special_fold_input(
        method == quantize::Method::xgb ? quantize::Method::fp : method, 3));
    model.method = method;
    if (model.full_precision()) model::give_scales(model.features);
    model.output = model::Classes{{"high", "low", "middling"}};
    model.decoder = model::random_trees(model, 9, 21);
    const std::string path = fmt::format("{}/boosted-{}", values[1], quantize::id(method));
    if (!write(model, model::special_readings(model, 40), path)) return 1;
  }
  model::Model stack = model::example_model(model::special_fold_input(quantize::Method::bw_sq, 3));
  stack.output = model::Classes{{"high", "low", "middling"}};
  stack.decoder = model::decoder::Stack{model::lookup_of(stack), model::random_trees(stack, 9, 22)};
  const std::string both = fmt::format("{}/stack", values[1]);
  if (!write(stack, model::special_readings(stack, 40), both)) return 1;
  for (const std::size_t outputs : {1U, 3U}) {
    model::FoldInput several = model::special_fold_input(quantize::Method::bw_sq, outputs);
    model::give_submodels(several, 5);
    model::Model tabm = model::example_model(several);
    if (outputs > 1) tabm.output = model::Classes{{"high", "low", "middling"}};
    const std::string path = fmt::format("{}/tabm-{}", values[1], outputs);
    if (!write(tabm, model::special_readings(tabm, 40), path)) return 1;
  }
  const model::Model tabm_of_several = model::several_model(quantize::Method::bw_sq, 3);
  const std::string both_path = fmt::format("{}/tabm-several", values[1]);
  if (!write(tabm_of_several, model::special_readings(tabm_of_several, 40), both_path)) return 1;
  for (const quantize::Method method : {quantize::Method::bw_sq, quantize::Method::fp}) {
    model::Model several = model::several_model(method);
    const std::string path = fmt::format("{}/several-{}", values[1], quantize::id(method));
    if (!write(several, model::special_readings(several, 40), path)) return 1;
    several.decoder = model::random_trees(several, 6, 23);
    if (method == quantize::Method::fp) several.method = quantize::Method::xgb;
    if (!write(several, model::special_readings(several, 40), path + "-boosted")) return 1;
  }
  model::FoldInput scaled = model::random_fold_input(quantize::Method::fp, {.seed = 13});
  model::give_scales(scaled.features);
  const model::Model whole = model::example_model(scaled);
  if (!write(whole, model::example_readings(whole, 40), fmt::format("{}/scaled", values[1]))) {
    return 1;
  }
  if (!write_forests(values[1]) || !write_external(values[1])) return 1;
  for (const std::vector<unsigned>& widths :
       {std::vector<unsigned>{2, 4, 6}, {8, 6, 2}, {4, 8, 4}, {6, 2, 8}}) {
    const std::string path = fmt::format("{}/compressed-{}", values[1], fmt::join(widths, "-"));
    const bool classes = widths.front() > 4;
    model::FoldInput input = model::special_fold_input(quantize::Method::bw_sq, classes ? 3 : 1);
    model::Model model = model::integer_model(input, widths);
    if (classes) model.output = model::Classes{{"high", "low", "middling"}};
    if (!write(model, model::special_readings(model, 40), path)) return 1;
  }
  return 0;
}
