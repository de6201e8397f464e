// terse allocate: the best model whose messages fit so many bytes.
#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "terse/allocate/allocate.h"
#include "terse/cli/commands.h"
#include "terse/cli/output.h"
#include "terse/cli/summary.h"
#include "terse/cli/table_options.h"
#include "terse/cli/task_options.h"
#include "terse/cli/terminal.h"
#include "terse/data/split.h"
#include "terse/model/file.h"
#include "terse/train/evaluate.h"

namespace terse::cli {
namespace {

struct AllocateArguments {
  TableOptions table;
  train::Options training;
  allocate::AllocateOptions options;
  std::string hidden = "5x128";
  std::string decoder = "network";
  std::string output;
  std::string command;
  bool json = false;
  bool quiet = false;
};

nlohmann::ordered_json curve_json(const std::vector<allocate::CurvePoint>& curve) {
  auto json = nlohmann::ordered_json::array();
  for (const allocate::CurvePoint& point : curve) {
    json.push_back({{"bits", point.bits},
                    {"validation_mse", point.validation_loss},
                    {"levels", point.levels}});
  }
  return json;
}

void print_result(const AllocateArguments& arguments, const allocate::Allocation& allocation,
                  std::size_t test_rows) {
  const model::Model& model = allocation.model;
  if (arguments.json) {
    nlohmann::ordered_json json = summary_json(model);
    json["model"] = arguments.output;
    json["curve"] = curve_json(allocation.curve);
    fmt::print("{}\n", json.dump(2));
    return;
  }
  fmt::print("{}\n", message_line(model));
  const auto levels = model.levels();
  for (std::size_t f = 0; f < levels.size(); ++f) {
    if (levels[f] > 1) fmt::print("  {}: {} levels\n", model.features[f].name, levels[f]);
  }
  fmt::print("test part ({} rows): {}\nsaved {}\n", test_rows, metrics_line(model.record.metrics),
             arguments.output);
}

void run_allocate(AllocateArguments& arguments) {
  train::Options& training = arguments.training;
  training.hidden = train::parse_hidden(arguments.hidden);
  if (arguments.decoder == "boosted") training.decoder = train::Decoder::boosted;
  require_writable(arguments.output);
  const data::Table table = read_training_table(arguments.table);
  const data::Split split = split_table(table, training.test_fraction, training.seed);
  train::Observer observer;
  observer.stop = &stop_request();
  const auto start = std::chrono::steady_clock::now();
  allocate::Allocation allocation =
      allocate::allocate(table, split.train, training, arguments.options, observer,
                         [&](const allocate::CurvePoint& point) {
                           if (arguments.quiet) return;
                           fmt::print(stderr, "{:6.1f} bits: MSE {:.4f} on validation rows\n",
                                      point.bits, point.validation_loss);
                         });
  model::Model& model = allocation.model;
  model.record.train_seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  model.record.command = arguments.command;
  model.record.data_hash = data::content_hash(table);
  const auto& rows = split.test.empty() ? split.train : split.test;
  model.record.metrics = train::evaluate(model, table, rows).named();
  model::write_file(model, arguments.output);
  print_result(arguments, allocation, rows.size());
}

}  // namespace

void add_allocate(CLI::App& program) {
  auto arguments = std::make_shared<AllocateArguments>();
  train::Options& training = arguments->training;
  training.threads = std::max(1U, std::thread::hardware_concurrency());
  CLI::App& command = *program.add_subcommand(
      "allocate", "Choose features and levels so that a message fits, and train the model");
  add_data_argument(command, arguments->table);
  command.add_option("--target", arguments->table.target,
                     "column to predict (may be left out where the data knows it)");
  command.add_option("--features", arguments->table.features, "columns to use, NAME,... (all)")
      ->delimiter(',');
  command.add_option("--ignore", arguments->table.ignored, "columns to leave out, NAME,...")
      ->delimiter(',');
  command.add_option("--payload", arguments->options.payload_bytes, "bytes a message may have")
      ->required();
  command.add_option("--bits", training.bits, "bits per feature to start from")
      ->capture_default_str();
  command.add_option("--hidden", arguments->hidden, "hidden layers x units")->capture_default_str();
  command.add_option("--decoder", arguments->decoder, "who predicts from the codes")
      ->check(CLI::IsMember({"network", "boosted"}))
      ->capture_default_str();
  command.add_option("--epochs", training.epochs, "of the first training")->capture_default_str();
  command.add_option("--lr", training.learning_rate, "learning rate of Adam")
      ->capture_default_str();
  command.add_option("--dropout", training.dropout, "probability to drop a hidden unit")
      ->capture_default_str();
  command.add_option("--seed", training.seed, "split, initial weights, shuffling and dropout")
      ->capture_default_str();
  command
      .add_option("--test-fraction", training.test_fraction, "part of the rows kept for the test")
      ->capture_default_str();
  command.add_option("--threads", training.threads, "threads (all cores)");
  command.add_option("-o,--output", arguments->output, "the model file to write")->required();
  command.add_flag("--json", arguments->json, "machine-readable result on stdout");
  command.add_flag("--quiet", arguments->quiet, "no progress");
  command.callback([arguments, &program] {
    arguments->command = command_line(program);
    run_allocate(*arguments);
  });
}

}  // namespace terse::cli
