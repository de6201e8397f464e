#include "terse/train/one_decoder.h"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>

#include "terse/base/error.h"
#include "terse/train/boosted_decoder.h"
#include "terse/train/code_rows.h"
#include "terse/train/kept_encoder.h"
#include "terse/train/network.h"
#include "terse/train/observer.h"
#include "terse/train/option_table.h"
#include "terse/train/preparation.h"
#include "terse/train/scales.h"
#include "terse/train/stacked_decoder.h"

namespace terse::train {
namespace {

// What does not come from training.
void describe(model::Model& model, const data::Table& table, const Preparation& prepared,
              const Options& options) {
  model.packing = options.packing;
  if (table.targets() == 1) {
    model.target_name = table.target_name;
    model.target_origin = table.target_origin;
  }
  model.output = output_of(table, prepared, options.objective);
  model.record.data = table.source;
  model.record.seed = options.seed;
  model.record.settings = settings_of_decoder(options);
}

}  // namespace

model::Model train_one_decoder(const data::Table& table, std::span<const std::uint32_t> rows,
                               const Options& options, const Observer& observer,
                               const StackPlan* plan) {
  const auto on_round = [&](unsigned) { stop_if_asked(observer.stop); };
  const bool no_network = quantize::traits(options.method).input == quantize::FirstLayerInput::none;
  const bool extra = options.decoder == Decoder::extra_trees;
  const bool stacked = extra || options.decoder == Decoder::stack;
  const bool boosted = !stacked && (options.decoder == Decoder::boosted || no_network);
  // What trees cannot learn is refused before a network is trained for their thresholds.
  for (std::size_t t = 0; t < table.targets() && (stacked || boosted); ++t) {
    static_cast<void>(boosting_for(table.target_view(t).classes.size(), options.objective));
  }
  if (stacked && table.targets() > 1) {
    throw base::OptionError("decoder", "",
                            fmt::format("{} does not decode several targets",
                                        text_of(find_training_option("decoder")->get(options))),
                            "give network, boosted or best");
  }
  const Preparation prepared = prepare(table, rows, options, on_round);
  // Where trees decode and no threshold learns, a network would be trained for nothing.
  model::Model result;
  if (!(boosted || extra) || quantize::traits(options.method).trains_thresholds) {
    result = trained_network(table, rows, prepared, options, observer);
  } else {
    result = options.encoder ? encoder_of(*options.encoder)
                             : model_without_decoder(prepared, options.method);
  }
  StackPlan own;
  if (stacked && plan == nullptr) {
    own = plan_by_folds(result, table, rows, prepared, options, observer);
    plan = &own;
  }
  if (boosted) give_boosted_decoder(result, table, rows, prepared, options, on_round);
  if (stacked) give_stacked_decoder(result, table, rows, prepared, options, *plan, observer);
  describe(result, table, prepared, options);
  if (!own.reason.empty()) {
    result.record.settings.emplace_back("decoder chosen", plan_text(own));
  }
  std::ranges::move(scale_record(table, chosen_scales(table, rows, options)),
                    std::back_inserter(result.record.settings));
  count_code_rows(result, table, rows);
  return result;
}

}  // namespace terse::train
