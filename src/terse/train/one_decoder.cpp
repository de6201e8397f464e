#include "terse/train/one_decoder.h"

#include <algorithm>
#include <iterator>

#include "terse/train/boosted_decoder.h"
#include "terse/train/code_rows.h"
#include "terse/train/kept_encoder.h"
#include "terse/train/network.h"
#include "terse/train/observer.h"
#include "terse/train/preparation.h"
#include "terse/train/scales.h"

namespace terse::train {
namespace {

// What does not come from training.
void describe(model::Model& model, const data::Table& table, const Preparation& prepared,
              const Options& options) {
  model.packing = options.packing;
  model.target_name = table.target_name;
  model.target_origin = table.target_origin;
  model.output = output_of(table, prepared, options.objective);
  model.record.data = table.source;
  model.record.seed = options.seed;
  model.record.settings = settings_of_decoder(options);
}

}  // namespace

model::Model train_one_decoder(const data::Table& table, std::span<const std::uint32_t> rows,
                               const Options& options, const Observer& observer) {
  const auto on_round = [&](unsigned) { stop_if_asked(observer.stop); };
  const bool boosted = options.decoder == Decoder::boosted ||
                       quantize::traits(options.method).input == quantize::FirstLayerInput::none;
  // What trees cannot learn is refused before a network is trained for their thresholds.
  if (boosted) static_cast<void>(boosting_for(table.classes.size(), options.objective));
  const Preparation prepared = prepare(table, rows, options, on_round);
  // Where trees decode and no threshold learns, a network would be trained for nothing.
  model::Model result;
  if (!boosted || quantize::traits(options.method).trains_thresholds) {
    result = trained_network(table, rows, prepared, options, observer);
  } else {
    result = options.encoder ? encoder_of(*options.encoder)
                             : model_without_decoder(prepared, options.method);
  }
  if (boosted) {
    give_boosted_decoder(result, table, rows, prepared, options, on_round);
  }
  describe(result, table, prepared, options);
  std::ranges::move(scale_record(table, chosen_scales(table, rows, options)),
                    std::back_inserter(result.record.settings));
  count_code_rows(result, table, rows);
  return result;
}

}  // namespace terse::train
