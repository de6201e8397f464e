#include "terse/compress/compress.h"

#include <fmt/core.h>

#include <algorithm>

#include "terse/allocate/knapsack.h"
#include "terse/base/error.h"
#include "terse/compress/candidates.h"
#include "terse/compress/divergence.h"
#include "terse/compress/fine_tuning.h"
#include "terse/compress/finish.h"
#include "terse/compress/outputs.h"
#include "terse/compress/sensitivity.h"
#include "terse/compress/weight_rounding.h"
#include "terse/data/split_rule.h"
#include "terse/model/decoder/integer_layer.h"

namespace terse::compress {
namespace {

constexpr std::size_t fold_count = 5;
constexpr std::size_t folds_used = 3;
constexpr unsigned widest = 8;
constexpr unsigned narrow_max = 4;
constexpr unsigned default_target_bits = 4;

// Part of the rows to train on, the others to measure on, and a float network that has seen the
// first alone: the loss of the given model on rows that it was trained on says little.
struct Fold {
  CodedRows training;
  CodedRows validation;
  FloatNetwork start;
};

class Search {
 public:
  Search(const model::Model& model, const std::string& source, const data::Table& table,
         std::span<const std::uint32_t> rows, std::span<const float> weights,
         const CompressOptions& options, const std::function<void(const Step&)>& on_step)
      : options_(options), on_step_(on_step), network_(float_network(model, source)) {
    if (rows.size() < 2 * fold_count) {
      throw base::InputError(table.source, "", fmt::format("has {} rows for training", rows.size()),
                             "give at least 10");
    }
    check_budget();
    // Only where candidates are compared is one fold too few. (The published loop trains on from
    // move to move: one network, one fold.)
    const std::size_t used = options.policy == Policy::sensitivity ? folds_used : 1;
    const auto splits = data::validation_splits(table, rows, fold_count, options.seed,
                                                options.split, options.keep_copies_together);
    for (std::size_t f = 0; f < std::min(used, splits.size()); ++f) {
      Fold fold{coded_rows(model, table, splits[f].train, weights),
                coded_rows(model, table, splits[f].test, weights),
                untrained(network_, options.seed + f)};
      fine_tune(fold.start, uniform(float_bits), fold.training, tuning(options.final_epochs));
      folds_.push_back(std::move(fold));
    }
  }

  const FloatNetwork& network() const { return network_; }
  /// Widths to fall back on, the cheapest first, where those chosen lose too much after all.
  const std::vector<Widths>& wider() const { return wider_; }
  double cost(const Widths& widths) const {
    const Costs all = costs(network_, widths);
    return options_.budget.energy_percent ? all.energy : static_cast<double>(all.bytes);
  }

  Compression run() {
    Compression result;
    result.float_bytes = float_bytes(network_);
    result.cost_is_energy = options_.budget.energy_percent.has_value();
    result.has_cost_target = has_cost_budget();
    result.cost_target = cost_target();
    result.reference_loss = measured("float32", uniform(float_bits)).loss();
    result.loss_target = loss_target(result.reference_loss);
    if (options_.policy == Policy::sigmaquant) {
      run_loop(result);
    } else if (options_.budget.loss_percent && !has_cost_budget()) {
      find_smallest(result);
    } else {
      choose(result);
    }
    return result;
  }

 private:
  bool has_cost_budget() const {
    return options_.budget.memory_bytes || options_.budget.energy_percent;
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
    TERSE_CHECK(!(budget.memory_bytes && budget.energy_percent));
    TERSE_CHECK(budget.loss_percent || has_cost_budget());
    if (!has_cost_budget() || cost(uniform(2)) <= cost_target()) return;
    if (budget.energy_percent) {
      throw base::JobError(
          fmt::format("Infeasible: with 2 bits everywhere the network takes {:.1f} % of "
                      "the energy of 8 bits; raise `energy`",
                      100.0 * cost(uniform(2)) / cost(uniform(widest))));
    }
    throw base::JobError(
        fmt::format("Infeasible: with 2 bits everywhere the network takes {} bytes; "
                    "raise `memory` or train a smaller network",
                    costs(network_, uniform(2)).bytes));
  }

