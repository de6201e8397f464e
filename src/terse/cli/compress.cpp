// terse compress: a trained network in as few bits per layer as a budget asks for.
#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "terse/base/error.h"
#include "terse/cli/commands.h"
#include "terse/cli/compress_figure.h"
#include "terse/cli/kept_encoder.h"
#include "terse/cli/output.h"
#include "terse/cli/recorded_split.h"
#include "terse/cli/summary.h"
#include "terse/cli/table_options.h"
#include "terse/cli/task_options.h"
#include "terse/cli/terminal.h"
#include "terse/compress/compress.h"
#include "terse/data/split.h"
#include "terse/data/split_rule.h"
#include "terse/model/file.h"
#include "terse/report/draw.h"
#include "terse/stats/non_inferiority.h"
#include "terse/text/quoting.h"
#include "terse/train/metrics.h"
#include "terse/train/record.h"

namespace terse::cli {
namespace {

using Json = nlohmann::ordered_json;

struct CompressArguments {
  std::string model;
  std::string encoder;
  TableOptions table;
  compress::CompressOptions options;
  std::string policy = "sensitivity";
  std::string output;
  std::string trace;
  std::string figure;
  std::string command;
  bool json = false;
  bool quiet = false;
};

// The rows that the model was trained on if the table is the same, so that its test part stays
// unseen. Of another table a fifth is kept for the comparison.
data::Split rows_for(const model::Model& model, const data::Table& table,
                     const compress::CompressOptions& options) {
  constexpr double unseen_part = 0.2;
  if (!train::is_own_table(model, table)) {
    return data::split_table(table, options.split, unseen_part, options.seed,
                             options.keep_copies_together);
  }
  if (auto split = train::recorded_split(model, table)) return *std::move(split);
  return {train::all_rows(table), {}};
}

// The kind of the model's own split, unless the table lacks its column.
data::SplitRule usable_rule(const model::Model& model, const data::Table& table) {
  const data::SplitRule rule = train::recorded_rule(model);
  return !rule.column.empty() && table.split_labels.of_row.empty() ? data::SplitRule{} : rule;
}

std::vector<std::pair<std::string, double>> metrics(const model::Model& model,
                                                    const data::Table& table,
                                                    const data::Split& split) {
  return train::evaluate(model, table, split.test.empty() ? split.train : split.test).named();
}

Json step_json(const compress::Step& step) {
  return {{"action", step.action}, {"bits", step.widths}, {"cost", step.cost}, {"loss", step.loss}};
}

Json named_json(const std::vector<std::pair<std::string, double>>& values) {
  Json json = Json::object();
  for (const auto& [metric, value] : values) json[metric] = value;
  return json;
}

Json comparison_json(const stats::Comparison& comparison) {
  if (comparison.pairs == 0) return nullptr;
  return {{"rows", comparison.pairs},
          {"loss_before", comparison.reference},
          {"loss", comparison.candidate},
          {"allowed", comparison.reference + comparison.margin},
          {"lower", comparison.difference.lower},
          {"upper", comparison.difference.upper},
          {"verdict", stats::name(comparison.verdict)}};
}

/// "loss 0.0512 before, 0.0514 after, on 75 rows that neither model has seen: within 2 % (...)".
std::string comparison_text(const stats::Comparison& comparison) {
  if (comparison.pairs == 0) return "not compared: the model has seen all these rows";
  return fmt::format(
      "loss {:.5g} before, {:.5g} after, at most {:.5g} allowed; on {} unseen rows: {}",
      comparison.reference, comparison.candidate, comparison.reference + comparison.margin,
      comparison.pairs, stats::name(comparison.verdict));
}

Json result_json(const CompressArguments& arguments, const compress::Compression& result,
                 const std::vector<std::pair<std::string, double>>& before) {
  const compress::Costs& costs = result.costs;
  Json json = {{"model", arguments.output},
               {"policy", arguments.policy},
               {"status", compress::name(result.status)},
               {"end", result.end},
               {"bits", result.widths},
               {"memory_bytes", costs.bytes},
               {"weight_bytes", costs.weight_bytes},
               {"file_bytes", model::to_bytes(result.model).size()},
               {"float_bytes", result.float_bytes},
               {"smaller", double(result.float_bytes) / double(costs.bytes)},
               {"bit_operations", costs.bit_operations},
               {"energy", costs.energy},
               {"latency", costs.latency},
               {"cost", result.cost_is_energy ? "energy" : "memory_bytes"},
               {"cost_target", result.cost_target},
               {"loss_reference", result.reference_loss},
               {"loss_target", result.loss_target},
               {"comparison", comparison_json(result.comparison)},
               {"split", data::text_of(train::recorded_rule(result.model))},
               {"metrics_before", named_json(before)},
               {"metrics", named_json(result.model.record.metrics)}};
  json["trace"] = Json::array();
  for (const compress::Step& step : result.trace) json["trace"].push_back(step_json(step));
  json["front"] = Json::array();
  for (const std::size_t step : front_of(result)) {
    json["front"].push_back(step_json(result.trace[step]));
  }
  return json;
}

void output_text(const std::string& path, const std::string& text) {
  if (path.empty()) return;
  Output output(path);
  output.write(text);
  output.finish();
}

void print_result(const compress::Compression& result, const std::string& path,
                  const std::vector<std::pair<std::string, double>>& before) {
  fmt::print("{}: {} bits per layer, the look-up table first ({})\n", compress::name(result.status),
             fmt::join(result.widths, " "), result.end);
  fmt::print("{} bytes, {} in float32: {:.1f}x smaller\n", result.costs.bytes, result.float_bytes,
             double(result.float_bytes) / double(result.costs.bytes));
  fmt::print("{}\nbefore: {}\nafter:  {}\nsaved {}\n", comparison_text(result.comparison),
             metrics_line(before), metrics_line(result.model.record.metrics), path);
}

// Before the work, not after it.
void require_drawable(const std::string& path) {
  if (path.empty()) return;
  if (!path.ends_with(".svg")) {
    throw base::InputError("--figure", "",
                           text::in_quotes(path) + " is not the name of an SVG file",
                           "write for example --figure search.svg");
  }
  if (report::can_draw()) return;
  throw base::JobError("--figure is drawn by Node: install it (Debian: apt-get install nodejs)");
}

void draw(const std::string& path, const compress::Compression& result) {
  if (path.empty()) return;
  const std::filesystem::path file = path;
  const std::string folder = file.has_parent_path() ? file.parent_path().string() : ".";
  report::draw_svg({search_figure(result, file.stem().string())}, folder);
}

void run_compress(CompressArguments& arguments) {
  compress::CompressOptions& options = arguments.options;
  const compress::Budget& budget = options.budget;
  if (!budget.memory_bytes && !budget.loss_percent && !budget.energy_percent) {
    throw base::InputError("compress", "",
                           "needs at least one of --memory, --max-loss and --energy",
                           "say what the network may take, or lose");
  }
  if (budget.memory_bytes && budget.energy_percent) {
    throw base::InputError("compress", "", "takes --memory or --energy, not both",
                           "give one of them, with or without --max-loss");
  }
  for (const auto policy :
       {compress::Policy::sensitivity, compress::Policy::sigmaquant, compress::Policy::uniform}) {
    if (compress::name(policy) == arguments.policy) options.policy = policy;
  }
  require_drawable(arguments.figure);
  for (const std::string* path : {&arguments.output, &arguments.trace, &arguments.figure}) {
    if (!path->empty()) require_writable(*path);
  }
  const model::Model model = model::read_file(arguments.model);
  require_messages_of(arguments.encoder, model, arguments.model);
  const data::Table table = read_table_for(model, arguments.table, true);
  options.split = usable_rule(model, table);
  options.keep_copies_together = train::recorded_copies(model);
  const data::Split split = rows_for(model, table, options);
  options.stop = &stop_request();
  compress::Compression result =
      compress::compress(model, arguments.model, table, {split.train, split.test}, options,
                         [&](const compress::Step& step) {
                           if (arguments.quiet) return;
                           fmt::print(stderr, "{} bits: cost {:.6g}, validation loss {:.5f}\n",
                                      fmt::join(step.widths, " "), step.cost, step.loss);
                         });
  const auto before = metrics(model, table, split);
  result.model.record.metrics = metrics(result.model, table, split);
  result.model.record.settings.emplace_back("compressed_by", arguments.command);
  model::write_file(result.model, arguments.output);
  const Json json = result_json(arguments, result, before);
  output_text(arguments.trace, json.dump(2) + "\n");
  draw(arguments.figure, result);
  if (arguments.json) {
    fmt::print("{}\n", json.dump(2));
  } else {
    print_result(result, arguments.output, before);
  }
}

}  // namespace

void add_compress(Command program) {
  auto arguments = std::make_shared<CompressArguments>();
  compress::CompressOptions& options = arguments->options;
  Command command = program.add_command(
      "compress", "Store the network of a model in 2 to 8 bits a weight, layer by layer");
  command.add_option("model", arguments->model, "a model file with a network").required();
  command
      .add_option("--data", arguments->table.data,
                  std::string("the table to train on: ") + data_text)
      .repeatable()
      .required();
  command.add_option("--target", arguments->table.target, "its target column (the model's)");
  add_reading_options(command, arguments->table.reading);
  command.add_option("--memory", options.budget.memory_bytes,
                     "bytes that weights, scales and biases may take");
  command
      .add_option("--max-loss", options.budget.loss_percent,
                  "percent by which the loss on unseen rows may rise above the model's")
      .not_negative();
  command
      .add_option("--energy", options.budget.energy_percent,
                  "percent of the energy that 8-bit weights take (docs/compress.md)")
      .positive();
  command.add_option("--policy", arguments->policy, "how bits are shared among the layers")
      .one_of({"sensitivity", "sigmaquant", "uniform"})
      .shows_default();
  command
      .add_option("--search-epochs", options.search_epochs, "epochs after each move of sigmaquant")
      .between(1, 10'000)
      .shows_default();
  command
      .add_option("--epochs", options.final_epochs,
                  "epochs of the final training; candidates get half as many")
      .between(1, 10'000)
      .shows_default();
  command.add_option("--lr", options.learning_rate, "learning rate of Adam at the start")
      .positive()
      .shows_default();
  command.add_option("--seed", options.seed, "seed of folds and shuffling").shows_default();
  command.add_option("--encoder", arguments->encoder,
                     "a model in the field: refuses a model whose messages are not the same, bit "
                     "for bit");
  command
      .add_option("--trace", arguments->trace,
                  "write every choice and its figures to this file, as JSON")
      .is_written();
  command
      .add_option("--figure", arguments->figure,
                  "write a picture of the search to this file, as SVG")
      .is_written();
  command.add_option("-o,--output", arguments->output, "the model file to write")
      .is_written()
      .required();
  command.add_flag("--json", arguments->json, "machine-readable result on stdout");
  command.add_flag("--quiet", arguments->quiet, "show no progress");
  command.runs([arguments, program] {
    arguments->command = program.as_typed();
    arguments->table.quiet = arguments->quiet;
    run_compress(*arguments);
  });
}

}  // namespace terse::cli
