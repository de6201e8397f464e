#include "terse/allocate/allocate.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <memory>
#include <numeric>
#include <utility>

#include "terse/allocate/decoders.h"
#include "terse/allocate/few_features.h"
#include "terse/allocate/grow.h"
#include "terse/allocate/training.h"
#include "terse/base/error.h"
#include "terse/data/split_rule.h"
#include "terse/text/quoting.h"
#include "terse/train/option_table.h"
#include "terse/train/scales.h"

namespace terse::allocate {
namespace {

// For the network that only follows; enough to rank merges.
constexpr std::size_t followed_rows_max = 4096;
// Of a fold's training rows, to say when trees stop.
constexpr double stopping_share = 0.1;
// Messages of few features that networks are trained for, at each small budget.
constexpr std::size_t messages_tried = 2;

void check(const data::Table& table, const train::Options& training,
           const AllocateOptions& options) {
  train::validate(training);
  if (training.computed != train::Computed::nothing) {
    throw base::OptionError("computed", "", "is for one training, not for a search of levels",
                            "give the bytes of flash that the device has for it instead, "
                            "or train with it");
  }
  if (!options.forests.empty() && table.classes.size() > 2) {
    throw base::OptionError("device_flash", "",
                            fmt::format("is for numbers and two classes; {} has {}",
                                        text::in_quotes(table.target_name), table.classes.size()),
                            "leave it out");
  }
  TERSE_CHECK(training.method == quantize::Method::bw_sq && options.folds >= 2);
  TERSE_CHECK(std::ranges::is_sorted(options.budgets, std::greater<>()));
  for (const double bits : options.budgets) {
    if (bits >= 1.0) continue;
    throw base::OptionError("payload", "", "a message has at least one byte", "give 1 or more");
  }
}

ShrinkingNetwork network_of(const train::Preparation& prepared, const Task& task,
                            const train::Options& training, std::uint64_t seed,
                            const train::Observer& observer) {
  const Phase first{.epochs = training.epochs,
                    .temperature_end = training.temperature_end,
                    .rate_begin = training.learning_rate,
                    .rate_end = training.learning_rate};
  ShrinkingNetwork network;
  network.table = trained(task, prepared, training, first, seed, observer);
  network.inputs = prepared.inputs;
  network.targets = prepared.targets;
  network.weights = prepared.weights;
  network.copies = prepared.copies;
  for (const FeatureShape& shape : network.table.shapes) {
    network.special.emplace_back(shape.special);
    std::iota(network.special.back().begin(), network.special.back().end(), std::size_t{0});
  }
  return network;
}

ShrinkingNetwork follower(const train::Preparation& prepared, const Task& task,
                          const train::Options& training, const train::Observer& observer) {
  ShrinkingNetwork network = network_of(prepared, task, training, training.seed, observer);
  network.counts = false;
  const std::size_t count = std::min(followed_rows_max, prepared.targets.size());
  network.measured = base::Matrix(count, prepared.inputs.columns());
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t row = i * prepared.targets.size() / count;
    std::ranges::copy(prepared.inputs.row(row), network.measured.row(i).begin());
    network.measured_targets.push_back(prepared.targets[row]);
    if (!prepared.weights.empty()) network.measured_weights.push_back(prepared.weights[row]);
  }
  return network;
}

// The folds' networks are shrunk in step, so they have to agree on scales and numbers of levels.
train::Options settled(const data::Table& table, std::span<const std::uint32_t> rows,
                       const train::Options& training) {
  train::Options result = train::with_chosen_scales(table, rows, training);
  if (!training.midway) return result;
  result.midway = false;
  const auto wanted = train::feature_levels(training, table.feature_names);
  const auto readings = train::distinct_readings(table, rows);
  for (std::size_t f = 0; f < readings.size(); ++f) {
    const bool gaps = std::ranges::any_of(
        rows, [&](std::uint32_t row) { return std::isnan(table.features(row, f)); });
    const std::size_t most = readings[f].size() + (gaps || training.drop_rate > 0.0 ? 1 : 0);
    if (table.categorical(f) || wanted[f] <= most) continue;
    std::erase_if(result.levels,
                  [&](const auto& named) { return named.first == table.feature_names[f]; });
    result.levels.emplace_back(table.feature_names[f], std::max<std::size_t>(most, 2));
  }
  return result;
}

// With the levels to start from.
train::Options grown(const data::Table& table, std::span<const std::uint32_t> rows,
                     const train::Options& training, const AllocateOptions& options,
                     const train::Observer& observer) {
  train::Options result = training;
  if (options.start_bits == 0.0 || !table.classes.empty()) return result;
  train::Options plain = training;
  plain.start.reset();
  const train::Preparation prepared = train::prepare(table, rows, plain);
  if (!std::ranges::all_of(prepared.features, &model::Feature::plain)) return result;
  GrowOptions growing{.bits = options.start_bits};
  growing.seed = training.seed;
  const auto levels = grown_levels(prepared.inputs, prepared.targets, growing,
                                   [&](unsigned) { train::stop_if_asked(observer.stop); });
  result.levels.clear();
  for (std::size_t f = 0; f < levels.size(); ++f) {
    result.levels.emplace_back(table.feature_names[f], levels[f]);
  }
  return result;
}

/// The folds' networks and the one of all rows, and what they say of each budget.
class Allocator {
 public:
  /// computed: null, or whose table this is.
  Allocator(const data::Table& table, std::span<const std::uint32_t> rows,
            const train::Options& training, const AllocateOptions& options,
            const train::Observer& observer,
            std::shared_ptr<const train::ComputedColumn> computed = {})
      : training_(grown(table, rows, settled(table, rows, training), options, observer)),
        options_(options),
        observer_(observer),
        computed_(std::move(computed)),
        splits_(data::validation_splits(table, rows, options.folds, training.seed, training.split,
                                        training.keep_copies_together)) {
    const train::Preparation all = train::prepare(table, rows, training_);
    task_ = task_of(table, all, training_);
    for (const data::Split& split : splits_) {
      const train::Preparation fit = train::prepare(table, split.train, training_);
      const ValidationRows validation = validation_rows(table, split.test, fit, training_);
      ShrinkingNetwork network =
          network_of(fit, task_, training_, training.seed + networks_.size() + 1, observer);
      network.measured = validation.inputs;
      network.measured_targets = validation.targets;
      network.measured_weights = validation.weights;
      network.stopping =
          data::held_back(table, split.train, stopping_share, training.seed, training.split);
      networks_.push_back(std::move(network));
    }
    networks_.push_back(follower(all, task_, training_, observer));
    if (!options.budgets.empty() && options.budgets.back() <= few_features_bits_max) {
      unshrunk_ = networks_;
    }
    if (options.full_precision && !computed_) measure_reference(table);
  }

