// Writes compressed models for the tests of exported networks:
//   write_networks FEATURES LEVELS[,LEVELS...] PACKING TAG HIDDEN,... BITS,... KIND FILE
// Feature f has the levels at place f of the repeated list ("8m": the last says that there is no
// reading); layer l, the table first, the bits at place l of theirs. KIND: regression, classes
// (three), or extreme (scales as far apart as a file may hold, for the general form).
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "level_list.h"
#include "terse/base/random.h"
#include "terse/model/decoder/integers.h"
#include "terse/model/file.h"

namespace {

using namespace terse;

model::decoder::IntegerLayer random_layer(unsigned bits, std::size_t inputs, std::size_t outputs,
                                          base::Random& random) {
  model::decoder::IntegerLayer layer{bits, inputs, outputs, {}, {}, {}, 0.0F};
  const int limit = model::decoder::weight_limit(bits);
  for (std::size_t i = 0; i < inputs * outputs; ++i) {
    const auto drawn = static_cast<int>(random.below(static_cast<std::uint64_t>(2 * limit + 1)));
    layer.weights.push_back(static_cast<std::int8_t>(drawn - limit));
  }
  return layer;
}

// Scales so that activations spread over their 8 bits and beyond: sums of `terms` terms.
void set_scales(model::decoder::IntegerLayer& layer, double terms, base::Random& random,
                bool extreme) {
  const double limit = model::decoder::weight_limit(layer.bits);
  for (std::size_t o = 0; o < layer.outputs; ++o) {
    const double scale = (0.6 + 0.8 * random.uniform()) / limit / std::sqrt(terms);
    layer.scales.push_back(
        static_cast<float>(extreme ? scale * std::pow(10.0, 6.0 * random.normal()) : scale));
  }
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 9) return 2;
  const std::size_t features = number(arguments[1]);
  const auto levels = parts_of(arguments[2]);
  const auto hidden = parts_of(arguments[5]);
  const auto bits = parts_of(arguments[6]);
  const std::string kind = arguments[7];
  base::Random random(7, 3);
  model::Model model;
  std::size_t rows = 0;
  for (std::size_t f = 0; f < features; ++f) {
    const std::string& own = levels[f % levels.size()];
    model::Feature feature{"feature " + std::to_string(f), "", 0.0, 1.0};
    feature.missing_level = own.back() == 'm';
    std::set<float> thresholds;
    while (thresholds.size() + 1 + (feature.missing_level ? 1 : 0) < number(own)) {
      thresholds.insert(static_cast<float>(random.normal()));
    }
    model.features.push_back(feature);
    model.thresholds.add_feature(std::vector<float>(thresholds.begin(), thresholds.end()));
    rows += number(own);
  }
  model.target_name = "target";
  model.output = model::Number{21.25, 4.5};
  if (kind == "classes") model.output = model::Classes{{"low", "middle", "high"}};
  model.packing =
      std::string(arguments[3]) == "radix" ? payload::Packing::radix : payload::Packing::bits;
  if (std::string(arguments[4]) != "none") {
    model.tag = static_cast<std::uint8_t>(number(arguments[4]));
  }
  std::vector<model::decoder::IntegerLayer> layers;
  std::size_t inputs = rows;
  for (std::size_t l = 0; l <= hidden.size(); ++l) {
    const std::size_t outputs = l < hidden.size() ? number(hidden[l]) : model.outputs();
    const auto width = static_cast<unsigned>(number(bits[l % bits.size()]));
    layers.push_back(random_layer(width, inputs, outputs, random));
    const double terms = static_cast<double>(l == 0 ? features : inputs);
    set_scales(layers.back(), terms, random, kind == "extreme");
    if (l < hidden.size()) {
      const double step = 2.0 / 255.0;
      layers.back().activation_scale = static_cast<float>(
          kind == "extreme" ? step * std::pow(10.0, 5.0 * random.normal()) : step);
    }
    layers.back().bias.resize(outputs);
    for (float& value : layers.back().bias) value = static_cast<float>(0.3 * random.normal());
    inputs = outputs;
  }
  model.decoder = model::decoder::Integers{std::move(layers)};
  model::write_file(model, arguments[8]);
  return 0;
}
