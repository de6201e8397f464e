#include "terse/export/js/prediction.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "terse/base/error.h"
#include "terse/base/overloaded.h"
#include "terse/export/js/values.h"

namespace terse::export_js {
namespace {

using base::Overloaded;
using model::decoder::FullPrecision;
using model::decoder::Integers;
using model::decoder::Lookup;
using model::decoder::Stack;
using model::decoder::Trees;

std::string row_text(std::span<const float> row) {
  std::string text;
  for (const float value : row) text += (text.empty() ? "[" : ",") + number_literal(value);
  return text;
}

/// Rows of the table for each sent feature; the bias and the rows of features not sent; layers,
/// each row with its bias at the end.
Prediction::Network network_of(const Lookup& lookup, std::span<const std::size_t> all_levels) {
  std::vector<float> bias = lookup.bias;
  std::string table;
  std::size_t row = 0;
  for (const std::size_t levels : all_levels) {
    if (levels == 1) {
      for (std::size_t unit = 0; unit < bias.size(); ++unit) bias[unit] += lookup.table(row, unit);
    } else {
      table += table.empty() ? "[" : ",\n[";
      for (std::size_t code = 0; code < levels; ++code) {
        table += (code == 0 ? "" : ",") + row_text(lookup.table.row(row + code)) + ']';
      }
      table += ']';
    }
    row += levels;
  }
  std::string layers;
  for (const inference::DenseLayer& layer : lookup.layers) {
    layers += layers.empty() ? "[" : ",\n[";
    for (std::size_t output = 0; output < layer.bias.size(); ++output) {
      layers += fmt::format("{}{},{}]", output == 0 ? "" : ",", row_text(layer.weights.row(output)),
                            number_literal(layer.bias[output]));
    }
    layers += ']';
  }
  return {.bias = row_text(bias) + ']', .layers = layers, .table = table};
}

/// sent: the place of each feature among those sent; none for the others, whose code is 0.
std::string tree_text(const Trees& trees, std::uint32_t index,
                      const std::vector<std::optional<std::size_t>>& sent) {
  const model::decoder::TreeNode& node = trees.nodes[index];
  if (node.left == 0) return number_literal(node.value);
  if (!sent[node.feature]) return tree_text(trees, node.left + (0.0F < node.value ? 0 : 1), sent);
  // Codes are whole numbers, so the next whole number parts them as the split does.
  return fmt::format("[{},{},{},{}]", *sent[node.feature],
                     number_literal(std::ceil(static_cast<double>(node.value))),
                     tree_text(trees, node.left, sent), tree_text(trees, node.left + 1, sent));
}

std::string trees_text(const Trees& trees, std::span<const std::size_t> all_levels) {
  std::vector<std::optional<std::size_t>> sent;
  std::size_t place = 0;
  for (const std::size_t levels : all_levels) {
    sent.push_back(levels > 1 ? std::optional(place++) : std::nullopt);
  }
  std::string text;
  for (const std::uint32_t root : trees.roots) {
    text += (text.empty() ? "" : ",\n") + tree_text(trees, root, sent);
  }
  return text;
}

}  // namespace

Prediction prediction_of(const model::Model& model) {
  const std::vector<std::size_t> levels = model.levels();
  return std::visit(
      Overloaded{[&](const Lookup& lookup) {
                   return Prediction{network_of(lookup, levels), ""};
                 },
                 [&](const Integers& integers) {
                   return Prediction{network_of(integers.in_floats(), levels), ""};
                 },
                 [&](const Trees& trees) {
                   return Prediction{{}, trees_text(trees, levels)};
                 },
                 [](const Stack&) -> Prediction {
                   throw base::OptionError("to js", "", "a stack of decoders does not fit a codec",
                                           "train with `decoder` network or boosted");
                 },
                 [](const model::decoder::Tabm&) -> Prediction {
                   throw base::OptionError("to js", "", "TabM does not fit a codec",
                                           "train with `network` plain");
                 },
                 [](const model::decoder::External&) -> Prediction { TERSE_CHECK(false); },
                 [](const FullPrecision&) -> Prediction { TERSE_CHECK(false); }},
      model.decoder);
}

}  // namespace terse::export_js
