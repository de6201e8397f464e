#include "terse/compress/compress.h"

#include <fmt/format.h>

#include <algorithm>

#include "terse/allocate/knapsack.h"
#include "terse/compress/divergence.h"
#include "terse/compress/fine_tuning.h"
#include "terse/compress/sensitivity.h"
#include "terse/compress/weight_rounding.h"
#include "terse/data/split.h"
#include "terse/error.h"
#include "terse/model/integer_layer.h"

namespace terse::compress {
namespace {

constexpr std::size_t validation_folds = 5;
constexpr unsigned widest = 8;
constexpr unsigned default_target_bits = 4;

class Search {
 public:
  Search(const model::Model& model, const std::string& source, const data::Table& table,
         std::span<const std::uint32_t> rows, const CompressOptions& options,
         const std::function<void(const Step&)>& on_step)
      : options_(options), on_step_(on_step), network_(float_network(model, source)) {
    if (rows.size() < 2 * validation_folds) {
      throw InputError(table.source, "", fmt::format("has {} rows for training", rows.size()),
                       "give at least 10");
    }
    const auto folds = data::folds(rows, validation_folds, options.seed);
    training_ = coded_rows(model, table, folds.front().train);
    validation_ = coded_rows(model, table, folds.front().test);
    check_budget();
  }

  const FloatNetwork& network() const { return network_; }

  Compression run() {
    Compression result;
    result.float_bytes = float_bytes(network_);
    result.cost_is_energy = options_.budget.energy_percent.has_value();
    result.cost_target = cost_target();
    result.reference_loss = reference_loss();
    result.loss_target = loss_target(result.reference_loss);
    if (options_.policy == Policy::sigmaquant) {
      run_loop(result);
    } else if (options_.budget.loss_percent) {
      find_smallest(result);
    } else {
      choose(result);
    }
    result.costs = costs(network_, result.widths);
    return result;
  }

 private:
  double cost(const Widths& widths) const {
    const Costs all = costs(network_, widths);
    return options_.budget.energy_percent ? all.energy : static_cast<double>(all.bytes);
  }

  Widths uniform(unsigned bits) const { return Widths(network_.layer_count(), bits); }

  double cost_target() const {
    const Budget& budget = options_.budget;
    if (budget.memory_bytes) return static_cast<double>(*budget.memory_bytes);
    if (budget.energy_percent) return cost(uniform(widest)) * *budget.energy_percent / 100.0;
    return cost(uniform(default_target_bits));
  }

  double loss_target(double reference) const {
    const double percent = options_.budget.loss_percent.value_or(options_.loss_percent);
    return reference * (1.0 + percent / 100.0);
  }

  void check_budget() const {
    const Budget& budget = options_.budget;
    const int given = (budget.memory_bytes ? 1 : 0) + (budget.loss_percent ? 1 : 0) +
                      (budget.energy_percent ? 1 : 0);
    TERSE_CHECK(given == 1);
    if (budget.loss_percent || cost(uniform(2)) <= cost_target()) return;
    if (budget.energy_percent) {
      throw JobError(
          fmt::format("Infeasible: with 2 bits everywhere the network takes {:.1f} % of "
                      "the energy of 8 bits; raise --energy",
                      100.0 * cost(uniform(2)) / cost(uniform(widest))));
    }
    throw JobError(
        fmt::format("Infeasible: with 2 bits everywhere the network takes {} bytes; "
                    "raise --memory or train a smaller network",
                    costs(network_, uniform(2)).bytes));
  }

  FineTuning tuning(unsigned epochs) const {
    return {epochs, options_.learning_rate, 512, options_.seed, options_.stop};
  }

  double validation_loss(const FloatNetwork& network, const Widths& widths) const {
    const bool rounded = std::ranges::find(widths, float_bits) == widths.end();
    const auto scales =
        rounded ? calibrated_activations(network, widths, training_) : std::vector<float>{};
    return loss_of(outputs(network, widths, scales, validation_), validation_, network.classes);
  }

  double trained_loss(FloatNetwork& network, const Widths& widths) const {
    fine_tune(network, widths, training_, tuning(options_.search_epochs));
    return validation_loss(network, widths);
  }

  double reference_loss() const {
    FloatNetwork copy = network_;
    return trained_loss(copy, uniform(float_bits));
  }

  void add_step(Compression& result, std::string action, const Widths& widths) const {
    FloatNetwork copy = network_;
    const double loss = trained_loss(copy, widths);
    result.trace.push_back({std::move(action), widths, cost(widths), loss});
    if (on_step_) on_step_(result.trace.back());
  }

