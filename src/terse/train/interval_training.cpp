#include "terse/train/interval_training.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "terse/base/error.h"
#include "terse/base/order.h"
#include "terse/base/picked.h"
#include "terse/data/split_rule.h"
#include "terse/inference/loss.h"
#include "terse/model/encoder.h"
#include "terse/text/quoting.h"
#include "terse/train/objective.h"
#include "terse/train/observer.h"
#include "terse/train/one_decoder.h"
#include "terse/train/prepared_target.h"
#include "terse/train/record.h"

namespace terse::train {
namespace {

constexpr std::size_t ends = 2;
// Of the standardised target: far more than what rounding in float32 can turn round.
constexpr float least_distance = 1e-3F;

double quantile_of(std::size_t end, double share) {
  return end == 0 ? 0.5 * (1.0 - share) : 0.5 * (1.0 + share);
}

/// What lies between the prediction and one end: weights and constant, none below 0.
struct Distance {
  std::vector<float> weights;
  float constant = 0.0F;

  double of(std::span<const float> units) const {
    double sum = constant;
    for (std::size_t k = 0; k < weights.size(); ++k) {
      sum += static_cast<double>(weights[k]) * static_cast<double>(units[k]);
    }
    return sum;
  }
};

double output_of_row(const inference::DenseLayer& layer, std::size_t output,
                     std::span<const float> units) {
  double sum = layer.bias[output];
  for (std::size_t k = 0; k < units.size(); ++k) {
    sum += static_cast<double>(layer.weights(output, k)) * static_cast<double>(units[k]);
  }
  return sum;
}

float sign_of(std::size_t end) {
  return end == 0 ? -1.0F : 1.0F;
}

// Of the layer as it is, with what is below 0 left out.
Distance learned_distance(const inference::DenseLayer& layer, std::size_t end) {
  Distance distance;
  const float sign = sign_of(end);
  for (std::size_t k = 0; k < layer.weights.columns(); ++k) {
    const float own = sign * (layer.weights(1 + end, k) - layer.weights(0, k));
    distance.weights.push_back(std::max(0.0F, own));
  }
  distance.constant = std::max(least_distance, sign * (layer.bias[1 + end] - layer.bias[0]));
  return distance;
}

void set_distance(inference::DenseLayer& layer, std::size_t end, const Distance& distance) {
  const float sign = sign_of(end);
  for (std::size_t k = 0; k < distance.weights.size(); ++k) {
    layer.weights(1 + end, k) = layer.weights(0, k) + sign * distance.weights[k];
  }
  layer.bias[1 + end] = layer.bias[0] + sign * distance.constant;
}

// By Adam on all rows; the best of its steps.
Distance fitted(const Distance& start, base::ConstMatrixView units, std::span<const double> beyond,
                double quantile) {
  constexpr int steps = 200;
  constexpr double rate = 0.02;
  constexpr double first_decay = 0.9;
  constexpr double second_decay = 0.99;
  const std::size_t count = start.weights.size();
  Distance now = start;
  Distance best = start;
  double best_loss = INFINITY;
  std::vector<double> gradient(count + 1);
  std::vector<double> first(count + 1, 0.0);
  std::vector<double> second(count + 1, 0.0);
  const double rows = static_cast<double>(units.rows);
  for (int step = 1; step <= steps; ++step) {
    std::ranges::fill(gradient, 0.0);
    double loss = 0.0;
    for (std::size_t row = 0; row < units.rows; ++row) {
      const std::span<const float> own = units.row(row);
      const auto pinball =
          inference::number_loss(inference::Loss::quantile, quantile, now.of(own), beyond[row]);
      loss += pinball.value;
      for (std::size_t k = 0; k < count; ++k) {
        gradient[k] += pinball.derivative * static_cast<double>(own[k]);
      }
      gradient[count] += pinball.derivative;
    }
    if (loss < best_loss) {
      best_loss = loss;
      best = now;
    }
    const double cooled = rate * (1.0 - static_cast<double>(step - 1) / steps);
    for (std::size_t k = 0; k <= count; ++k) {
      const double own = gradient[k] / rows;
      first[k] = first_decay * first[k] + (1.0 - first_decay) * own;
      second[k] = second_decay * second[k] + (1.0 - second_decay) * own * own;
      const double mean = first[k] / (1.0 - std::pow(first_decay, step));
      const double square = second[k] / (1.0 - std::pow(second_decay, step));
      const double change = cooled * mean / (std::sqrt(square) + 1e-8);
      float& value = k < count ? now.weights[k] : now.constant;
      const double least = k < count ? 0.0 : static_cast<double>(least_distance);
      value = static_cast<float>(std::max(least, static_cast<double>(value) - change));
    }
  }
  return best;
}

// What the last layer takes, after ReLU, of these rows of the table.
base::Matrix last_units(const model::Model& model, const data::Table& table,
                        std::span<const std::uint32_t> rows) {
  const auto& network = std::get<model::decoder::Lookup>(model.decoder);
  const base::Matrix readings = base::picked(table.features, rows);
  std::vector<quantize::Code> codes(rows.size() * readings.columns());
  model::Encoder(model).encode(readings, codes);
  const std::vector<std::size_t> levels = model.levels();
  const auto relu = [](float value) { return std::max(0.0F, value); };
  base::Matrix result(rows.size(), network.layers.back().weights.columns());
  std::vector<float> now;
  std::vector<float> next;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    now = network.bias;
    std::size_t first = 0;
    for (std::size_t f = 0; f < levels.size(); ++f) {
      const auto own = network.table.row(first + codes[row * levels.size() + f]);
      for (std::size_t k = 0; k < now.size(); ++k) now[k] += own[k];
      first += levels[f];
    }
    std::ranges::transform(now, now.begin(), relu);
    for (std::size_t layer = 0; layer + 1 < network.layers.size(); ++layer) {
      const inference::DenseLayer& own = network.layers[layer];
      next = own.bias;
      for (std::size_t k = 0; k < next.size(); ++k) {
        const std::span<const float> weights = own.weights.row(k);
        for (std::size_t i = 0; i < now.size(); ++i) next[k] += weights[i] * now[i];
      }
      std::ranges::transform(next, next.begin(), relu);
      std::swap(now, next);
    }
    std::ranges::copy(now, result.row(row).begin());
  }
  return result;
}

std::vector<float> standardised_targets(const model::Model& model, const data::Table& table,
                                        std::span<const std::uint32_t> rows,
                                        const Objective& objective) {
  const auto number = std::get<model::Number>(model.targets().front().output);
  const data::Scaler scaler{{number.mean}, {number.deviation}};
  std::vector<float> targets;
  for (const std::uint32_t row : rows) {
    targets.push_back(standardised_target(table.target[row], objective, scaler));
  }
  return targets;
}

base::Matrix outputs_of(const inference::DenseLayer& layer, base::ConstMatrixView units) {
  base::Matrix outputs(units.rows, layer.bias.size());
  for (std::size_t row = 0; row < units.rows; ++row) {
    for (std::size_t output = 0; output < layer.bias.size(); ++output) {
      outputs(row, output) = static_cast<float>(output_of_row(layer, output, units.row(row)));
    }
  }
  return outputs;
}

// Rows of the table: those that calibrate (test), and the others.
data::Split set_aside(const data::Table& table, std::span<const std::uint32_t> rows,
                      const Options& options) {
  constexpr std::uint64_t stream = 904;
  constexpr double share = 0.1;
  data::Split places;
  if (auto split = data::held_back(table, rows, share, options.seed, options.split)) {
    places = *std::move(split);
  } else {
    const auto order = base::shuffled_rows(rows.size(), options.seed, stream);
    const auto begin = order.begin() + static_cast<std::ptrdiff_t>(rows.size() / 10);
    places = {{begin, order.end()}, {order.begin(), begin}};
  }
  for (std::vector<std::uint32_t>* part : {&places.train, &places.test}) {
    for (std::uint32_t& place : *part) place = rows[place];
    std::ranges::sort(*part);
  }
  return places;
}

}  // namespace