  FineTuning tuning(unsigned epochs) const {
    return {epochs, options_.learning_rate, 512, options_.seed, options_.stop};
  }

  static std::vector<double> validation_losses(const FloatNetwork& network, const Widths& widths,
                                               const Fold& fold) {
    const bool rounded = std::ranges::find(widths, float_bits) == widths.end();
    const auto scales =
        rounded ? calibrated_activations(network, widths, fold.training) : std::vector<float>{};
    return losses_of(outputs(network, widths, scales, fold.validation), fold.validation);
  }

  // Four epochs, as the published loop trains, tell too little: few bits mend late.
  unsigned candidate_epochs() const { return std::max(1U, options_.final_epochs / 2); }

  // Trained on every fold for the same number of epochs, and measured on the rest of it.
  Candidate measured(std::string action, const Widths& widths) const {
    Candidate result{std::move(action), widths, cost(widths), {}};
    for (const Fold& fold : folds_) {
      FloatNetwork copy = fold.start;
      fine_tune(copy, widths, fold.training, tuning(candidate_epochs()));
      const auto losses = validation_losses(copy, widths, fold);
      result.losses.insert(result.losses.end(), losses.begin(), losses.end());
    }
    return result;
  }

  Candidate traced(Compression& result, std::string action, const Widths& widths) const {
    Candidate candidate = measured(std::move(action), widths);
    result.trace.push_back({candidate.action, widths, candidate.cost, candidate.loss()});
    if (on_step_) on_step_(result.trace.back());
    return candidate;
  }

