// A model of thresholds and dense layers that another library has trained.
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <cmath>

#include "arrays.h"
#include "model.h"
#include "terse/base/error.h"
#include "terse/model/file.h"
#include "terse/model/fold.h"
#include "training.h"

namespace nb = nanobind;

namespace terse::python {
namespace {

using Scale = std::pair<double, double>;  // mean and deviation, raw units
using Layer = std::pair<Rows<float>, Vector<float>>;

void require_scale(const Scale& scale, const std::string& what) {
  if (std::isfinite(scale.first) && std::isfinite(scale.second) && scale.second > 0.0) return;
  throw base::InputError("scale", what, "is not a finite mean and a deviation above 0",
                         "give what the readings were standardised with");
}

void require_finite(std::span<const float> values, const std::string& what) {
  for (const float value : values) {
    if (std::isfinite(value)) continue;
    throw base::InputError("network", what, "holds a number that is not finite",
                           "train it again, with smaller steps");
  }
}

void add_features(const std::vector<std::pair<std::string, std::string>>& named,
                  const std::vector<Scale>& scales,
                  const std::vector<std::vector<float>>& thresholds, model::FoldInput& input) {
  for (std::size_t f = 0; f < named.size(); ++f) {
    const auto& [name, unit] = named[f];
    require_scale(scales.at(f), name);
    require_finite(thresholds.at(f), "thresholds of " + name);
    input.features.push_back(
        {.name = name, .unit = unit, .mean = scales[f].first, .deviation = scales[f].second});
    input.thresholds.add_feature(thresholds[f]);
  }
}

void add_layers(const std::vector<Layer>& layers, model::FoldInput& input) {
  std::size_t inputs = input.thresholds.values.size();
  for (const auto& [weights, bias] : layers) {
    if (weights.shape(1) != inputs || weights.shape(0) != bias.shape(0) || weights.shape(0) == 0) {
      throw base::InputError("network", "layer " + std::to_string(input.layers.size() + 1),
                             "takes " + std::to_string(weights.shape(1)) + " inputs where " +
                                 std::to_string(inputs) + " come",
                             "give the layers that follow the thresholds");
    }
    inference::DenseLayer layer{base::Matrix(weights.shape(0), weights.shape(1)), {}};
    std::copy_n(weights.data(), weights.size(), layer.weights.values().begin());
    for (std::size_t unit = 0; unit < bias.shape(0); ++unit) layer.bias.push_back(bias(unit));
    require_finite(layer.weights.values(), "weights");
    require_finite(layer.bias, "bias");
    inputs = weights.shape(0);
    input.layers.push_back(std::move(layer));
  }
}

void require_as_many(std::size_t names, std::size_t scales, std::size_t thresholds) {
  if (scales == names && thresholds == names) return;
  throw base::InputError("features", "", "there are not as many names, scales and thresholds",
                         "give one for each feature");
}

// What is no part of the first layer; gives what a reader of the file would, so that what it would
// refuse is refused here.
HeldModel finished(model::Model model, const std::pair<std::string, std::string>& target,
                   const Scale& target_scale, const std::vector<std::string>& labels, bool radix,
                   const std::string& command) {
  model.target_name = target.first;
  model.target_unit = target.second;
  if (labels.empty()) {
    model.output = model::Number{target_scale.first, target_scale.second};
  } else {
    model.output = model::Classes{labels};
  }
  model.packing = radix ? payload::Packing::radix : payload::Packing::bits;
  model.record.command = command;
  if (model.external()) model.decoder = model::decoder::External{model.outputs()};
  return HeldModel(model::from_bytes(model::to_bytes(model), "network"));
}

HeldModel folded(const std::vector<std::pair<std::string, std::string>>& features,
                 const std::vector<Scale>& scales,
                 const std::vector<std::vector<float>>& thresholds,
                 const std::vector<Layer>& layers,
                 const std::pair<std::string, std::string>& target, const Scale& target_scale,
                 const std::vector<std::string>& labels, bool radix, const std::string& command) {
  require_as_many(features.size(), scales.size(), thresholds.size());
  require_scale(target_scale, "target");
  model::FoldInput input;
  add_features(features, scales, thresholds, input);
  add_layers(layers, input);
  return finished(model::fold(input), target, target_scale, labels, radix, command);
}

HeldModel encoder_alone(const std::vector<std::pair<std::string, std::string>>& features,
                        const std::vector<Scale>& scales,
                        const std::vector<std::vector<float>>& thresholds,
                        const std::pair<std::string, std::string>& target,
                        const Scale& target_scale, const std::vector<std::string>& labels,
                        bool radix, const std::string& command,
                        const std::vector<std::pair<std::string, std::string>>& settings) {
  require_as_many(features.size(), scales.size(), thresholds.size());
  require_scale(target_scale, "target");
  model::FoldInput input;
  add_features(features, scales, thresholds, input);
  model::Model model;
  model.method = input.method;
  model.thresholds = model::raw_thresholds(input.thresholds, input.features);
  model.features = std::move(input.features);
  model.decoder = model::decoder::External{};
  model.record.settings = settings;
  return finished(std::move(model), target, target_scale, labels, radix, command);
}

}  // namespace

void bind_folding(nb::module_& module) {
  module.def(
      "raw_threshold",
      [](float threshold, double mean, double deviation) {
        return model::raw_threshold(threshold, mean, deviation);
      },
      nb::arg("threshold"), nb::arg("mean"), nb::arg("deviation"),
      "The largest raw reading that does not exceed a threshold of standardised ones.");
  module.def("folded", &folded, nb::arg("features"), nb::arg("scales"), nb::arg("thresholds"),
             nb::arg("layers"), nb::arg("target"), nb::arg("target_scale"), nb::arg("labels"),
             nb::arg("radix"), nb::arg("command"),
             "A model of thresholds of standardised readings, and of what follows their steps: "
             "layers (weights: outputs x inputs, bias), ReLU between them.");
  module.def("encoder_alone", &encoder_alone, nb::arg("features"), nb::arg("scales"),
             nb::arg("thresholds"), nb::arg("target"), nb::arg("target_scale"), nb::arg("labels"),
             nb::arg("radix"), nb::arg("command"), nb::arg("settings"),
             "A model of thresholds of standardised readings whose decoder runs elsewhere.");
}

}  // namespace terse::python
