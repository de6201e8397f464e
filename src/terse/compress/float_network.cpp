#include "terse/compress/float_network.h"

#include <algorithm>

#include "terse/base/error.h"
#include "terse/base/overloaded.h"
#include "terse/base/random.h"
#include "terse/compress/weight_rounding.h"
#include "terse/quantize/thresholds.h"
#include "terse/training/initial_weights.h"

namespace terse::compress {
namespace {

using model::decoder::FullPrecision;
using model::decoder::Integers;
using model::decoder::Lookup;
using model::decoder::Stack;
using model::decoder::Trees;

constexpr std::uint64_t initial_stream = 9100;

std::size_t end_of(const FloatNetwork& network, std::size_t feature) {
  return feature + 1 < network.offsets.size() ? network.offsets[feature + 1] : network.table.rows();
}

void centre(FloatNetwork& network, std::size_t feature) {
  const std::size_t begin = network.offsets[feature];
  const std::size_t end = end_of(network, feature);
  for (std::size_t unit = 0; unit < network.table.columns(); ++unit) {
    float low = network.table(begin, unit);
    float high = low;
    for (std::size_t row = begin; row < end; ++row) {
      low = std::min(low, network.table(row, unit));
      high = std::max(high, network.table(row, unit));
    }
    const float middle = 0.5F * low + 0.5F * high;
    for (std::size_t row = begin; row < end; ++row) network.table(row, unit) -= middle;
    network.table_bias[unit] += middle;
  }
}

}  // namespace

base::Matrix& FloatNetwork::weights(std::size_t layer) {
  return layer == 0 ? table : layers[layer - 1].weights;
}

const base::Matrix& FloatNetwork::weights(std::size_t layer) const {
  return layer == 0 ? table : layers[layer - 1].weights;
}

std::vector<float>& FloatNetwork::bias(std::size_t layer) {
  return layer == 0 ? table_bias : layers[layer - 1].bias;
}

const std::vector<float>& FloatNetwork::bias(std::size_t layer) const {
  return layer == 0 ? table_bias : layers[layer - 1].bias;
}

std::size_t FloatNetwork::products(std::size_t layer) const {
  return layer == 0 ? offsets.size() * table.columns() : weights(layer).values().size();
}

std::vector<float> FloatNetwork::scales(std::size_t layer, unsigned bits) const {
  if (layer < tuned_widths.size() && tuned_widths[layer] == bits) return tuned_scales[layer];
  return channel_scales(weights(layer), channel_is_column(layer), bits);
}

FloatNetwork float_network(const model::Model& model, const std::string& source) {
  const std::string remedy = "give a model with a network behind quantized features";
  const auto refuse = [&](const char* problem) {
    throw base::InputError(source, "", problem, remedy);
  };
  if (model.several()) {
    throw base::InputError(source, "", "has several targets, which `terse compress` does not take",
                           "compress a model of one target");
  }
  // On its own training rows a forest is surer than on others: a network trained on there would
  // learn to trust it too much.
  if (model.readings() < model.features.size()) {
    throw base::InputError(source, "",
                           "has a computed feature, with which networks stay as they are",
                           "train without `computed`");
  }
  FloatNetwork network;
  std::visit(base::Overloaded{
                 [&](const Lookup& lookup) {
                   network.table = lookup.table;
                   network.table_bias = lookup.bias;
                   network.layers = lookup.layers;
                 },
                 [&](const Integers&) { refuse("is compressed already"); },
                 [&](const Trees&) { refuse("decodes by boosted trees"); },
                 [&](const Stack&) {
                   throw base::InputError(source, "", "decodes by a stack of network and trees",
                                          "train with `decoder` network");
                 },
                 [&](const model::decoder::Tabm&) {
                   throw base::InputError(source, "", "decodes by TabM, several networks in one",
                                          "train with `network` plain");
                 },
                 [&](const model::decoder::External&) {
                   throw base::InputError(source, "", model::decoder::External::problem,
                                          "compress it where it was trained");
                 },
                 [&](const FullPrecision&) { refuse("takes its features in full precision"); }},
             model.decoder);
  network.classes = std::holds_alternative<model::Classes>(model.output);
  network.offsets = quantize::first_rows(model.levels());
  for (std::size_t f = 0; f < network.offsets.size(); ++f) centre(network, f);
  return network;
}

FloatNetwork untrained(const FloatNetwork& network, std::uint64_t seed) {
  FloatNetwork fresh = network;
  fresh.tuned_scales.clear();
  fresh.tuned_widths.clear();
  base::Random random(seed, initial_stream);
  for (std::size_t l = 0; l < fresh.layer_count(); ++l) {
    base::Matrix& weights = fresh.weights(l);
    const std::size_t inputs = l == 0 ? weights.rows() - fresh.offsets.size() : weights.columns();
    training::draw_layer(random, inputs, weights.values(), fresh.bias(l));
  }
  for (std::size_t f = 0; f < fresh.offsets.size(); ++f) {
    const std::size_t end = end_of(fresh, f);
    for (std::size_t unit = 0; unit < fresh.table.columns(); ++unit) {
      fresh.table(fresh.offsets[f], unit) = 0.0F;
      for (std::size_t row = fresh.offsets[f] + 1; row < end; ++row) {
        fresh.table(row, unit) += fresh.table(row - 1, unit);
      }
    }
    centre(fresh, f);
  }
  return fresh;
}

model::Model compressed_model(const model::Model& model, const FloatNetwork& network,
                              const Widths& widths, std::span<const float> activation_scales) {
  TERSE_CHECK(widths.size() == network.layer_count());
  TERSE_CHECK(activation_scales.size() + 1 == widths.size());
  Integers integers;
  for (std::size_t l = 0; l < widths.size(); ++l) {
    const base::Matrix& weights = network.weights(l);
    const bool column = FloatNetwork::channel_is_column(l);
    model::decoder::IntegerLayer layer;
    layer.bits = widths[l];
    layer.inputs = column ? weights.rows() : weights.columns();
    layer.outputs = network.outputs(l);
    layer.scales = network.scales(l, widths[l]);
    layer.weights = rounded(weights, column, widths[l], layer.scales);
    if (l < activation_scales.size()) layer.activation_scale = activation_scales[l];
    layer.bias = network.bias(l);
    integers.layers.push_back(std::move(layer));
  }
  model::Model result = model;
  result.decoder = std::move(integers);
  return result;
}

}  // namespace terse::compress
