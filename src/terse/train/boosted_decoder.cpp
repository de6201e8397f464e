#include "terse/train/boosted_decoder.h"

#include <algorithm>

#include "terse/base/error.h"
#include "terse/base/order.h"
#include "terse/base/picked.h"
#include "terse/boosted/boosting.h"
#include "terse/model/fold.h"
#include "terse/quantize/encode.h"

namespace terse::train {
namespace {

constexpr std::uint64_t validation_stream = 900;
constexpr std::size_t rows_to_validate = 50;
constexpr unsigned rounds_without_validation = 100;

// The codes a device would send, as numbers.
base::Matrix codes_of(const model::Model& model, const data::Table& table,
                      std::span<const std::uint32_t> rows) {
  base::Matrix readings = base::picked(table.features, rows);
  std::vector<quantize::Code> codes(rows.size() * readings.columns());
  quantize::Encoder(model.thresholds).encode(readings, codes);
  std::ranges::copy(codes, readings.values().begin());
  return readings;
}

struct Part {
  base::Matrix inputs;
  std::vector<float> targets;
  std::vector<float> weights;

  boosted::Examples examples() const { return {inputs, targets, weights}; }
};

Part part_of(const base::Matrix& inputs, const Preparation& prepared,
             std::span<const std::uint32_t> rows) {
  Part part{base::picked(inputs, rows), base::picked(prepared.targets, rows), {}};
  if (!prepared.weights.empty()) part.weights = base::picked(prepared.weights, rows);
  return part;
}

// Positions of the rows that decide when to stop (test), and of the others.
data::Split stopping(const data::Table& table, std::span<const std::uint32_t> rows,
                     const Options& options) {
  const std::size_t count = rows.size() < rows_to_validate ? 0 : rows.size() / 10;
  if (count > 0) {
    if (auto split = data::held_back(table, rows, 0.1, options.seed, options.split)) {
      return *std::move(split);
    }
  }
  const auto order = base::shuffled_rows(rows.size(), options.seed, validation_stream);
  const auto begin = order.begin() + static_cast<std::ptrdiff_t>(count);
  return {{begin, order.end()}, {order.begin(), begin}};
}

}  // namespace

boosted::Objective boosted_objective(const Objective& objective) {
  switch (objective.loss) {
    case inference::Loss::absolute_error:
      return boosted::Objective::absolute_error;
    case inference::Loss::poisson:
      return boosted::Objective::poisson;
    case inference::Loss::squared_error:
      return boosted::Objective::squared_error;
    case inference::Loss::quantile:
    case inference::Loss::cross_entropy:
      break;
  }
  throw base::OptionError("loss", "", "boosted trees do not learn " + loss_text(objective),
                          "use `decoder` network and a method other than xgb and xgb-qq");
}

model::Model model_without_decoder(const Preparation& prepared, quantize::Method method) {
  model::Model model;
  model.method = method;
  model.features = prepared.features;
  model.thresholds = model::raw_thresholds(prepared.thresholds, prepared.features);
  return model;
}

void give_boosted_decoder(model::Model& model, const data::Table& table,
                          std::span<const std::uint32_t> rows, const Preparation& prepared,
                          const Options& options, const std::function<void(unsigned)>& on_round) {
  TERSE_CHECK(rows.size() == prepared.targets.size());
  const base::Matrix inputs =
      model.full_precision() ? prepared.inputs : codes_of(model, table, rows);
  const data::Split split = stopping(table, rows, options);
  const Part validation = part_of(inputs, prepared, split.test);
  const Part training = part_of(inputs, prepared, split.train);
  boosted::BoostingOptions boosting;
  boosting.objective = boosted_objective(options.objective);
  boosting.seed = options.seed;
  boosting.on_round = on_round;
  if (split.test.empty()) boosting.rounds_max = rounds_without_validation;
  model.decoder = boosted::boost(training.examples(), validation.examples(), boosting).trees;
}

}  // namespace terse::train