  const FullPrecision& reference() const { return reference_; }

  /// What this budget gets: the last point once more, if its message fits. Without budgets of its
  /// own.
  const CurvePoint& shrunk_to(double budget) {
    shrink(networks_, budget, task_, training_, options_.shrink, round_, observer_);
    if (is_last(networks_.back().table.levels())) return *last_;
    CurvePoint point;
    point.computed = computed_;
    judge(networks_, point);
    if (budget <= few_features_bits_max) compete(budget, point);
    if (!is_last(point.levels)) last_ = std::move(point);
    return *last_;
  }

 private:
  bool is_last(const std::vector<std::size_t>& levels) const {
    return last_ && last_->levels == levels;
  }

  // What `best` leaves out where trees cannot learn the loss; asked for alone, boosting refuses it.
  bool trees_may_decode() const {
    const bool quantile =
        task_.classes == 0 && training_.objective.loss == inference::Loss::quantile;
    return !quantile || options_.decoders.size() == 1;
  }

  // Gives the point these networks, and the decoder that does best.
  void judge(const std::vector<ShrinkingNetwork>& networks, CurvePoint& point) {
    point.levels = networks.back().table.levels();
    point.bits = information_bits(point.levels);
    double least = std::numeric_limits<double>::infinity();
    const std::vector<ShrinkingNetwork> finished = finished_folds(networks);
    for (const train::Decoder decoder : options_.decoders) {
      if (decoder == train::Decoder::boosted && !trees_may_decode()) continue;
      ValidationLosses losses = losses_of_folds(finished, decoder);
      if (losses.mean() >= least) continue;
      least = losses.mean();
      point.decoder = decoder;
      point.losses = std::move(losses);
    }
    point.network = networks.back();
  }

  // The point becomes a message of few features if that does better.
  void compete(double budget, CurvePoint& point) {
    const std::vector<FewFeatures> messages =
        few_features(std::span(unshrunk_).first(splits_.size()), budget, task_);
    for (std::size_t i = 0; i < std::min(messages.size(), messages_tried); ++i) {
      std::vector<ShrinkingNetwork> networks;
      for (const ShrinkingNetwork& network : unshrunk_) {
        networks.push_back(with_few_features(network, messages[i], task_));
      }
      CurvePoint other;
      other.computed = computed_;
      judge(networks, other);
      if (other.losses.mean() < point.losses.mean()) point = std::move(other);
    }
  }

  std::vector<ShrinkingNetwork> finished_folds(const std::vector<ShrinkingNetwork>& networks) {
    std::vector<ShrinkingNetwork> finished(networks.begin(), networks.end() - 1);
    for (std::size_t m = 0; m < finished.size(); ++m) {
      finished[m].table =
          trained_on(task_, finished[m].rows(), finished[m].table, training_,
                     final_phase(training_, options_), training_.seed + 7 * (m + 1), observer_);
    }
    return finished;
  }

  ValidationLosses losses_of_folds(const std::vector<ShrinkingNetwork>& finished,
                                   train::Decoder decoder) {
    ValidationLosses result;
    for (const ShrinkingNetwork& network : finished) {
      const auto losses = decoder == train::Decoder::network
                              ? losses_of(task_, network.table, network.measured_rows())
                              : boosted_losses(task_, network, training_, observer_);
      result.rows.insert(result.rows.end(), losses.begin(), losses.end());
      result.fold_rows.push_back(losses.size());
    }
    return result;
  }

