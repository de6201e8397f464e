// Made-up networks and models, and what they must predict, in plain double loops written from the
// methods' definitions.
#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "terse/base/random.h"
#include "terse/model/fold.h"
#include "terse/model/model.h"
#include "terse/quantize/method.h"

namespace terse::model {

struct ExampleSize {
  std::size_t features = 4;
  std::size_t thresholds_max = 7;  ///< feature f has f, f + 1, ... modulo this + 1
  std::vector<std::size_t> hidden = {12, 5};
  std::uint64_t seed = 1;
};

inline inference::DenseLayer random_layer(std::size_t outputs, std::size_t inputs,
                                          base::Random& random) {
  inference::DenseLayer layer{base::Matrix(outputs, inputs), std::vector<float>(outputs)};
  const double scale = 1.0 / std::sqrt(static_cast<double>(std::max<std::size_t>(1, inputs)));
  for (float& weight : layer.weights.values()) weight = static_cast<float>(scale * random.normal());
  for (float& bias : layer.bias) bias = static_cast<float>(0.5 * random.normal());
  return layer;
}

/// As training leaves it: thresholds cross, some are equal, some no reading or every reading
/// crosses.
inline FoldInput random_fold_input(quantize::Method method, const ExampleSize& size = {}) {
  base::Random random(size.seed, static_cast<std::uint64_t>(method));
  FoldInput input;
  input.method = method;
  for (std::size_t f = 0; f < size.features; ++f) {
    input.features.push_back({"feature " + std::to_string(f), f % 2 == 0 ? "°C" : "",
                              100.0 * random.normal(), std::exp(random.normal())});
    std::vector<float> thresholds((f + size.thresholds_max) % (size.thresholds_max + 1));
    for (float& value : thresholds) value = static_cast<float>(random.normal());
    if (thresholds.size() > 3) thresholds[3] = thresholds[1];
    if (thresholds.size() > 4) thresholds[4] = 3.4e38F;
    if (thresholds.size() > 5) thresholds[0] = -3.4e38F;
    if (method == quantize::Method::fp) thresholds.clear();
    input.thresholds.add_feature(thresholds);
    std::vector<float> midpoints(thresholds.size() + 1);
    for (float& value : midpoints) value = static_cast<float>(random.normal());
    input.midpoints.push_back(midpoints);
  }
  // A scale on which neither extreme threshold can be passed by a float32 reading.
  if (size.features > 1) input.features[1].deviation = 2.5;
  const bool steps = quantize::traits(method).input == quantize::FirstLayerInput::steps;
  std::size_t inputs = steps ? input.thresholds.values.size() : size.features;
  for (const std::size_t units : size.hidden) {
    input.layers.push_back(random_layer(units, inputs, random));
    inputs = units;
  }
  input.layers.push_back(random_layer(1, inputs, random));
  return input;
}

/// The same with gaps in features 0 and 3, categories in 1 (with gaps and unseen ones) and 2, and,
/// if there are more than one, so many classes.
inline FoldInput special_fold_input(quantize::Method method, std::size_t outputs = 1) {
  FoldInput input = random_fold_input(method);
  input.features[0].missing_level = input.features[3].missing_level = true;
  input.features[1].categories = {"blue", "", "gr\u00fcn"};
  input.features[1].unseen_level = input.features[1].missing_level = true;
  input.features[2].categories = {"1", "2"};
  quantize::Thresholds thresholds;
  std::size_t special = 0;
  for (std::size_t f = 0; f < input.features.size(); ++f) {
    const bool number = input.features[f].categories.empty();
    thresholds.add_feature(number ? input.thresholds.of(f) : std::span<const float>{});
    if (!number) input.midpoints[f] = {0.0F};
    special += input.features[f].special_levels();
  }
  input.thresholds = thresholds;
  base::Random random(9, static_cast<std::uint64_t>(method));
  const bool steps = quantize::traits(method).input == quantize::FirstLayerInput::steps;
  const std::size_t inputs = steps ? thresholds.values.size() : input.features.size();
  input.layers.front() =
      random_layer(input.layers.front().weights.rows(), inputs + special, random);
  input.layers.back() = random_layer(outputs, input.layers.back().weights.columns(), random);
  return input;
}

/// Makes a TabM network of a folding input: random signs, biases and last layers. Some submodel has
/// the same signs for features 0 and 1.
inline void give_submodels(FoldInput& input, std::size_t submodels) {
  base::Random random(17);
  input.signs = base::Matrix(submodels, input.features.size());
  for (std::size_t k = 0; k < submodels; ++k) {
    for (float& sign : input.signs.row(k)) sign = random.below(2) == 0 ? 1.0F : -1.0F;
    input.signs(k, 1) = input.signs(k, 0);
  }
  for (inference::DenseLayer& layer : input.layers) {
    const bool last = &layer == &input.layers.back();
    const std::size_t outputs = layer.weights.rows();
    if (last) layer = random_layer(submodels * outputs, layer.weights.columns(), random);
    layer.bias.resize(submodels * outputs);
    for (float& bias : layer.bias) bias = static_cast<float>(0.5 * random.normal());
  }
}

/// Submodel k of such an input as a network of its own.
inline FoldInput submodel_of(const FoldInput& input, std::size_t k) {
  FoldInput one = input;
  one.signs = {};
  const std::size_t submodels = input.signs.rows();
  for (std::size_t l = 0; l < one.layers.size(); ++l) {
    inference::DenseLayer& layer = one.layers[l];
    const std::size_t units = layer.bias.size() / submodels;
    const auto first = input.layers[l].bias.begin() + static_cast<std::ptrdiff_t>(k * units);
    layer.bias.assign(first, first + static_cast<std::ptrdiff_t>(units));
    if (l + 1 < one.layers.size()) continue;
    layer.weights = base::Matrix(units, input.layers[l].weights.columns());
    for (std::size_t o = 0; o < units; ++o) {
      std::ranges::copy(input.layers[l].weights.row(k * units + o), layer.weights.row(o).begin());
    }
  }
  base::Matrix& weights = one.layers.front().weights;
  std::size_t column = 0;
  const auto turn = [&](std::size_t count, std::size_t feature) {
    for (const std::size_t end = column + count; column < end; ++column) {
      for (std::size_t u = 0; u < weights.rows(); ++u) {
        weights(u, column) *= input.signs(k, feature);
      }
    }
  };
  for (std::size_t f = 0; f < input.features.size(); ++f) turn(input.thresholds.count(f), f);
  for (std::size_t f = 0; f < input.features.size(); ++f) {
    turn(input.features[f].special_levels(), f);
  }
  return one;
}

/// The folded model of the input, with everything else filled in.
inline Model example_model(const FoldInput& input) {
  Model model = fold(input);
  model.target_name = "target";
  model.target_unit = "kWh";
  model.output = Number{20.25, 3.5};
  model.packing = payload::Packing::radix;
  model.tag = 0xA7;
  model.record.command = "terse train table.csv";
  model.record.data = "table.csv";
  model.record.data_hash = std::string(64, 'e');
  model.record.seed = 18446744073709551615U;
  model.record.train_seconds = 1.0 / 3.0;
  model.record.settings = {{"hidden", "12,5"}, {"epochs", "50"}};
  model.record.metrics = {{"mse", 0.1}, {"r2", -1e-300}};
  return model;
}

/// Two numbers, one a logarithm, and three classes between them: 5 outputs.
inline Several three_targets() {
  return {{{"yield", "kg", 0.0, 2.0, Number{20.25, 3.5}},
           {"quality", "", 0.0, 1.0, Classes{{"high", "low", "middling"}}},
           {"rate", "1/s", 0.0, 0.5, Number{0.4, 0.3, Link::exponential}}}};
}

/// A folded model of them, with gaps and categories.
inline Model several_model(quantize::Method method, std::size_t submodels = 1) {
  FoldInput input = special_fold_input(method, 5);
  if (submodels > 1) give_submodels(input, submodels);
  Model model = example_model(input);
  model.target_name.clear();
  model.target_unit.clear();
  model.output = three_targets();
  return model;
}

/// The decoder of a model on codes that was folded or read.
inline const decoder::Lookup& lookup_of(const Model& model) {
  return std::get<decoder::Lookup>(model.decoder);
}
inline decoder::Lookup& lookup_of(Model& model) {
  return std::get<decoder::Lookup>(model.decoder);
}

/// Knots for every second number, around its mean and far outside.
inline void give_scales(std::vector<Feature>& features) {
  base::Random random(12);
  for (std::size_t f = 0; f < features.size(); f += 2) {
    Feature& feature = features[f];
    if (!feature.categories.empty()) continue;
    double value = -2.0;
    double reading = feature.mean - 3.0 * feature.deviation;
    feature.scale.knots = {{-3e38F, -3.5}};
    for (int k = 0; k < 30; ++k) {
      const auto place = static_cast<float>(reading);
      if (place > feature.scale.knots.back().reading) feature.scale.knots.push_back({place, value});
      reading += 0.4 * feature.deviation * random.uniform();
      if (k % 5 != 2) value += 0.3 * random.uniform();
    }
  }
}

/// Trees of depth 3 for every output, a leaf alone among them, on codes or full-precision inputs.
inline decoder::Trees random_trees(const Model& model, std::size_t rounds, std::uint64_t seed) {
  base::Random random(seed);
  decoder::Trees trees;
  trees.output_count = model.outputs();
  const decoder::Shape shape = model.shape();
  const std::size_t inputs = shape.full_precision() ? shape.inputs : shape.levels.size();
  for (std::size_t tree = 0; tree < rounds * trees.output_count; ++tree) {
    const auto root = static_cast<std::uint32_t>(trees.nodes.size());
    trees.roots.push_back(root);
    for (std::uint32_t node = 0; node < (tree == 3 ? 1U : 15U); ++node) {
      const bool leaf = node >= 7 || tree == 3;
      const auto input = static_cast<std::uint32_t>(random.below(inputs));
      const double split = shape.full_precision()
                               ? random.normal()
                               : static_cast<double>(random.below(shape.levels[input])) + 0.5;
      trees.nodes.push_back({leaf ? 0 : input,
                             static_cast<float>(leaf ? 0.1 * random.normal() : split),
                             leaf ? 0 : root + 2 * node + 1});
    }
  }
  return trees;
}

/// An output of the network, in standardised units, in those of the model's target.
inline double in_target_units(const Model& model, double output) {
  const Number scale = decoder::scale(model.output);
  return output * scale.deviation + scale.mean;
}

/// rows x F readings around the features' means, some of them exactly at a raw threshold.
inline base::Matrix example_readings(const Model& model, std::size_t rows, std::uint64_t seed = 2) {
  base::Random random(seed, 77);
  base::Matrix readings(rows, model.features.size());
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t f = 0; f < model.features.size(); ++f) {
      const Feature& feature = model.features[f];
      readings(r, f) = static_cast<float>(feature.mean + 1.5 * feature.deviation * random.normal());
      const auto thresholds = model.thresholds.of(f);
      if (!thresholds.empty() && random.below(4) == 0) {
        readings(r, f) = thresholds[random.below(thresholds.size())];
      }
    }
  }
  return readings;
}

