#include "terse/allocate/goal.h"

#include <fmt/core.h>

#include <algorithm>
#include <functional>

#include "terse/allocate/point_model.h"
#include "terse/train/metrics.h"
#include "terse/train/record.h"

namespace terse::allocate {
namespace {

constexpr double smaller_shares[] = {0.75, 0.5, 0.375};

// Of the largest budget. Never more than `bits` for each feature, where growing would follow noise.
constexpr double start_share = 1.25;

}  // namespace

train::Options default_training() {
  train::Options training;
  training.start = quantize::ThresholdStart::tree;
  training.scale.all = quantize::ScaleKind::automatic;
  training.midway = true;
  return training;
}

std::vector<double> budgets_within(double bits) {
  std::vector<double> budgets = {bits};
  for (const double share : smaller_shares) {
    if (share * bits >= 8.0) budgets.push_back(share * bits);
  }
  return budgets;
}

double default_start_bits(std::size_t features, const train::Options& training, double budget) {
  return std::min(start_share * budget, static_cast<double>(features * training.bits));
}

std::size_t best_within(const Curve& curve, double bits) {
  std::size_t best = 0;
  while (curve.points[best].budgets.back() > bits) ++best;
  for (std::size_t i = best; i < curve.points.size(); ++i) {
    if (curve.points[i].losses.mean() < curve.points[best].losses.mean()) best = i;
  }
  return best;
}

model::Model recorded_model(const CurvePoint& point, const data::Table& table,
                            const data::Split& split, const train::Options& training,
                            const AllocateOptions& options, const train::Observer& observer) {
  model::Model model = model_of(point, table, split.train, training, options, observer);
  const data::Table own = table_for(model, table);
  model::TrainingRecord& record = model.record;
  record.settings.emplace_back("budget_bits", fmt::format("{}", point.budgets.front()));
  record.settings.emplace_back("validation_loss", fmt::format("{:.6g}", point.losses.mean()));
  record.data_hash = data::content_hash(own);
  train::record_split(model, split);
  const auto& rows = split.test.empty() ? split.train : split.test;
  record.metrics = train::evaluate(model, own, rows).named();
  return model;
}

}  // namespace terse::allocate
