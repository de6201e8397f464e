#include "terse/train/any_decoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "terse/train/decoder_choice.h"
#include "terse/train/observer.h"
#include "terse/train/one_decoder.h"

namespace terse::train {

model::Model train_any_decoder(const data::Table& table, std::span<const std::uint32_t> rows,
                               const Options& options, const Observer& observer) {
  if (options.decoder != Decoder::best) return train_one_decoder(table, rows, options, observer);
  const Choice choice = best_decoder(table, rows, options, observer);
  model::Model model = train_one_decoder(table, rows, options_for(choice.best, options), observer,
                                         choice.plan ? &*choice.plan : nullptr);
  auto& record = model.record.settings;
  std::erase_if(record, [](const auto& setting) { return setting.first == "decoder"; });
  record.emplace_back("decoder", "best");
  const bool stack = choice.best.decoder == Decoder::stack;
  const std::string name = stack ? plan_text(*choice.plan) : std::string(choice.best.name);
  record.emplace_back("decoder chosen", fmt::format("{} ({})", name, choice.reason));
  return model;
}

}  // namespace terse::train