  void measure_reference(const data::Table& table) {
    // As long as a message that loses no level on its way.
    train::Options training = training_;
    training.epochs += options_.final_epochs;
    double least = std::numeric_limits<double>::infinity();
    for (const train::Decoder decoder : options_.decoders) {
      if (decoder == train::Decoder::boosted && !trees_may_decode()) continue;
      ValidationLosses losses;
      for (const data::Split& split : splits_) {
        const auto part = full_precision_losses(task_, table, split, training, decoder, observer_);
        losses.rows.insert(losses.rows.end(), part.begin(), part.end());
        losses.fold_rows.push_back(part.size());
      }
      if (losses.mean() >= least) continue;
      least = losses.mean();
      reference_ = {decoder, std::move(losses)};
    }
  }

  const train::Options training_;
  const AllocateOptions& options_;
  const train::Observer& observer_;
  std::shared_ptr<const train::ComputedColumn> computed_;
  std::vector<data::Split> splits_;
  Task task_;
  std::vector<ShrinkingNetwork> networks_;  ///< one per fold, then the one of all rows
  std::vector<ShrinkingNetwork> unshrunk_;  ///< as they were; none if no budget is small
  std::uint64_t round_ = 0;
  std::optional<CurvePoint> last_;  ///< of the budgets so far
  FullPrecision reference_;
};

// The better one of two at the same budget, or the only one.
const CurvePoint* better(const CurvePoint* one, const CurvePoint& other) {
  return one == nullptr || other.losses.mean() < one->losses.mean() ? &other : one;
}

// True if it is a new point: the last message may be this budget's, too.
bool add(const CurvePoint& point, double budget, Curve& curve) {
  if (!curve.points.empty()) {
    CurvePoint& last = curve.points.back();
    if (last.levels == point.levels && last.computed == point.computed) {
      last.budgets.push_back(budget);
      return false;
    }
  }
  curve.points.push_back(point);
  curve.points.back().budgets = {budget};
  return true;
}

}  // namespace

Phase final_phase(const train::Options& training, const AllocateOptions& options) {
  return {.epochs = options.final_epochs,
          .temperature_begin = options.shrink.temperature,
          .temperature_end = training.temperature_end,
          .rate_begin = training.learning_rate,
          .rate_end = 0.1 * training.learning_rate};
}

double ValidationLosses::mean() const {
  return std::accumulate(rows.begin(), rows.end(), 0.0) / static_cast<double>(rows.size());
}

Curve curve(const data::Table& table, std::span<const std::uint32_t> rows,
            const train::Options& training, const AllocateOptions& options,
            const train::Observer& observer, const std::function<bool(const Curve&)>& stop_after) {
  check(table, training, options);
  std::vector<std::unique_ptr<Allocator>> allocators;
  allocators.push_back(std::make_unique<Allocator>(table, rows, training, options, observer));
  for (const ForestSize& size : options.forests) {
    train::Options own = training;
    own.forest_depth = static_cast<unsigned>(size.depth);
    own.forest_trees = static_cast<unsigned>(size.trees);
    auto computed = std::make_shared<const train::ComputedColumn>(
        train::with_computed_column(table, rows, own, observer));
    allocators.push_back(
        std::make_unique<Allocator>(computed->table, rows, training, options, observer, computed));
  }
  Curve curve;
  curve.reference = allocators.front()->reference();
  curve.budgets_left = options.budgets.size();
  for (const double budget : options.budgets) {
    const CurvePoint* best = nullptr;
    for (const auto& allocator : allocators) best = better(best, allocator->shrunk_to(budget));
    --curve.budgets_left;
    if (add(*best, budget, curve) && stop_after && stop_after(curve)) break;
  }
  return curve;
}

std::vector<double> byte_budgets(double bits_max) {
  std::vector<double> budgets;
  auto bytes = static_cast<std::size_t>(std::ceil(bits_max / 8.0));
  for (; bytes > 0; bytes -= bytes > 16 ? (bytes + 7) / 8 : 1) {
    budgets.push_back(8.0 * static_cast<double>(bytes));
  }
  return budgets;
}

std::optional<std::size_t> knee(std::span<const CurvePoint> points) {
  if (points.size() < 3) return std::nullopt;
  const CurvePoint& large = points.front();
  const CurvePoint& small = points.back();
  const double bits = large.bits - small.bits;
  const double rise = small.losses.mean() - large.losses.mean();
  if (!(rise > 0.0)) return std::nullopt;
  std::optional<std::size_t> best;
  double farthest = 0.0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const double saved = (large.bits - points[i].bits) / bits;
    const double lost = (points[i].losses.mean() - large.losses.mean()) / rise;
    if (!(saved - lost > farthest)) continue;
    farthest = saved - lost;
    best = i;
  }
  return best;
}

}  // namespace terse::allocate
