#include "terse/cli/allocate_encoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "terse/cli/kept_encoder.h"
#include "terse/cli/output.h"
#include "terse/cli/recorded_split.h"
#include "terse/cli/summary.h"
#include "terse/cli/terminal.h"
#include "terse/data/split_rule.h"
#include "terse/model/file.h"
#include "terse/train/encoder_columns.h"
#include "terse/train/joint.h"
#include "terse/train/measured_training.h"
#include "terse/train/metrics.h"
#include "terse/train/observer.h"
#include "terse/train/option_table.h"

namespace terse::cli {
namespace {

std::string name_of(const train::Options& options) {
  return train::text_of(train::find_training_option("decoder")->get(options));
}

/// The mean loss on rows that the folds leave out, each row once.
double validation_loss(const data::Table& table, const std::vector<data::Split>& folds,
                       const train::Options& options, const train::Observer& observer) {
  double sum = 0.0;
  double rows = 0.0;
  for (const data::Split& fold : folds) {
    const model::Model model = train::train_model(table, fold.train, options, observer);
    const auto own = static_cast<double>(fold.test.size());
    sum += own * train::evaluate(model, table, fold.test).loss();
    rows += own;
  }
  return sum / rows;
}

}  // namespace

void allocate_decoder(AllocateArguments& arguments) {
  const auto start = std::chrono::steady_clock::now();
  train::Options options = arguments.training;
  const data::Table table = read_training_table(arguments.table, arguments.task, options);
  options.encoder = train::encoder_for(options.encoder, table);
  const data::Split split = data::split_table(table, options.split, options.test_fraction,
                                              options.seed, options.keep_copies_together);
  if (!arguments.split_file.empty()) write_split(arguments.split_file, table, options.split, split);
  const auto folds =
      data::validation_splits(table, split.train, arguments.options.folds, options.seed,
                              options.split, options.keep_copies_together);
  train::Observer observer;
  observer.stop = &stop_request();
  std::vector<std::pair<double, train::Decoder>> losses;
  nlohmann::ordered_json json;
  std::string said;
  for (const train::Decoder decoder : arguments.options.decoders) {
    options.decoder = decoder;
    losses.emplace_back(validation_loss(table, folds, options, observer), decoder);
    json["validation_loss"][name_of(options)] = losses.back().first;
    said +=
        fmt::format("{}{} {:.4g}", said.empty() ? "" : ", ", name_of(options), losses.back().first);
  }
  options.decoder = std::ranges::min_element(losses)->second;
  said = fmt::format("{} (loss on {} folds: {})", name_of(options), folds.size(), said);
  model::Model model = train::measured_training(table, split, options, observer);
  // What became of a stack.
  std::string own;
  std::erase_if(model.record.settings, [&](const auto& setting) {
    if (setting.first == "decoder chosen") own = setting.second;
    return setting.first == "decoder chosen";
  });
  model.record.settings.emplace_back("decoder chosen", own.empty() ? said : own + "; " + said);
  model.record.command = arguments.command;
  const auto& rows = split.test.empty() ? split.train : split.test;
  model.record.train_seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  model::write_file(model, arguments.output);
  if (arguments.json) {
    json.update(summary_json(model));
    json["model"] = arguments.output;
    json["decoder_chosen"] = said;
    fmt::print("{}\n", json.dump(2));
    return;
  }
  fmt::print("{}\ndecoder: {}\n{} ({}{} rows): {}\nsaved {}\n", message_line(model), said,
             split.test.empty() ? "training part" : "test part", split_prefix(options.split),
             rows.size(), metrics_line(model.record.metrics), arguments.output);
}

}  // namespace terse::cli
