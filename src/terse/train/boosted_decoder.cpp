#include "terse/train/boosted_decoder.h"

#include "terse/base/error.h"
#include "terse/base/picked.h"
#include "terse/boosted/joined_trees.h"
#include "terse/model/fold.h"
#include "terse/train/code_examples.h"
#include "terse/train/reading_trees.h"

namespace terse::train {
namespace {

constexpr unsigned rounds_without_validation = 100;

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
  throw base::OptionError("loss", "", "boosted trees do not learn a quantile",
                          "use `decoder` network and a method other than xgb and xgb-qq");
}

}  // namespace

boosted::BoostingOptions boosting_for(std::size_t classes, const Objective& objective) {
  boosted::BoostingOptions options;
  options.classes = classes;
  if (classes == 0) {
    options.objective = boosted_objective(objective);
  } else {
    // A row weighs at most a quarter there: the curvature of its cross entropy.
    options.leaf_weight_min = 1.0;
  }
  return options;
}

model::Model model_without_decoder(const Preparation& prepared, quantize::Method method) {
  model::Model model;
  model.method = method;
  model.features = prepared.features;
  model.thresholds =
      model::raw_thresholds(prepared.thresholds, prepared.features, prepared.readings);
  return model;
}

void give_boosted_decoder(model::Model& model, const data::Table& table,
                          std::span<const std::uint32_t> rows, const Preparation& prepared,
                          const Options& options, const std::function<void(unsigned)>& on_round) {
  TERSE_CHECK(rows.size() * prepared.copies == prepared.targets.size());
  if (options.reconstruct) {
    give_reading_trees(model, table, rows, prepared, options, on_round);
    return;
  }
  const base::Matrix readings = base::picked(table.features, rows);
  const data::Split split = stopping_rows(table, rows, options);
  std::vector<model::decoder::Trees> of_targets;
  for (std::size_t t = 0; t < table.targets(); ++t) {
    const CodeExamples validation =
        code_examples(model, readings, prepared, split.test, options, t);
    const CodeExamples training = code_examples(model, readings, prepared, split.train, options, t);
    boosted::BoostingOptions boosting =
        boosting_for(table.target_view(t).classes.size(), options.objective);
    boosting.seed = options.seed;
    boosting.threads = options.threads;
    boosting.on_round = on_round;
    if (split.test.empty()) boosting.rounds_max = rounds_without_validation;
    of_targets.push_back(
        boosted::boost(training.examples(), validation.examples(), boosting).trees);
  }
  model.decoder = boosted::joined(of_targets);
}

}  // namespace terse::train
