#include "terse/train/joint.h"

#include <fmt/format.h>

#include <vector>

#include "terse/train/any_decoder.h"
#include "terse/train/computed_training.h"
#include "terse/train/decoder_choice.h"
#include "terse/train/interval_training.h"
#include "terse/train/kept_encoder.h"
#include "terse/train/observer.h"
#include "terse/train/option_table.h"
#include "terse/train/protocol.h"
#include "terse/train/reconstruction.h"

namespace terse::train {
namespace {

// Whatever the targets are.
model::Model train_planned(const data::Table& table, std::span<const std::uint32_t> rows,
                           const Options& options, const Observer& observer) {
  if (options.network == Network::best) {
    const NetworkChoice choice = best_network(table, rows, options, observer);
    Options chosen = options;
    chosen.network = Network::plain;
    if (choice.network == Network::tabm) chosen = for_tabm(chosen);
    model::Model model = train_planned(table, rows, chosen, observer);
    auto& record = model.record.settings;
    std::erase_if(record, [](const auto& setting) { return setting.first == "network"; });
    record.emplace_back("network", "best");
    const bool tabm = choice.network == Network::tabm;
    record.emplace_back("network chosen",
                        fmt::format("{} ({})", tabm ? "tabm" : "plain", choice.reason));
    return model;
  }
  if (computes_features(options)) return train_with_forest(table, rows, options, observer);
  return train_any_decoder(table, rows, options, observer);
}

}  // namespace

model::Model train_model(const data::Table& table, std::span<const std::uint32_t> rows,
                         const Options& options) {
  return train_model(table, rows, options, Observer{});
}

model::Model train_model(const data::Table& table, std::span<const std::uint32_t> rows,
                         const Options& asked, const Observer& observer) {
  const Options options = with_kept_encoder(asked);
  validate(options);
  if (options.interval > 0.0) return train_with_interval(table, rows, options, observer);
  if (!options.reconstruct) return train_planned(table, rows, options, observer);
  const auto on_round = [&](unsigned) { stop_if_asked(observer.stop); };
  const Options planned = reconstruction_options(table, rows, options, on_round);
  model::Model model = train_planned(table, rows, planned, observer);
  record_reconstruction(model, planned);
  return model;
}

}  // namespace terse::train
