// terse replay: what a server stored, as CSV; with a new model also what that would have predicted.
#include <fmt/core.h>

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "terse/base/error.h"
#include "terse/cli/commands.h"
#include "terse/cli/output.h"
#include "terse/cli/prediction_text.h"
#include "terse/model/file.h"
#include "terse/serve/core/named_predictions.h"
#include "terse/serve/core/replay.h"
#include "terse/serve/store/open_store.h"
#include "terse/text/csv.h"
#include "terse/text/hex.h"

namespace terse::cli {
namespace {

struct ReplayArguments {
  std::string store;
  std::string before;
  std::string model;
  std::string name;
  std::string output;
  bool json = false;
};

struct Count {
  std::size_t messages = 0;
  std::size_t passed_over = 0;  ///< not payloads of the old model
  bool exact = true;
};

std::string fields_of(const serve::store::Row& row) {
  const auto names = serve::core::json_of_names(row.label);
  const std::string prediction = names               ? text::csv_foreign_field(*names)
                                 : row.label.empty() ? fmt::format("{}", row.prediction)
                                                     : text::csv_foreign_field(row.label);
  return fmt::format("{},{},{},{},{},{},{}", text::csv_foreign_field(row.device),
                     text::csv_foreign_field(row.model), row.version,
                     text::csv_foreign_field(row.key.value_or("")), row.received_ms,
                     text::to_hex(row.payload), prediction);
}

Count replay(const ReplayArguments& arguments, serve::store::Store& store, Output& output) {
  Count count;
  std::unique_ptr<serve::core::Replay> again;
  model::Model now;
  std::string header = "device,model,version,key,received_ms,payload,prediction";
  if (!arguments.model.empty()) {
    now = model::read_file(arguments.model);
    model::require_decoder(now, arguments.model);
    again = std::make_unique<serve::core::Replay>(model::read_file(arguments.before), now);
    count.exact = again->exact();
    header += ",new " + prediction_header(now);
  }
  output.write(header + "\n");
  store.for_each([&](const serve::store::Row& row) {
    if (!arguments.name.empty() && row.model != arguments.name) return;
    std::string line = fields_of(row);
    if (again != nullptr) {
      const auto outputs = again->predict(row.payload);
      if (!outputs) {
        ++count.passed_over;
        return;
      }
      line += "," + prediction_fields(now, *outputs);
    }
    ++count.messages;
    output.write(line + "\n");
  });
  return count;
}

void run_replay(const ReplayArguments& arguments) {
  const bool is_file = arguments.store.find("://") == std::string::npos;
  if (is_file && !std::filesystem::exists(arguments.store)) {
    throw base::InputError(arguments.store, "", "there is no such store",
                           "name the file or the address that terse serve --store was given");
  }
  const auto store = serve::store::open_store(arguments.store);
  Output output(arguments.output);
  const Count count = replay(arguments, *store, output);
  output.finish();
  if (arguments.json && !output.to_stdout()) {
    const nlohmann::ordered_json json = {
        {"messages", count.messages}, {"passed_over", count.passed_over}, {"exact", count.exact}};
    fmt::print("{}\n", json.dump());
  }
  if (!count.exact) {
    fmt::print(stderr,
               "terse: the thresholds differ: the new model got the middle of each old code\n");
  }
  if (count.passed_over > 0) {
    fmt::print(stderr, "terse: skipped {} messages that are not messages of {}\n",
               count.passed_over, arguments.before);
  }
}

}  // namespace

void add_replay(Command program) {
  auto arguments = std::make_shared<ReplayArguments>();
  Command command = program.add_command(
      "replay", "Write a server's history as CSV, with new predictions if wanted");
  command.add_option("STORE", arguments->store, "SQLite file, or postgresql://...").required();
  Option model =
      command.add_option("--model", arguments->model, "predict every message with this model too");
  Option before = command.add_option("--before", arguments->before,
                                     "the model that the messages were made for");
  model.needs(before);
  before.needs(model);
  command.add_option("--name", arguments->name, "only messages of the model served as NAME");
  command.add_option("-o,--output", arguments->output, "CSV file (stdout)").is_written();
  command.add_flag("--json", arguments->json, "with -o: print the counts as JSON");
  command.runs([arguments] { run_replay(*arguments); });
}

}  // namespace terse::cli
