// The network, or the trees, of a model and the lines of the script that predict with them.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "terse/base/error.h"
#include "terse/base/overloaded.h"
#include "terse/export/js/values.h"
#include "terse/export/text/text_template.h"

namespace terse::export_js {
namespace {

using base::Overloaded;
using model::decoder::FullPrecision;
using model::decoder::Integers;
using model::decoder::Lookup;
using model::decoder::Trees;

std::string row_text(std::span<const float> row) {
  std::string text;
  for (const float value : row) text += (text.empty() ? "[" : ",") + js_number(value);
  return text;
}

// T: rows of the table for each sent feature; B: the bias and the rows of features not sent; W:
// layers, each row with its bias at the end.
std::string network_text(const Lookup& lookup, std::span<const std::size_t> all_levels) {
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
                            js_number(layer.bias[output]));
    }
    layers += ']';
  }
  return fmt::format("var B = {}];\nvar T = [{}];\nvar W = [{}];", row_text(bias), table, layers);
}

/// sent: the place of each feature among those sent; none for the others, whose code is 0.
std::string tree_text(const Trees& trees, std::uint32_t index,
                      const std::vector<std::optional<std::size_t>>& sent) {
  const model::decoder::TreeNode& node = trees.nodes[index];
  if (node.left == 0) return js_number(node.value);
  if (!sent[node.feature]) return tree_text(trees, node.left + (0.0F < node.value ? 0 : 1), sent);
  // Codes are whole numbers, so the next whole number parts them as the split does.
  return fmt::format("[{},{},{},{}]", *sent[node.feature],
                     js_number(std::ceil(static_cast<double>(node.value))),
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
  return "var W = [" + text + "];";
}

}  // namespace

std::string js_network_data(const model::Model& model) {
  const std::vector<std::size_t> levels = model.levels();
  return std::visit(Overloaded{[&](const Lookup& lookup) { return network_text(lookup, levels); },
                               [&](const Integers& integers) {
                                 return network_text(integers.in_floats(), levels);
                               },
                               [&](const Trees& trees) { return trees_text(trees, levels); },
                               [](const FullPrecision&) -> std::string { TERSE_CHECK(false); }},
                    model.decoder);
}

std::string js_network_code(const model::Model& model) {
  const std::string target = js_text(model.target_name);
  const char* predict =
      std::visit(Overloaded{[](const Lookup&) { return "js_predict.in"; },
                            [](const Integers&) { return "js_predict.in"; },
                            [](const Trees&) { return "js_predict_trees.in"; },
                            [](const FullPrecision&) -> const char* { TERSE_CHECK(false); }},
                 model.decoder);
  std::string text = export_text::fill(predict, {});
  text += std::visit(Overloaded{[&](const model::Number& number) {
                                  return export_text::fill(
                                      "js_answer.in", {{"TARGET", target},
                                                       {"DEVIATION", js_number(number.deviation)},
                                                       {"MEAN", js_number(number.mean)}});
                                },
                                [&](const model::Classes& classes) {
                                  return export_text::fill(
                                      "js_answer_class.in",
                                      {{"TARGET", target}, {"LABELS", js_texts(classes.labels)}});
                                }},
                     model.output);
  text.pop_back();
  return text;
}

}  // namespace terse::export_js