void add_interval_targets(data::Table& table) {
  if (table.targets() > 1) {
    throw base::OptionError("interval", "", "is for one target", "name one in `target`");
  }
  if (!table.classes.empty()) {
    throw base::OptionError(
        "interval", "",
        "is for numbers, and " + text::in_quotes(table.target_name) + " is classified",
        "leave it out; probabilities say how sure a class is");
  }
  for (const char* end : {" lower", " upper"}) {
    const std::string name = table.target_name + end;
    if (std::ranges::find(table.feature_names, name) != table.feature_names.end()) {
      throw base::OptionError("interval", "",
                              text::in_quotes(name) + " is a feature, and would be its end, too",
                              "give the column another name");
    }
    table.further_targets.push_back({name, table.target_origin, table.target, {}});
  }
}

double recorded_interval(const model::Model& model) {
  const std::string_view said = recorded_setting(model, "interval");
  const std::vector<model::Target> targets = model.targets();
  if (said.empty() || targets.size() != 1 + ends) return 0.0;
  const auto number = [](const model::Target& own) { return own.labels().empty(); };
  if (!std::ranges::all_of(targets, number)) return 0.0;
  if (targets[1].name != targets[0].name + " lower") return 0.0;
  if (targets[2].name != targets[0].name + " upper") return 0.0;
  try {
    return parse_interval(std::string(said));
  } catch (const base::InputError&) {
    return 0.0;
  }
}