  void run_loop(Compression& result) const {
    const Fold& fold = folds_.front();
    FloatNetwork current = fold.start;
    Plant plant;
    for (std::size_t l = 0; l < current.layer_count(); ++l) {
      plant.deviations.push_back(standard_deviation(current.weights(l)));
    }
    plant.cost = [&](const Widths& widths) { return cost(widths); };
    plant.train = [&](const Widths& widths) {
      fine_tune(current, widths, fold.training, tuning(options_.search_epochs));
      const double loss =
          Candidate{"", widths, 0.0, validation_losses(current, widths, fold)}.loss();
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
    FloatNetwork best = current;
    plant.keep = [&] { best = current; };
    plant.restore = [&] { current = best; };
    LoopResult loop = sigmaquant(plant, {result.cost_target, result.loss_target});
    result.status = loop.status;
    result.widths = std::move(loop.widths);
    result.trace = std::move(loop.trace);
    result.end = std::move(loop.end);
  }

  // Each layer's widths up to `bits_max`, with what they cost and how far they move predictions.
  std::vector<std::vector<allocate::Choice>> choices(unsigned bits_max) const {
    const Fold& fold = folds_.front();
    const auto harms = sensitivities(fold.start, fold.validation);
    std::vector<std::vector<allocate::Choice>> layers;
    for (std::size_t l = 0; l < network_.layer_count(); ++l) {
      std::vector<allocate::Choice> own;
      for (std::size_t w = 0; w < std::size(model::decoder::weight_widths); ++w) {
        const unsigned bits = model::decoder::weight_widths[w];
        if (bits > bits_max) break;
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
    for (const std::size_t index : choice) widths.push_back(model::decoder::weight_widths[index]);
    return widths;
  }

  Widths least_harmful(const Compression& result, unsigned bits_max) const {
    // A sum of shares may come out a rounding error above the same sum in another order.
    const auto choice = allocate::least_harm(choices(bits_max), result.cost_target * (1.0 + 1e-12));
    TERSE_CHECK(choice.has_value());
    return widths_of(*choice);
  }

  // The best widths within the cost. The uniform ones are always among the candidates: harms add up
  // only roughly, and training mends what they foresee.
  void choose(Compression& result) const {
    Widths fitting;
    for (const unsigned bits : model::decoder::weight_widths) {
      if (cost(uniform(bits)) <= result.cost_target) fitting = uniform(bits);
    }
    std::vector<Candidate> candidates = {traced(result, name(Policy::uniform), fitting)};
    if (options_.policy == Policy::sensitivity) {
      for (const unsigned bits_max : {widest, narrow_max}) {
        // The search's trainings are too short to see what is lost with fewer bits than fit anyway.
        if (bits_max < fitting.front()) break;
        const Widths widths = least_harmful(result, bits_max);
        const bool known = std::ranges::any_of(
            candidates, [&](const Candidate& other) { return other.widths == widths; });
        if (known) continue;
        candidates.push_back(traced(
            result, bits_max == widest ? "sensitivity" : "sensitivity, 2 and 4 bits", widths));
      }
    }
    const Candidate& chosen = candidates[simplest_of_the_best(candidates)];
    result.widths = chosen.widths;
    result.end = fmt::format("{} candidates, {} taken", candidates.size(), chosen.action);
  }

  // The smallest memory whose loss is within the target: by bisection, as more bits seldom hurt;
  // then uniform widths that are smaller still.
  void find_smallest(Compression& result) {
    std::vector<Widths> candidates;
    if (options_.policy == Policy::sensitivity) {
      for (const auto& choice : allocate::best_trades(choices(widest)))
        candidates.push_back(widths_of(choice));
    } else {
      for (const unsigned bits : model::decoder::weight_widths) candidates.push_back(uniform(bits));
    }
    std::size_t low = 0;
    std::size_t high = candidates.size();
    while (low < high) {
      const std::size_t middle = low + (high - low) / 2;
      if (traced(result, "bisection", candidates[middle]).loss() <= result.loss_target) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    result.widths = candidates[std::min(low, candidates.size() - 1)];
    result.end = "no smaller candidate is within the loss";
    for (std::size_t c = low + 1; c < candidates.size(); c += std::max<std::size_t>(1, c - low)) {
      wider_.push_back(candidates[c]);
    }
    const Widths widest_widths = uniform(widest);
    if (result.widths != widest_widths && (wider_.empty() || wider_.back() != widest_widths)) {
      wider_.push_back(widest_widths);
    }
    if (options_.policy == Policy::uniform) return;
    for (const unsigned bits : model::decoder::weight_widths) {
      if (cost(uniform(bits)) >= cost(result.widths)) break;
      if (traced(result, "uniform", uniform(bits)).loss() > result.loss_target) continue;
      result.widths = uniform(bits);
      break;
    }
  }

  const CompressOptions& options_;
  const std::function<void(const Step&)>& on_step_;
  FloatNetwork network_;
  std::vector<Fold> folds_;
  std::vector<Widths> wider_;
};

// The search says no more than that nothing fits.
Status status_of(const Compression& result, double cost) {
  if (result.status == Status::infeasible) return Status::infeasible;
  const stats::Comparison& comparison = result.comparison;
  const bool kept = comparison.pairs > 0 && comparison.failed == 0 && comparison.excess.mean <= 0;
  return kept && (!result.has_cost_target || cost <= result.cost_target * (1.0 + 1e-12))
             ? Status::target
             : Status::best_effort;
}

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
                     const RowParts& rows, const CompressOptions& options,
                     const std::function<void(const Step&)>& on_step) {
  const std::vector<float> weights = row_weights(model, table, rows.training);
  Search search(model, source, table, rows.training, weights, options, on_step);
  Compression result = search.run();
  const double percent = options.budget.loss_percent.value_or(options.loss_percent);
  const UnseenRows unseen =
      shared_out(rows.unseen, options.budget.loss_percent.has_value(), options.seed);
  std::vector<Widths> widths = {result.widths};
  widths.insert(widths.end(), search.wider().begin(), search.wider().end());
  Finished finished =
      finish(search.network(), widths, coded_rows(model, table, rows.training, weights),
             coded_rows(model, table, unseen.choosing, weights),
             coded_rows(model, table, unseen.judging, weights), percent / 100.0,
             {options.final_epochs, options.learning_rate, 512, options.seed + 1, options.stop});
  if (finished.widths != result.widths) result.end = "fewer bits lose more on unseen rows";
  result.widths = finished.widths;
  result.costs = costs(search.network(), result.widths);
  result.comparison = finished.comparison;
  result.status = status_of(result, search.cost(result.widths));
  if (unseen.judging.empty()) result.end += "; no rows are left that the model has not seen";
  result.model =
      compressed_model(model, finished.network, result.widths, finished.activation_scales);
  return result;
}

}  // namespace terse::compress
