#include "terse/train/joint.h"

#include "terse/train/any_decoder.h"
#include "terse/train/computed_training.h"
#include "terse/train/kept_encoder.h"
#include "terse/train/observer.h"
#include "terse/train/option_table.h"

namespace terse::train {

model::Model train_model(const data::Table& table, std::span<const std::uint32_t> rows,
                         const Options& options) {
  return train_model(table, rows, options, Observer{});
}

model::Model train_model(const data::Table& table, std::span<const std::uint32_t> rows,
                         const Options& asked, const Observer& observer) {
  const Options options = with_kept_encoder(asked);
  validate(options);
  if (computes_features(options)) return train_with_forest(table, rows, options, observer);
  return train_any_decoder(table, rows, options, observer);
}

}  // namespace terse::train
