#include "terse/train/stacked_decoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>
#include <vector>

#include "terse/base/error.h"
#include "terse/base/order.h"
#include "terse/base/picked.h"
#include "terse/boosted/boosting.h"
#include "terse/boosted/extra_trees.h"
#include "terse/data/split_rule.h"
#include "terse/model/predictor.h"
#include "terse/train/boosted_decoder.h"
#include "terse/train/code_examples.h"
#include "terse/train/kept_encoder.h"
#include "terse/train/network.h"
#include "terse/train/observer.h"
#include "terse/train/stack_weights.h"

namespace terse::train {
namespace {

using model::decoder::Trees;

constexpr std::size_t fold_count = 4;
constexpr std::size_t extra_tree_count = 100;
constexpr std::array<const char*, 4> member_names = {"network", "boosted", "boosted deeper",
                                                     "extra-trees"};
const std::vector<bool> all_members(4, true);
const std::vector<bool> extra_trees_alone = {false, false, false, true};

struct Forests {
  std::array<Trees, 2> boosted;
  std::array<unsigned, 2> rounds = {0, 0};
  Trees extra;
};

// Which forests are grown, and for how many rounds; 0: until rows that are held back say so.
struct Wanted {
  std::array<bool, 2> boosted = {true, true};
  bool extra = true;
  std::array<unsigned, 2> rounds = {0, 0};
};

boosted::BoostingOptions boosting_of(std::size_t member, std::size_t classes,
                                     const Options& options, const Observer& observer) {
  boosted::BoostingOptions boosting = boosting_for(classes, options.objective);
  boosting.seed = options.seed + member;
  boosting.threads = options.threads;
  boosting.on_round = [&observer](unsigned) { stop_if_asked(observer.stop); };
  boosting.rounds_max = classes > 2 ? std::max(50U, 1200U / static_cast<unsigned>(classes)) : 600U;
  boosting.learning_rate = 0.06;
  boosting.depth_max = member == 0 ? 8 : 10;
  if (classes == 0) boosting.leaf_weight_min = member == 0 ? 3.0 : 7.0;
  boosting.row_share = 0.7;
  boosting.feature_share = 0.6;
  return boosting;
}

boosted::ExtraTreesOptions extra_options(std::size_t classes, const Options& options,
                                         const Observer& observer) {
  boosted::ExtraTreesOptions extra;
  extra.classes = classes;
  if (classes > 0) {
    extra.leaf = boosted::Leaf::share_of_classes;
  } else if (options.objective.loss == inference::Loss::poisson) {
    extra.leaf = boosted::Leaf::logarithm;
  }
  extra.trees = extra_tree_count;
  extra.seed = options.seed;
  extra.threads = options.threads;
  extra.on_tree = [&observer](unsigned) { stop_if_asked(observer.stop); };
  return extra;
}

// places: of the prepared rows. stopping: those of them that decide when boosting stops.
Forests grow(const model::Model& model, const base::Matrix& readings, const Preparation& prepared,
             std::span<const std::uint32_t> places, std::span<const std::uint32_t> stopping,
             std::size_t classes, const Wanted& wanted, const Options& options,
             const Observer& observer) {
  const CodeExamples held = code_examples(model, readings, prepared, stopping, options);
  const CodeExamples training = code_examples(model, readings, prepared, places, options);
  Forests forests;
  for (std::size_t member = 0; member < 2; ++member) {
    if (!wanted.boosted[member]) continue;
    boosted::BoostingOptions boosting = boosting_of(member, classes, options, observer);
    if (wanted.rounds[member] > 0) boosting.rounds_max = wanted.rounds[member];
    forests.boosted[member] = boosted::boost(training.examples(), held.examples(), boosting).trees;
    forests.rounds[member] = static_cast<unsigned>(forests.boosted[member].roots.size() /
                                                   forests.boosted[member].outputs());
  }
  if (!wanted.extra) return forests;
  // They need no rows to stop by.
  std::vector<std::uint32_t> every(places.begin(), places.end());
  every.insert(every.end(), stopping.begin(), stopping.end());
  std::ranges::sort(every);
  const CodeExamples all = code_examples(model, readings, prepared, every, options);
  forests.extra = boosted::extra_trees(all.examples(), extra_options(classes, options, observer));
  return forests;
}

base::Matrix outputs_of(const Trees& trees, const base::Matrix& inputs) {
  base::Matrix outputs(inputs.rows(), trees.outputs());
  for (std::size_t row = 0; row < inputs.rows(); ++row) {
    model::decoder::predict(trees, inputs.row(row), outputs.row(row));
  }
  return outputs;
}

// What the model's network says, on the scale of the preparation.
base::Matrix network_outputs(const model::Model& model, const base::Matrix& readings,
                             const Preparation& prepared) {
  constexpr float least_probability = 1e-7F;
  model::Predictor predictor(model);
  base::Matrix outputs(readings.rows(), predictor.outputs());
  predictor.predict(readings, outputs.values());
  const bool classes = std::holds_alternative<model::Classes>(model.output);
  const model::Number own = model::decoder::scale(model.output);
  for (float& value : outputs.values()) {
    if (classes) {
      value = std::log(std::max(value, least_probability));
    } else if (own.link == model::Link::exponential) {
      value = prepared.target_scaler.standardised(std::log(value), 0);
    } else {
      value = prepared.target_scaler.standardised(value, 0);
    }
  }
  return outputs;
}

/// Rows that members have not seen, and how boosting ended.
struct Unseen {
  StackRows rows;
  std::array<double, 2> rounds = {0.0, 0.0};  ///< sums over the folds
};

Unseen empty_unseen(const data::Table& table, const Options& options) {
  Unseen unseen;
  unseen.rows.classes = table.classes.size();
  unseen.rows.objective = options.objective;
  unseen.rows.outputs.resize(4);
  return unseen;
}

void append(base::Matrix& matrix, const base::Matrix& more) {
  if (more.rows() == 0) return;
  base::Matrix both(matrix.rows() + more.rows(), more.columns());
  std::ranges::copy(matrix.values(), both.values().begin());
  std::ranges::copy(more.values(),
                    both.values().begin() + static_cast<std::ptrdiff_t>(matrix.values().size()));
  matrix = std::move(both);
}

// What the members say of rows. network: null if it is not a member.
void append_outputs(const model::Model* network, const Forests& forests,
                    const model::Model& encoder, const base::Matrix& readings,
                    const Preparation& prepared, Unseen& unseen) {
  const base::Matrix inputs = code_inputs(encoder, readings);
  std::vector<base::Matrix> outputs(4);
  if (network != nullptr) outputs[0] = network_outputs(*network, readings, prepared);
  for (std::size_t member = 0; member < 2; ++member) {
    if (forests.rounds[member] > 0) {
      outputs[1 + member] = outputs_of(forests.boosted[member], inputs);
    }
    unseen.rounds[member] += forests.rounds[member];
  }
  outputs[3] = outputs_of(forests.extra, inputs);
  for (std::size_t member = 0; member < 4; ++member) {
    if (outputs[member].rows() == 0) {
      outputs[member] = base::Matrix(readings.rows(), outputs[3].columns());
    }
    append(unseen.rows.outputs[member], outputs[member]);
  }
}

void append_truth(const Preparation& prepared, std::span<const std::uint32_t> places,
                  Unseen& unseen) {
  const bool weighted = !prepared.weights.empty() || !prepared.class_weights.empty();
  for (const std::uint32_t place : places) {
    const float target = prepared.targets[place];
    unseen.rows.targets.push_back(target);
    if (!weighted) continue;
    float weight = prepared.weights.empty() ? 1.0F : prepared.weights[place];
    if (!prepared.class_weights.empty()) {
      weight *= prepared.class_weights[static_cast<std::size_t>(target)];
    }
    unseen.rows.weights.push_back(weight);
  }
}

std::array<double, 4> weights_of(const StackRows& rows, const std::vector<bool>& members) {
  const auto all = base::all_rows(rows.targets.size());
  const auto weights = stack_weights(rows, members, all);
  std::array<double, 4> result = {};
  std::ranges::copy(weights, result.begin());
  return result;
}

StackPlan plan_of(const Unseen& unseen, double folds, const std::string& measured,
                  const std::vector<bool>& members) {
  const auto all = base::all_rows(unseen.rows.targets.size());
  StackPlan plan;
  plan.weights = weights_of(unseen.rows, members);
  for (std::size_t member = 0; member < 2; ++member) {
    plan.rounds[member] =
        std::max(1U, static_cast<unsigned>(std::lround(unseen.rounds[member] / folds)));
  }
  const double together = crossed_stack_loss(unseen.rows, members);
  plan.reason = measured + ":";
  double least = together;
  for (std::size_t member = 0; member < 4; ++member) {
    if (!members[member]) continue;
    std::array<double, 4> alone = {};
    alone[member] = 1.0;
    // Shares of classes become scores by a weight.
    std::vector<bool> only(4, false);
    only[member] = true;
    if (member == 3) alone = weights_of(unseen.rows, only);
    const double loss = stack_loss(unseen.rows, alone, all);
    plan.reason += fmt::format("{} {} {:.4g}", plan.reason.ends_with(':') ? "" : ",",
                               member_names[member], loss);
    if (loss > least) continue;
    least = loss;
    plan.weights = alone;
  }
  if (std::ranges::count(members, true) > 1) plan.reason += fmt::format(", stack {:.4g}", together);
  return plan;
}

std::string loss_word(const data::Table& table, const Options& options) {
  if (!table.classes.empty()) return "log loss";
  return options.objective == Objective{} ? "MSE" : "loss";
}

std::vector<std::uint32_t> picked_places(std::span<const std::uint32_t> rows,
                                         std::span<const std::uint32_t> places) {
  std::vector<std::uint32_t> result;
  for (const std::uint32_t place : places) result.push_back(rows[place]);
  return result;
}

void scale_network(model::decoder::Lookup& network, double weight) {
  inference::DenseLayer& last = network.layers.back();
  for (float& value : last.weights.values()) {
    value = static_cast<float>(weight * static_cast<double>(value));
  }
  for (float& value : last.bias) value = static_cast<float>(weight * static_cast<double>(value));
}

std::size_t network_bytes(const model::decoder::Lookup& network) {
  std::size_t numbers = network.table.values().size() + network.bias.size();
  for (const inference::DenseLayer& layer : network.layers) {
    numbers += layer.weights.values().size() + layer.bias.size();
  }
  return sizeof(float) * numbers;
}

}  // namespace

std::string plan_text(const StackPlan& plan) {
  std::string sum;
  std::string alone;
  for (std::size_t member = 0; member < 4; ++member) {
    if (!(plan.weights[member] > 0.0)) continue;
    alone = sum.empty() ? member_names[member] : "";
    sum += fmt::format("{}{:.2f} {}", sum.empty() ? "" : " + ", plan.weights[member],
                       member_names[member]);
  }
  const std::string text = alone.empty() ? "stack of " + sum : alone;
  return plan.reason.empty() ? text : fmt::format("{} ({})", text, plan.reason);
}

MeasuredPlan plan_by_rows(const model::Model& model, const data::Table& table,
                          std::span<const std::uint32_t> rows,
                          std::span<const std::uint32_t> measured, const Preparation& prepared,
                          const Options& options, const Observer& observer) {
  const base::Matrix readings = base::picked(table.features, rows);
  const data::Split split = stopping_rows(table, rows, options);
  const Forests forests = grow(model, readings, prepared, split.train, split.test,
                               table.classes.size(), {}, options, observer);
  Unseen unseen = empty_unseen(table, options);
  append_outputs(&model, forests, model, base::picked(table.features, measured), prepared, unseen);
  for (const std::uint32_t row : measured) {
    const float target = table.target[row];
    unseen.rows.targets.push_back(
        table.classes.empty()
            ? standardised_target(target, options.objective, prepared.target_scaler)
            : target);
    if (!table.weights.empty()) unseen.rows.weights.push_back(table.weights[row]);
  }
  MeasuredPlan result;
  result.plan = plan_of(unseen, 1.0, "", all_members);
  result.plan.weights = weights_of(unseen.rows, all_members);
  result.stack_loss = crossed_stack_loss(unseen.rows, all_members);
  result.extra_trees = result.plan;
  result.extra_trees.weights = weights_of(unseen.rows, extra_trees_alone);
  result.extra_trees_loss = crossed_stack_loss(unseen.rows, extra_trees_alone);
  return result;
}

StackPlan plan_by_folds(const model::Model& model, const data::Table& table,
                        std::span<const std::uint32_t> rows, const Preparation& prepared,
                        const Options& options, const Observer& observer) {
  const bool alone = options.decoder == Decoder::extra_trees;
  StackPlan plan;
  plan.weights = {0.0, 0.0, 0.0, 1.0};
  // Means need no weight, shares of classes one that makes them scores.
  if (alone && table.classes.empty()) return plan;
  if (model.payload_bits() == 0) {
    if (!alone) plan.weights = {1.0, 0.0, 0.0, 0.0};
    plan.reason = "no feature is sent";
    return plan;
  }
  Wanted wanted;
  wanted.boosted = {!alone, !alone};
  const base::Matrix readings = base::picked(table.features, rows);
  std::vector<std::uint32_t> place_of(table.rows(), 0);
  for (std::size_t i = 0; i < rows.size(); ++i) place_of[rows[i]] = static_cast<std::uint32_t>(i);
  const auto places = [&](const std::vector<std::uint32_t>& own) {
    std::vector<std::uint32_t> result;
    for (const std::uint32_t row : own) result.push_back(place_of[row]);
    return result;
  };
  Options own = options;
  own.encoder = std::make_shared<model::Model>(model);
  own = with_kept_encoder(own);
  own.decoder = Decoder::network;
  Unseen unseen = empty_unseen(table, options);
  const auto folds = data::validation_splits(table, rows, fold_count, options.seed, options.split,
                                             options.keep_copies_together);
  for (const data::Split& fold : folds) {
    const data::Split split = stopping_rows(table, fold.train, options);
    const Forests forests =
        grow(model, readings, prepared, places(picked_places(fold.train, split.train)),
             places(picked_places(fold.train, split.test)), table.classes.size(), wanted, options,
             observer);
    model::Model network;
    if (!alone) {
      const Preparation inner = prepare(table, fold.train, own);
      network = trained_network(table, fold.train, inner, own, observer);
      network.output = output_of(table, inner, options.objective);
    }
    append_outputs(alone ? nullptr : &network, forests, model,
                   base::picked(table.features, fold.test), prepared, unseen);
    append_truth(prepared, places(fold.test), unseen);
  }
  const double count = static_cast<double>(folds.size());
  return plan_of(unseen, count,
                 fmt::format("{} of {} folds", loss_word(table, options), folds.size()),
                 alone ? extra_trees_alone : all_members);
}

void give_stacked_decoder(model::Model& model, const data::Table& table,
                          std::span<const std::uint32_t> rows, const Preparation& prepared,
                          const Options& options, const StackPlan& plan, const Observer& observer) {
  constexpr std::size_t bytes_of_all_else = 500'000;
  constexpr std::size_t bytes_of_a_node = 3 * sizeof(float);
  Wanted wanted;
  wanted.boosted = {plan.weights[1] > 0.0, plan.weights[2] > 0.0};
  wanted.extra = plan.weights[3] > 0.0;
  wanted.rounds = plan.rounds;
  const auto places = base::all_rows(rows.size());
  const Forests forests = grow(model, base::picked(table.features, rows), prepared, places, {},
                               table.classes.size(), wanted, options, observer);
  Trees trees;
  trees.output_count = std::max<std::size_t>(1, table.classes.size());
  for (std::size_t member = 0; member < 2; ++member) {
    if (!wanted.boosted[member]) continue;
    boosted::append_trees(trees, forests.boosted[member],
                          static_cast<float>(plan.weights[1 + member]));
  }
  auto* network = std::get_if<model::decoder::Lookup>(&model.decoder);
  const bool with_network = plan.weights[0] > 0.0;
  TERSE_CHECK(!with_network || network != nullptr);
  if (wanted.extra) {
    std::size_t bytes = bytes_of_all_else + bytes_of_a_node * trees.nodes.size();
    if (with_network) bytes += network_bytes(*network);
    std::size_t kept = extra_tree_count;
    const std::size_t all = std::max<std::size_t>(1, bytes_of_a_node * forests.extra.nodes.size());
    const std::size_t room = stack_bytes_max > bytes ? stack_bytes_max - bytes : 0;
    while (kept > 1 && kept * (all / extra_tree_count + 1) > room) --kept;
    boosted::append_trees(trees, boosted::first_of_mean(forests.extra, extra_tree_count, kept),
                          static_cast<float>(plan.weights[3]));
  }
  if (with_network) scale_network(*network, plan.weights[0]);
  if (trees.roots.empty()) return;
  if (!with_network) {
    model.decoder = std::move(trees);
    return;
  }
  model.decoder = model::decoder::Stack{std::move(*network), std::move(trees)};
}

}  // namespace terse::train
