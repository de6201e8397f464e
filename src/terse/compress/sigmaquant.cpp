#include "terse/compress/sigmaquant.h"

#include <algorithm>
#include <tuple>

#include "terse/compress/sigma_clusters.h"

namespace terse::compress {
namespace {

constexpr double lambda_start = 0.1;
constexpr double lambda_step = 0.1;
constexpr int rounds_max = 3;
constexpr int patience = 3;
constexpr unsigned bits_min = 2;
constexpr unsigned bits_max = 8;
constexpr unsigned bits_step = 2;

using Widths = std::vector<unsigned>;

class Loop {
 public:
  Loop(const Plant& plant, const LoopTargets& targets) : plant_(plant), targets_(targets) {}

  LoopResult run() {
    cluster();
    if (!done()) move();
    fit();
    const Step& best = result_.trace[best_];
    result_.widths = best.widths;
    result_.status = best.cost > targets_.cost   ? Status::infeasible
                     : best.loss > targets_.loss ? Status::best_effort
                                                 : Status::target;
    return std::move(result_);
  }

 private:
  /// What the next move starts from: the last measurement, or the best one after it was restored.
  const Step& current() const { return result_.trace[current_]; }
  bool cost_met(const Step& step) const { return step.cost <= targets_.cost; }
  bool loss_met(const Step& step) const { return step.loss <= targets_.loss; }
  bool done() const { return cost_met(current()) && loss_met(current()); }
  bool cost_near(const Step& step) const {
    return step.cost <= targets_.cost * (1.0 + targets_.cost_buffer);
  }
  bool loss_near(const Step& step) const {
    return step.loss <= targets_.loss * (1.0 + targets_.loss_buffer);
  }

  // Smaller is better.
  std::tuple<bool, double, double> rank(const Step& step) const {
    const double violation = std::max(0.0, step.loss / targets_.loss - 1.0) +
                             std::max(0.0, step.cost / targets_.cost - 1.0);
    return {!cost_met(step), violation, step.cost};
  }

  // Whether it is the best so far.
  bool measure(const std::string& action, const Widths& widths) {
    const double loss = plant_.train(widths);
    result_.trace.push_back({action, widths, plant_.cost(widths), loss});
    current_ = result_.trace.size() - 1;
    const bool better = current_ == 0 || rank(current()) < rank(result_.trace[best_]);
    if (better) {
      best_ = current_;
      if (plant_.keep) plant_.keep();
    }
    return better;
  }

  void cluster() {
    double lambda = lambda_start;
    Widths before;
    for (int round = 0; round < rounds_max; ++round, lambda += lambda_step) {
      const Widths widths = widths_by_deviation(plant_.deviations, lambda);
      if (widths == before) continue;
      before = widths;
      measure("clusters", widths);
      if (cost_near(current()) || loss_near(current())) return;
    }
  }

  void restore_best() {
    current_ = best_;
    if (plant_.restore) plant_.restore();
  }

  // Layers by falling divergence that can rise, or by rising divergence that can fall.
  std::vector<std::size_t> movable(const Widths& widths, bool up) const {
    const auto divergences = plant_.divergences(widths);
    std::vector<std::size_t> layers;
    for (std::size_t l = 0; l < widths.size(); ++l) {
      if (up ? widths[l] < bits_max : widths[l] > bits_min) layers.push_back(l);
    }
    const auto saved = [&](std::size_t layer) {
      Widths fewer = widths;
      fewer[layer] -= bits_step;
      return plant_.cost(widths) - plant_.cost(fewer);
    };
    std::ranges::stable_sort(layers, [&](std::size_t a, std::size_t b) {
      if (divergences[a] != divergences[b]) {
        return up ? divergences[a] > divergences[b] : divergences[a] < divergences[b];
      }
      return !up && saved(a) > saved(b);
    });
    return layers;
  }

  void shift(Widths& widths, bool up, std::size_t count) const {
    const auto layers = movable(widths, up);
    for (std::size_t i = 0; i < std::min(count, layers.size()); ++i) {
      widths[layers[i]] = up ? widths[layers[i]] + bits_step : widths[layers[i]] - bits_step;
    }
  }

  void move() {
    std::size_t layers_at_once = 2;
    int without_gain = 0;
    while (!done()) {
      Widths widths = current().widths;
      std::string action;
      if (cost_met(current())) {
        action = "raise";
        shift(widths, true, layers_at_once);
      } else if (loss_met(current())) {
        action = "lower";
        shift(widths, false, layers_at_once);
      } else if (cost_near(current()) || loss_near(current())) {
        action = "swap";
        const auto up = movable(widths, true);
        const auto down = movable(widths, false);
        if (!up.empty()) widths[up.front()] += bits_step;
        const auto other = std::ranges::find_if(
            down, [&](std::size_t l) { return up.empty() || l != up.front(); });
        if (other != down.end()) widths[*other] -= bits_step;
      } else {
        result_.end = "abandoned: both targets are out of reach of their buffers";
        return;
      }
      const bool stuck = widths == current().widths;
      if (!stuck && measure(action, widths)) {
        without_gain = 0;
      } else {
        ++without_gain;
      }
      if (stuck || without_gain >= patience) {
        if (layers_at_once == 1 || stuck) {
          result_.end = stuck ? "no layer can move" : "no better configuration for some moves";
          return;
        }
        layers_at_once = 1;
        without_gain = 0;
        restore_best();
      }
    }
  }

  void fit() {
    if (done()) result_.end = "both targets are met";
    restore_best();
    if (cost_met(current())) return;
    Widths widths = current().widths;
    while (plant_.cost(widths) > targets_.cost) {
      const Widths before = widths;
      shift(widths, false, 1);
      if (widths == before) break;
    }
    measure("fit", widths);
  }

  const Plant& plant_;
  const LoopTargets& targets_;
  LoopResult result_;
  std::size_t best_ = 0;
  std::size_t current_ = 0;
};

}  // namespace

std::string name(Status status) {
  switch (status) {
    case Status::target:
      return "Target";
    case Status::best_effort:
      return "BestEffort";
    case Status::infeasible:
      break;
  }
  return "Infeasible";
}

LoopResult sigmaquant(const Plant& plant, const LoopTargets& targets) {
  return Loop(plant, targets).run();
}

}  // namespace terse::compress