void fit_ends(inference::DenseLayer& layer, base::ConstMatrixView units,
              std::span<const float> targets, double share) {
  TERSE_CHECK(layer.bias.size() == 1 + ends && units.rows == targets.size());
  for (std::size_t end = 0; end < ends; ++end) {
    std::vector<double> beyond;  // how far the target lies on the side of this end
    for (std::size_t row = 0; row < units.rows; ++row) {
      beyond.push_back(
          static_cast<double>(sign_of(end)) *
          (static_cast<double>(targets[row]) - output_of_row(layer, 0, units.row(row))));
    }
    const double quantile = quantile_of(1, share);  // of what lies beyond, on either side
    set_distance(layer, end, fitted(learned_distance(layer, end), units, beyond, quantile));
  }
}

void calibrate_ends(inference::DenseLayer& layer, base::ConstMatrixView outputs,
                    std::span<const float> targets, double share) {
  std::vector<float> outside;  // how far from the nearer end; below 0 inside
  for (std::size_t row = 0; row < outputs.rows; ++row) {
    outside.push_back(std::max(outputs(row, 1) - targets[row], targets[row] - outputs(row, 2)));
  }
  std::ranges::sort(outside);
  const auto rank =
      static_cast<std::size_t>(std::ceil(share * static_cast<double>(outside.size() + 1) - 1e-9));
  const float shift = outside[std::min(rank, outside.size()) - 1];
  for (std::size_t end = 0; end < ends; ++end) {
    Distance distance = learned_distance(layer, end);
    distance.constant = std::max(least_distance, distance.constant + shift);
    set_distance(layer, end, distance);
  }
}

model::Model train_with_interval(const data::Table& table, std::span<const std::uint32_t> rows,
                                 const Options& options, const Observer& observer) {
  if (table.targets() != 1 + ends) {
    throw base::OptionError("interval", "", "is for the table of a single training",
                            "leave it out: studies and allocations compare without it");
  }
  constexpr std::size_t rows_least = 100;
  if (rows.size() < rows_least) {
    throw base::InputError(table.source, "",
                           fmt::format("{} training rows are too few for an interval, which a "
                                       "tenth of them has to calibrate",
                                       rows.size()),
                           fmt::format("give {} or more, or leave `interval` out", rows_least));
  }
  const data::Split parts = set_aside(table, rows, options);
  model::Model model = train_one_decoder(table, parts.train, options, observer);
  inference::DenseLayer& layer = std::get<model::decoder::Lookup>(model.decoder).layers.back();
  constexpr std::uint64_t stream = 905;
  constexpr std::size_t fitted_rows_most = 8000;
  std::vector<std::uint32_t> fitted_rows;
  for (const std::uint32_t place : base::shuffled_rows(parts.train.size(), options.seed, stream)) {
    if (fitted_rows.size() < fitted_rows_most) fitted_rows.push_back(parts.train[place]);
  }
  const auto targets = [&](std::span<const std::uint32_t> own) {
    return standardised_targets(model, table, own, options.objective);
  };
  fit_ends(layer, last_units(model, table, fitted_rows), targets(fitted_rows), options.interval);
  const base::Matrix outputs = outputs_of(layer, last_units(model, table, parts.test));
  calibrate_ends(layer, outputs, targets(parts.test), options.interval);
  return model;
}

}  // namespace terse::train
