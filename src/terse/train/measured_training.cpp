#include "terse/train/measured_training.h"

#include <chrono>

#include "terse/train/joint.h"
#include "terse/train/metrics.h"
#include "terse/train/record.h"

namespace terse::train {

model::Model measured_training(const data::Table& table, const data::Split& split,
                               const Options& options, const Observer& observer) {
  const auto start = std::chrono::steady_clock::now();
  model::Model model = train_model(table, split.train, options, observer);
  model.record.train_seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  model.record.data_hash = data::content_hash(table);
  record_split(model, split);
  const auto& rows = split.test.empty() ? split.train : split.test;
  model.record.metrics = evaluate(model, table, rows).named();
  return model;
}

}  // namespace terse::train