  void run_loop(Compression& result) const {
    FloatNetwork current = network_;
    Plant plant;
    for (std::size_t l = 0; l < network_.layer_count(); ++l) {
      plant.deviations.push_back(standard_deviation(network_.weights(l)));
    }
    plant.cost = [&](const Widths& widths) { return cost(widths); };
    plant.train = [&](const Widths& widths) {
      const double loss = trained_loss(current, widths);
      if (on_step_) on_step_({"measured", widths, cost(widths), loss});
      return loss;
    };
    plant.divergences = [&](const Widths& widths) {
      std::vector<double> divergences;
      for (std::size_t l = 0; l < widths.size(); ++l) {
        divergences.push_back(
            rounding_divergence(current.weights(l), FloatNetwork::channel_is_column(l), widths[l]));
      }
      return divergences;
    };
    LoopResult loop = sigmaquant(plant, {result.cost_target, result.loss_target});
    result.status = loop.status;
    result.widths = std::move(loop.widths);
    result.trace = std::move(loop.trace);
    result.end = std::move(loop.end);
  }

  std::vector<std::vector<allocate::Choice>> choices() const {
    const auto harms = sensitivities(network_, validation_);
    std::vector<std::vector<allocate::Choice>> layers;
    for (std::size_t l = 0; l < network_.layer_count(); ++l) {
      std::vector<allocate::Choice> own;
      for (std::size_t w = 0; w < std::size(model::weight_widths); ++w) {
        const unsigned bits = model::weight_widths[w];
        const double layer_cost = options_.budget.energy_percent
                                      ? layer_energy(network_, l, bits)
                                      : static_cast<double>(layer_bytes(network_, l, bits));
        own.push_back({layer_cost, harms[l][w]});
      }
      layers.push_back(std::move(own));
    }
    return layers;
  }

  static Widths widths_of(const std::vector<std::size_t>& choice) {
    Widths widths;
    for (const std::size_t index : choice) widths.push_back(model::weight_widths[index]);
    return widths;
  }

  // The best widths within the cost, without a search by training.
  void choose(Compression& result) const {
    if (options_.policy == Policy::sensitivity) {
      // A sum of shares may come out a rounding error above the same sum in another order.
      const auto choice = allocate::least_harm(choices(), result.cost_target * (1.0 + 1e-12));
      TERSE_CHECK(choice.has_value());
      result.widths = widths_of(*choice);
    } else {
      for (const unsigned bits : model::weight_widths) {
        if (cost(uniform(bits)) <= result.cost_target) result.widths = uniform(bits);
      }
    }
    add_step(result, name(options_.policy), result.widths);
    result.status =
        result.trace.back().loss <= result.loss_target ? Status::target : Status::best_effort;
    result.end = "the budget is used";
  }

  // The smallest memory whose loss is within the target: by bisection, as more bits seldom hurt.
  void find_smallest(Compression& result) const {
    std::vector<Widths> candidates;
    if (options_.policy == Policy::sensitivity) {
      for (const auto& choice : allocate::best_trades(choices()))
        candidates.push_back(widths_of(choice));
    } else {
      for (const unsigned bits : model::weight_widths) candidates.push_back(uniform(bits));
    }
    std::size_t low = 0;
    std::size_t high = candidates.size();
    while (low < high) {
      const std::size_t middle = low + (high - low) / 2;
      add_step(result, "bisection", candidates[middle]);
      if (result.trace.back().loss <= result.loss_target) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    result.status = low < candidates.size() ? Status::target : Status::best_effort;
    result.widths = candidates[std::min(low, candidates.size() - 1)];
    result.end = "no smaller candidate is within the loss";
  }

  const CompressOptions& options_;
  const std::function<void(const Step&)>& on_step_;
  FloatNetwork network_;
  CodedRows training_;
  CodedRows validation_;
};

}  // namespace

std::string name(Policy policy) {
  switch (policy) {
    case Policy::sensitivity:
      return "sensitivity";
    case Policy::sigmaquant:
      return "sigmaquant";
    case Policy::uniform:
      break;
  }
  return "uniform";
}

Compression compress(const model::Model& model, const std::string& source, const data::Table& table,
                     std::span<const std::uint32_t> rows, const CompressOptions& options,
                     const std::function<void(const Step&)>& on_step) {
  Search search(model, source, table, rows, options, on_step);
  Compression result = search.run();
  const CodedRows all = coded_rows(model, table, rows);
  FloatNetwork network = search.network();
  fine_tune(network, result.widths, all,
            {options.final_epochs, options.learning_rate, 512, options.seed + 1, options.stop});
  result.model = compressed_model(model, network, result.widths,
                                  calibrated_activations(network, result.widths, all));
  return result;
}

}  // namespace terse::compress
