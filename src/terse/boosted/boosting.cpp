#include "terse/boosted/boosting.h"

#include <fmt/core.h>
#include <xgboost/c_api.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <type_traits>

#include "terse/base/error.h"

namespace terse::boosted {
namespace {

void require(int status) {
  if (status != 0) throw base::JobError(std::string("boosting failed: ") + XGBGetLastError());
}

struct FreeData {
  void operator()(void* data) const { XGDMatrixFree(data); }
};
struct FreeBooster {
  void operator()(void* booster) const { XGBoosterFree(booster); }
};
using Data = std::unique_ptr<std::remove_pointer_t<DMatrixHandle>, FreeData>;
using Booster = std::unique_ptr<std::remove_pointer_t<BoosterHandle>, FreeBooster>;

Data data_of(const Examples& examples) {
  const base::ConstMatrixView& inputs = examples.inputs;
  TERSE_CHECK(inputs.stride == inputs.columns && inputs.rows == examples.targets.size());
  DMatrixHandle handle = nullptr;
  require(XGDMatrixCreateFromMat_omp(inputs.data, inputs.rows, inputs.columns,
                                     std::numeric_limits<float>::quiet_NaN(), &handle, 1));
  Data data(handle);
  require(XGDMatrixSetFloatInfo(data.get(), "label", examples.targets.data(), inputs.rows));
  if (!examples.weights.empty()) {
    TERSE_CHECK(examples.weights.size() == inputs.rows);
    require(XGDMatrixSetFloatInfo(data.get(), "weight", examples.weights.data(), inputs.rows));
  }
  return data;
}

std::string objective_name(const BoostingOptions& options) {
  if (options.classes > 0) return "multi:softprob";
  switch (options.objective) {
    case Objective::absolute_error:
      return "reg:absoluteerror";
    case Objective::poisson:
      return "count:poisson";
    case Objective::squared_error:
      break;
  }
  return "reg:squarederror";
}

// outputs: of one row, as XGBoost predicts: a number, or the probabilities of the classes.
double loss_of(const BoostingOptions& options, std::span<const float> outputs, float target) {
  if (options.classes > 0) {
    const float probability = outputs[static_cast<std::size_t>(target)];
    return -std::log(std::max(static_cast<double>(probability), 1e-15));
  }
  const auto prediction = static_cast<double>(outputs.front());
  const double error = prediction - static_cast<double>(target);
  switch (options.objective) {
    case Objective::absolute_error:
      return std::abs(error);
    case Objective::poisson:
      return prediction - static_cast<double>(target) * std::log(prediction);
    case Objective::squared_error:
      break;
  }
  return error * error;
}

// Of few features a share leaves too few to see how they act together: 0.8 of two is one.
double feature_share(std::size_t features, const BoostingOptions& options) {
  return features < options.features_shared_from ? 1.0 : options.feature_share;
}

// XGBoost's threads wait for each other by spinning, several times a node: where a tree is little
// work, a busy machine makes that slower than one thread by far.
unsigned useful_threads(const base::ConstMatrixView& inputs, const BoostingOptions& options) {
  constexpr std::size_t cells_per_thread = 2'000'000;
  const std::size_t most = inputs.rows * inputs.columns / cells_per_thread;
  return static_cast<unsigned>(std::clamp<std::size_t>(most, 1, options.threads));
}

Booster booster_of(const Data& training, const Data& validation,
                   const base::ConstMatrixView& inputs, const BoostingOptions& options) {
  const DMatrixHandle known[] = {training.get(), validation.get()};
  BoosterHandle handle = nullptr;
  require(XGBoosterCreate(known, validation ? 2 : 1, &handle));
  Booster booster(handle);
  const std::pair<const char*, std::string> settings[] = {
      {"verbosity", "0"},
      {"nthread", fmt::format("{}", useful_threads(inputs, options))},
      {"objective", objective_name(options)},
      {"base_score", options.classes == 0 && options.objective == Objective::poisson ? "1" : "0"},
      {"tree_method", "hist"},
      {"max_bin", fmt::format("{}", options.bins)},
      {"max_depth", fmt::format("{}", options.depth_max)},
      {"eta", fmt::format("{}", options.learning_rate)},
      {"min_child_weight", fmt::format("{}", options.leaf_weight_min)},
      {"subsample", fmt::format("{}", options.row_share)},
      {"colsample_bytree", fmt::format("{}", feature_share(inputs.columns, options))},
      {"seed", fmt::format("{}", options.seed % 2147483647)},
  };
  for (const auto& [name, value] : settings) {
    require(XGBoosterSetParam(booster.get(), name, value.c_str()));
  }
  if (options.classes > 0) {
    const std::string classes = fmt::format("{}", options.classes);
    require(XGBoosterSetParam(booster.get(), "num_class", classes.c_str()));
  }
  return booster;
}

// XGBoost keeps the sums of the trees before, so that each round costs one tree.
double mean_loss(const Booster& booster, const Data& data, const Examples& examples,
                 const BoostingOptions& options) {
  bst_ulong count = 0;
  const float* predictions = nullptr;
  require(XGBoosterPredict(booster.get(), data.get(), 0, 0, 0, &count, &predictions));
  const std::size_t outputs = std::max<std::size_t>(1, options.classes);
  TERSE_CHECK(count == examples.targets.size() * outputs);
  double sum = 0.0;
  double weights = 0.0;
  for (std::size_t row = 0; row < examples.targets.size(); ++row) {
    const double weight =
        examples.weights.empty() ? 1.0 : static_cast<double>(examples.weights[row]);
    const std::span<const float> own(predictions + row * outputs, outputs);
    sum += weight * loss_of(options, own, examples.targets[row]);
    weights += weight;
  }
  // Rows without any weight say nothing, and then no tree is better than another.
  return weights > 0.0 ? sum / weights : 0.0;
}

// Numbers the nodes of one tree again: children side by side behind their parent, without those
// that were pruned.
void append_tree(const nlohmann::json& tree, Boosted& result) {
  const auto& left = tree.at("left_children");
  const auto& right = tree.at("right_children");
  auto& nodes = result.trees.nodes;
  const std::size_t root = nodes.size();
  result.trees.roots.push_back(static_cast<std::uint32_t>(root));
  std::vector<std::size_t> order{0};
  for (std::size_t i = 0; i < order.size(); ++i) {
    const std::size_t from = order[i];
    model::decoder::TreeNode node;
    node.value = tree.at("split_conditions").at(from).get<float>();
    double gain = 0.0;
    if (left.at(from).get<int>() >= 0) {
      node.feature = tree.at("split_indices").at(from).get<std::uint32_t>();
      node.left = static_cast<std::uint32_t>(root + order.size());
      gain = tree.at("loss_changes").at(from).get<double>();
      order.push_back(left.at(from).get<std::size_t>());
      order.push_back(right.at(from).get<std::size_t>());
    }
    nodes.push_back(node);
    result.gains.push_back(gain);
  }
}

Boosted first_trees(const Booster& booster, unsigned rounds, std::size_t outputs) {
  bst_ulong length = 0;
  const char* text = nullptr;
  require(XGBoosterSaveModelToBuffer(booster.get(), "{\"format\": \"json\"}", &length, &text));
  const auto json = nlohmann::json::parse(text, text + length);
  const auto& trees = json.at("learner").at("gradient_booster").at("model").at("trees");
  // A round's trees come one per class, in order.
  Boosted result;
  result.trees.output_count = outputs;
  for (std::size_t t = 0; t < rounds * outputs; ++t) append_tree(trees.at(t), result);
  return result;
}

}  // namespace

Boosted boost(const Examples& training, const Examples& validation,
              const BoostingOptions& options) {
  TERSE_CHECK(training.inputs.rows > 0 && options.rounds_max > 0);
  const Data training_data = data_of(training);
  const Data validation_data = validation.targets.empty() ? Data() : data_of(validation);
  const Booster booster = booster_of(training_data, validation_data, training.inputs, options);
  double best = std::numeric_limits<double>::infinity();
  unsigned kept = 0;
  for (unsigned round = 0; round < options.rounds_max; ++round) {
    if (options.on_round) options.on_round(round);
    require(XGBoosterUpdateOneIter(booster.get(), static_cast<int>(round), training_data.get()));
    if (!validation_data) {
      kept = round + 1;
      continue;
    }
    const double error = mean_loss(booster, validation_data, validation, options);
    if (error < best) {
      best = error;
      kept = round + 1;
    }
    if (round + 1 >= kept + options.patience) break;
  }
  if (kept == 0) throw base::JobError("boosting failed: the validation error is not finite");
  Boosted result = first_trees(booster, kept, std::max<std::size_t>(1, options.classes));
  result.validation_error = validation_data ? best : 0.0;
  return result;
}

std::vector<std::vector<SplitPoint>> split_points(const Boosted& grown, std::size_t features) {
  std::vector<std::map<float, double>> gains(features);
  for (std::size_t node = 0; node < grown.trees.nodes.size(); ++node) {
    const model::decoder::TreeNode& split = grown.trees.nodes[node];
    if (split.left == 0 || !(grown.gains[node] > 0.0)) continue;
    // Trees send x < split to the left, a code counts thresholds with x > threshold.
    const float below = std::nextafter(split.value, -std::numeric_limits<float>::infinity());
    gains[split.feature][below] += grown.gains[node];
  }
  std::vector<std::vector<SplitPoint>> points(features);
  for (std::size_t f = 0; f < features; ++f) {
    for (const auto& [threshold, gain] : gains[f]) points[f].push_back({threshold, gain});
  }
  return points;
}

}  // namespace terse::boosted