/// Readings with every special level of special_fold_input() in them.
inline base::Matrix special_readings(const Model& model, std::size_t rows) {
  base::Matrix readings = example_readings(model, rows);
  for (std::size_t r = 0; r < rows; ++r) {
    if (r % 3 == 0) readings(r, 0) = std::nanf("");
    if (r % 4 == 0) readings(r, 3) = std::nanf("");
    readings(r, 1) = r % 5 == 4 ? std::nanf("") : static_cast<float>(r % 5);
    readings(r, 2) = static_cast<float>(r % 2);
  }
  return readings;
}

/// What the network that was folded gives.
inline std::vector<double> unfolded_outputs(const FoldInput& input,
                                            std::span<const float> readings) {
  std::vector<double> values;
  std::vector<double> special;
  for (std::size_t f = 0; f < readings.size(); ++f) {
    const Feature& feature = input.features[f];
    const bool number = feature.categories.empty() && !std::isnan(readings[f]);
    for (std::size_t level = 0; level < feature.special_levels(); ++level) {
      const bool missing = feature.missing_level && level + 1 == feature.special_levels();
      const bool here =
          missing ? std::isnan(readings[f]) : readings[f] == static_cast<float>(level);
      special.push_back(!number && here ? 1.0 : 0.0);
    }
    if (!number) {
      const bool steps = quantize::traits(input.method).input == quantize::FirstLayerInput::steps;
      values.insert(values.end(), steps ? input.thresholds.count(f) : 1, 0.0);
      continue;
    }
    const auto standardised =
        static_cast<float>((static_cast<double>(readings[f]) - feature.mean) / feature.deviation);
    std::size_t code = 0;
    for (const float threshold : input.thresholds.of(f)) code += standardised > threshold ? 1 : 0;
    switch (quantize::traits(input.method).input) {
      case quantize::FirstLayerInput::steps:
        for (const float threshold : input.thresholds.of(f)) {
          values.push_back(standardised > threshold ? 1.0 : 0.0);
        }
        break;
      case quantize::FirstLayerInput::soft_sum:
        values.push_back(static_cast<double>(code));
        break;
      case quantize::FirstLayerInput::none:
        break;
      case quantize::FirstLayerInput::readings:
      case quantize::FirstLayerInput::midpoints:
      case quantize::FirstLayerInput::step_size:
      case quantize::FirstLayerInput::table:
        values.push_back(static_cast<double>(
            input.method == quantize::Method::fp ? standardised : input.midpoints[f][code]));
    }
  }
  values.insert(values.end(), special.begin(), special.end());
  for (std::size_t l = 0; l < input.layers.size(); ++l) {
    const inference::DenseLayer& layer = input.layers[l];
    std::vector<double> next(layer.weights.rows());
    for (std::size_t o = 0; o < next.size(); ++o) {
      next[o] = static_cast<double>(layer.bias[o]);
      for (std::size_t i = 0; i < values.size(); ++i) {
        next[o] += values[i] * static_cast<double>(layer.weights(o, i));
      }
      if (l + 1 < input.layers.size()) next[o] = std::max(0.0, next[o]);
    }
    values = next;
  }
  return values;
}

/// The same of a network with one output, in standardised target units.
inline double unfolded_prediction(const FoldInput& input, std::span<const float> readings) {
  return unfolded_outputs(input, readings).at(0);
}

}  // namespace terse::model
