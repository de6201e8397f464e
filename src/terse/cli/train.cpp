// terse train: learns thresholds and network together and writes the model.
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "terse/base/error.h"
#include "terse/cli/commands.h"
#include "terse/cli/kept_encoder.h"
#include "terse/cli/order_note.h"
#include "terse/cli/output.h"
#include "terse/cli/reading_report.h"
#include "terse/cli/recorded_split.h"
#include "terse/cli/summary.h"
#include "terse/cli/tag_option.h"
#include "terse/cli/task_options.h"
#include "terse/cli/terminal.h"
#include "terse/cli/training_options.h"
#include "terse/data/split_rule.h"
#include "terse/model/file.h"
#include "terse/text/quoting.h"
#include "terse/train/encoder_columns.h"
#include "terse/train/measured_training.h"
#include "terse/train/observer.h"
#include "terse/train/option_table.h"
#include "terse/train/protocol.h"
#include "terse/train/reconstruction.h"
#include "terse/train/record.h"

namespace terse::cli {
namespace {

struct TrainArguments {
  TableOptions table;
  TaskOptions task;
  TrainingOptions training;
  std::string encoder;
  std::string output;
  std::string tag = "none";
  std::string split_file;
  std::string command;
  bool reconstruct = false;
  std::optional<unsigned> payload;  ///< bytes that tolerances may take
  bool json = false;
  bool quiet = false;
};

std::string method_names() {
  return fmt::format("{}", fmt::join(train::find_training_option("method")->choices, ", "));
}

// What training found about scales: feature, scale and reason.
std::vector<std::pair<std::string, std::string>> choices_of(const model::Model& model) {
  constexpr std::string_view prefix = "scale ";
  std::vector<std::pair<std::string, std::string>> choices;
  for (const auto& [name, value] : model.record.settings) {
    if (name.starts_with(prefix)) choices.emplace_back(name.substr(prefix.size()), value);
  }
  return choices;
}

// One line, or none where every feature is linear.
std::vector<std::string> choice_lines(
    const std::vector<std::pair<std::string, std::string>>& choices) {
  constexpr std::size_t shown = 4;
  std::string line;
  for (std::size_t i = 0; i < std::min(shown, choices.size()); ++i) {
    line += fmt::format("{}{} {}", i == 0 ? "" : "; ", choices[i].first, choices[i].second);
  }
  if (choices.empty()) return {};
  const std::size_t more = choices.size() - std::min(shown, choices.size());
  return {fmt::format("scales: {}{}; all others linear", line,
                      more > 0 ? fmt::format("; {} more (`terse inspect`)", more) : "")};
}

// Tolerances choose the levels, and where the thresholds are.
void refuse_with_tolerance(const TrainingOptions& training) {
  for (const char* option : {"method", "levels", "start", "scale", "between"}) {
    if (!training.given(option)) continue;
    throw base::InputError(flag_of(option), "", "tolerances choose levels and thresholds",
                           "leave it or --tolerance out");
  }
}

train::Options options_of(const TrainArguments& arguments) {
  const TrainingOptions& training = arguments.training;
  train::Options options = training.resolved();
  options.reconstruct = arguments.reconstruct;
  if (!training.given("decoder")) {
    options.decoder = options.interval > 0.0
                          ? train::Decoder::network
                          : train::default_decoder(training.protocol(), options.method);
  }
  if (arguments.payload && (!options.reconstruct || !options.tolerances.empty())) {
    throw base::InputError("--payload", "", "is for --reconstruct without --tolerance",
                           "leave it out; `terse allocate --payload` is for a target");
  }
  if (options.tolerances.empty() && !arguments.payload) return options;
  refuse_with_tolerance(training);
  if (!training.given("packing")) options.packing = payload::Packing::radix;
  return options;
}

void run_train(const TrainArguments& arguments) {
  train::Options options = options_of(arguments);
  keep_encoder_of(arguments.encoder, arguments.training, arguments.task, arguments.table, options);
  if (options.encoder && arguments.tag != "none") refuse_with_encoder("--tag");
  train::validate(options);
  require_tag(arguments.tag, options.method);
  require_writable(arguments.output);
  if (!arguments.split_file.empty()) require_writable(arguments.split_file);
  const data::Table table = read_training_table(arguments.table, arguments.task, options);
  options.encoder = train::encoder_for(options.encoder, table);
  const data::Split split = data::split_table(table, options.split, options.test_fraction,
                                              options.seed, options.keep_copies_together);
  if (!arguments.split_file.empty()) write_split(arguments.split_file, table, options.split, split);

  ProgressBar bar(arguments.quiet);
  train::Observer observer;
  observer.stop = &stop_request();
  observer.on_step = [&](const train::Progress& progress) { bar.show(progress); };
  if (arguments.payload) {
    const auto on_round = [&](unsigned) { train::stop_if_asked(observer.stop); };
    const std::size_t tag_bytes = arguments.tag == "none" ? 0 : 1;
    if (*arguments.payload <= tag_bytes || options.encoder) {
      throw base::InputError("--payload", "", "leaves nothing to choose", "leave it out");
    }
    options.tolerances = {{"",
                           train::percent_within(table, split.train, options,
                                                 *arguments.payload - tag_bytes, on_round),
                           true}};
  }
  model::Model model = train::measured_training(table, split, options, observer);
  if (!options.encoder) give_tag(model, arguments.tag);  // else its own
  model.record.command = arguments.command;
  // Without a test part the figures are those of the training rows, and are called so.
  const auto& rows = split.test.empty() ? split.train : split.test;
  model::write_file(model, arguments.output);

  const auto order = checked_order(table, options, split);
  const auto choices = choices_of(model);
  const std::string chosen_decoder = std::string(train::recorded_setting(model, "decoder chosen"));
  const std::string chosen_network = std::string(train::recorded_setting(model, "network chosen"));
  if (arguments.json) {
    nlohmann::ordered_json json = summary_json(model);
    json["model"] = arguments.output;
    json["split"] = data::text_of(options.split);
    json["rows"] = {{"train", split.train.size()}, {"test", split.test.size()}};
    for (const std::string& note : table.notes) json["notes"].push_back(with_flags(note));
    if (order) json["order"] = order_json(*order);
    if (!chosen_network.empty()) json["network_chosen"] = chosen_network;
    if (!chosen_decoder.empty()) json["decoder_chosen"] = chosen_decoder;
    json["scales"] = nlohmann::ordered_json::object();
    for (const auto& [name, text] : choices) json["scales"][name] = text;
    fmt::print("{}\n", json.dump(2));
    return;
  }
  fmt::print("{}\n", message_line(model));
  if (!chosen_network.empty()) fmt::print("network: {}\n", chosen_network);
  if (!chosen_decoder.empty()) fmt::print("decoder: {}\n", chosen_decoder);
  for (const std::string& line : choice_lines(choices)) fmt::print("{}\n", line);
  const std::string figures = reading_report(model, model.record.metrics);
  fmt::print("{} ({}{} of {} rows): {}\n", split.test.empty() ? "training part" : "test part",
             split_prefix(options.split), rows.size(), table.rows(),
             figures.empty() ? metrics_line(model.record.metrics) : figures);
  fmt::print("saved {} (trained in {:.1f} s)\n", arguments.output, model.record.train_seconds);
}

void add_method_options(Command command, TrainingOptions& training) {
  training.add(command, "method", method_names());
  training.add_protocol(command);
  training
      .add_without_default(command, "decoder",
                           std::string(train::find_training_option("decoder")->text) +
                               " (best; any method but bw-sq, and --protocol paper: network)")
      .one_of({"network", "boosted", "extra-trees", "stack", "best"});
  training.add(command, "network").one_of({"plain", "tabm", "best"});
  training.add_without_default(
      command, "submodels_per_row",
      std::string(train::find_training_option("submodels_per_row")->text) + " (8)");
  training.add(command, "bits");
  training.add_without_default(command, "levels", {});
  training.add(command, "computed").one_of({"no", "forest", "forest-alone"});
  for (const char* name : {"level_bits", "forest_depth", "forest_trees"}) {
    training.add(command, name);
  }
  for (const char* name : {"packing", "hidden", "epochs", "batch", "learning_rate"}) {
    training.add(command, name);
  }
  training.add(command, "threshold_rate_factor", threshold_rate_text);
  training.add_without_default(
      command, "weight_decay",
      std::string(train::find_training_option("weight_decay")->text) + " (0; tabm: 0.003)");
  training.add(command, "dropout");
  training.add(command, "schedule");
}

}  // namespace

void add_train(Command program) {
  auto arguments = std::make_shared<TrainArguments>();
  TrainingOptions& training = arguments->training;
  training.defaults.threads = std::max(1U, std::thread::hardware_concurrency());
  Command command =
      program.add_command("train", "Learn thresholds and network together from a table");
  add_data_argument(command, arguments->table);
  command.add_names(
      "--target", arguments->table.targets,
      "column to predict, or several, NAME,... (optional where the data set names it); "
      "a name with a comma in double quotes");
  add_column_options(command, arguments->table);
  add_task_options(command, arguments->task, training);
  training.add_without_default(command, "target_weight", {});
  training.add_without_default(command, "interval", {});
  command.add_flag("--reconstruct", arguments->reconstruct,
                   "in place of a target: give the readings back from the codes");
  training.add_without_default(command, "tolerance", {});
  command.add_option("--payload", arguments->payload,
                     "with --reconstruct: the finest tolerance, the same share of every range, "
                     "with which a message has at most this number of bytes");
  add_method_options(command, training);
  add_encoder_option(command, arguments->encoder);
  training.add(command, "seed");
  add_split_options(command, training);
  training.add_without_default(command, "threads", "number of threads of one training (all cores)");
  command.add_option("-o,--output", arguments->output, "the model file to write")
      .is_written()
      .required();
  add_tag_option(command, arguments->tag);
  add_split_file_option(command, arguments->split_file);
  command.add_flag("--json", arguments->json, "machine-readable result on stdout");
  command.add_flag("--quiet", arguments->quiet, "show no progress");
  command.runs([arguments, program] {
    arguments->command = program.as_typed();
    arguments->table.quiet = arguments->quiet;
    run_train(*arguments);
  });
}

}  // namespace terse::cli
