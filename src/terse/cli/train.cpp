// terse train: learns thresholds and network together and writes the model.
#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "terse/base/error.h"
#include "terse/cli/commands.h"
#include "terse/cli/output.h"
#include "terse/cli/protocol_options.h"
#include "terse/cli/summary.h"
#include "terse/cli/task_options.h"
#include "terse/cli/terminal.h"
#include "terse/data/split.h"
#include "terse/model/file.h"
#include "terse/text/quoting.h"
#include "terse/train/evaluate.h"
#include "terse/train/joint.h"

namespace terse::cli {
namespace {

struct TrainArguments {
  TableOptions table;
  TaskOptions task;
  ProtocolOptions protocol;
  train::Options options;
  std::string method = "bw-sq";
  std::string decoder = "network";
  std::string levels;
  std::string hidden = "5x128";
  std::string schedule = "exponential";
  std::string packing = "bits";
  std::string output;
  std::string command;
  bool json = false;
  bool quiet = false;
};

std::string method_names() {
  std::string names;
  for (const quantize::Method method : quantize::all_methods) {
    names += (names.empty() ? "" : ", ") + std::string(quantize::id(method));
  }
  return names;
}

// "NAME=L,NAME=L"; names may hold anything but '=' and ','.
void parse_levels(const std::string& text, train::Options& options) {
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const std::string part = text.substr(begin, end - begin);
    const std::size_t equals = part.rfind('=');
    std::size_t levels = 0;
    const bool good =
        equals != std::string::npos && equals > 0 && read_number(part.substr(equals + 1), levels);
    if (!good) {
      throw base::InputError("--levels", "", text::in_quotes(part) + " is not NAME=LEVELS",
                             "write for example --levels temperature=5,humidity=16");
    }
    options.levels.emplace_back(part.substr(0, equals), levels);
    begin = end + 1;
  }
}

train::Options parsed_options(const TrainArguments& arguments) {
  train::Options options = arguments.options;
  const auto method = quantize::parse_method(arguments.method);
  if (!method) {
    throw base::InputError("--method", "", text::in_quotes(arguments.method) + " is not a method",
                           "choose one of " + method_names());
  }
  apply_protocol(arguments.protocol, *method, options);
  if (arguments.decoder == "boosted") options.decoder = train::Decoder::boosted;
  const auto schedule = quantize::parse_schedule(arguments.schedule);
  if (!schedule) {
    throw base::InputError("--schedule", "",
                           text::in_quotes(arguments.schedule) + " is not a schedule",
                           "choose exponential, linear, warmup, cosine or cyclical");
  }
  options.schedule = *schedule;
  if (arguments.packing != "bits" && arguments.packing != "radix") {
    throw base::InputError("--packing", "",
                           text::in_quotes(arguments.packing) + " is not a packing",
                           "choose bits or radix");
  }
  options.packing = arguments.packing == "bits" ? payload::Packing::bits : payload::Packing::radix;
  options.hidden = train::parse_hidden(arguments.hidden);
  parse_levels(arguments.levels, options);
  apply_task_options(arguments.task, options);
  train::validate(options);
  return options;
}

void run_train(const TrainArguments& arguments) {
  const train::Options options = parsed_options(arguments);
  require_writable(arguments.output);
  const data::Table table = read_training_table(arguments.table, arguments.task);
  const data::Split split = data::split_table(table, options.test_fraction, options.seed);

  ProgressBar bar(arguments.quiet);
  train::Observer observer;
  observer.stop = &stop_request();
  observer.on_step = [&](const train::Progress& progress) { bar.show(progress); };
  const auto start = std::chrono::steady_clock::now();
  model::Model model = train::train_model(table, split.train, options, observer);
  model.record.train_seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  model.record.command = arguments.command;
  model.record.data_hash = data::content_hash(table);
  // Without a test part the figures are those of the training rows, and are called so.
  const auto& rows = split.test.empty() ? split.train : split.test;
  model.record.metrics = train::evaluate(model, table, rows).named();
  model::write_file(model, arguments.output);

  if (arguments.json) {
    nlohmann::ordered_json json = summary_json(model);
    json["model"] = arguments.output;
    json["rows"] = {{"train", split.train.size()}, {"test", split.test.size()}};
    fmt::print("{}\n", json.dump(2));
    return;
  }
  fmt::print("{}\n", message_line(model));
  fmt::print("{} ({} of {} rows): {}\n", split.test.empty() ? "training part" : "test part",
             rows.size(), table.rows(), metrics_line(model.record.metrics));
  fmt::print("saved {} (trained in {:.1f} s)\n", arguments.output, model.record.train_seconds);
}

void add_method_options(Command command, TrainArguments& arguments) {
  train::Options& options = arguments.options;
  command.add_option("--method", arguments.method, method_names()).shows_default();
  add_protocol_options(command, arguments.protocol);
  command
      .add_option("--decoder", arguments.decoder,
                  "who predicts from the codes: network, or boosted (trees, grown at the end)")
      .one_of({"network", "boosted"})
      .shows_default();
  command.add_option("--bits", options.bits, "bits per feature, 1 to 8: 2^bits levels each")
      .shows_default();
  command.add_option("--levels", arguments.levels,
                     "levels of single features, NAME=L,...; 1 leaves the feature out");
  command
      .add_option("--packing", arguments.packing,
                  "bits (whole bits per code) or radix (mixed radix, a byte less at times)")
      .shows_default();
  command.add_option("--hidden", arguments.hidden, "hidden layers x units, or units,units,...")
      .shows_default();
  command.add_option("--epochs", options.epochs, "passes over the training rows").shows_default();
  command.add_option("--batch", options.batch_rows, "rows per step").shows_default();
  command.add_option("--lr", options.learning_rate, "learning rate of Adam").shows_default();
  command
      .add_option("--threshold-rate", options.threshold_rate_factor,
                  "learning rate of the thresholds, as a multiple of --lr")
      .shows_default();
  command.add_option("--dropout", options.dropout, "probability to drop a hidden unit")
      .shows_default();
  command
      .add_option("--schedule", arguments.schedule,
                  "how the temperature falls: exponential, linear, warmup, cosine, cyclical")
      .shows_default();
}

}  // namespace

void add_train(Command program) {
  auto arguments = std::make_shared<TrainArguments>();
  train::Options& options = arguments->options;
  options.threads = std::max(1U, std::thread::hardware_concurrency());
  Command command =
      program.add_command("train", "Learn thresholds and network together from a table");
  add_data_argument(command, arguments->table);
  command.add_option("--target", arguments->table.target,
                     "column to predict (may be left out where the data knows it)");
  command.add_option("--features", arguments->table.features, "columns to use, NAME,... (all)")
      .separated_by(',');
  command.add_option("--ignore", arguments->table.ignored, "columns to leave out, NAME,...")
      .separated_by(',');
  add_task_options(command, arguments->task);
  add_method_options(command, *arguments);
  command.add_option("--seed", options.seed, "split, initial weights, shuffling and dropout")
      .shows_default();
  command.add_option("--test-fraction", options.test_fraction, "part of the rows kept for the test")
      .shows_default();
  command.add_option("--threads", options.threads, "threads of one training (all cores)");
  command.add_option("-o,--output", arguments->output, "the model file to write").required();
  command.add_flag("--json", arguments->json, "machine-readable result on stdout");
  command.add_flag("--quiet", arguments->quiet, "no progress");
  command.runs([arguments, program] {
    arguments->command = program.as_typed();
    run_train(*arguments);
  });
}

}  // namespace terse::cli
