// terse predict: readings in, one prediction per row out.
#include <fmt/core.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "terse/cli/commands.h"
#include "terse/cli/output.h"
#include "terse/cli/prediction_text.h"
#include "terse/cli/table_options.h"
#include "terse/model/file.h"
#include "terse/model/predictor.h"
#include "terse/train/metrics.h"

namespace terse::cli {
namespace {

struct PredictArguments {
  std::string model;
  TableOptions table;
  std::string output;
  std::optional<double> decision_threshold;
  bool json = false;
};

void run_predict(const PredictArguments& arguments) {
  const model::Model model = model::read_file(arguments.model);
  model::require_decoder(model, arguments.model);
  train::require_two_classes(model, arguments.decision_threshold);
  const data::Table table = read_table_for(model, arguments.table, false);
  const std::size_t outputs = model.outputs();
  std::vector<float> predictions(table.rows() * outputs);
  model::Predictor(model).predict(table.features, predictions);
  Output output(arguments.output);
  if (arguments.json && output.to_stdout()) {
    nlohmann::ordered_json json;
    add_predictions(model, predictions, arguments.decision_threshold, json);
    output.write(json.dump() + "\n");
  } else {
    output.write(prediction_header(model) + "\n");
    for (std::size_t row = 0; row < table.rows(); ++row) {
      const auto own = std::span<const float>(predictions).subspan(row * outputs, outputs);
      output.write(prediction_fields(model, own, arguments.decision_threshold) + "\n");
    }
  }
  output.finish();
  if (arguments.json && !output.to_stdout()) {
    fmt::print(
        "{}\n",
        nlohmann::ordered_json{{"rows", table.rows()}, {"output", arguments.output}}.dump(2));
  }
}

}  // namespace

void add_predict(Command program) {
  auto arguments = std::make_shared<PredictArguments>();
  Command command =
      program.add_command("predict", "Predict every row of a table, through the codes");
  command.add_option("MODEL", arguments->model, "a .terse file").required();
  add_data_argument(command, arguments->table);
  add_decision_threshold(command, arguments->decision_threshold);
  command.add_option("-o,--output", arguments->output, "CSV file to write (stdout)").is_written();
  command.add_flag("--json", arguments->json, "machine-readable result on stdout");
  command.runs([arguments] { run_predict(*arguments); });
}

}  // namespace terse::cli
