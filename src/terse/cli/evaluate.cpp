// terse evaluate: metrics of a model, with the hard codes a device would send, on a table.
#include <fmt/core.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "terse/base/error.h"
#include "terse/cli/class_report.h"
#include "terse/cli/commands.h"
#include "terse/cli/prediction_text.h"
#include "terse/cli/reading_report.h"
#include "terse/cli/recorded_split.h"
#include "terse/cli/summary.h"
#include "terse/cli/task_options.h"
#include "terse/data/split_rule.h"
#include "terse/model/file.h"
#include "terse/text/quoting.h"
#include "terse/train/metrics.h"
#include "terse/train/record.h"
#include "terse/train/without_each.h"

namespace terse::cli {
namespace {

struct EvaluateArguments {
  std::string model;
  TableOptions table;
  std::string part = "all";
  std::optional<double> decision_threshold;
  std::string split_file;
  bool without_each = false;
  bool json = false;
};

std::vector<std::uint32_t> rows_of_part(const EvaluateArguments& arguments,
                                        const model::Model& model, const data::Table& table) {
  if (arguments.part == "all") return train::all_rows(table);
  const std::string& column = train::recorded_rule(model).column;
  if (!column.empty() && table.split_labels.of_row.empty()) {
    throw base::InputError(
        table.source, "",
        "there is no column " + text::in_quotes(column) + ", by which the model's rows were split",
        "leave --part out to evaluate on all rows");
  }
  if (!train::is_own_table(model, table)) {
    throw base::InputError("--part", "", "this table is not the one the model was trained on",
                           "leave --part out to evaluate on all rows");
  }
  auto split = train::recorded_split(model, table);
  if (!split) {
    throw base::InputError(
        arguments.model, "",
        train::recorded_copies(model) == data::Copies::apart
            ? "the model does not record its test part"
            : "its test part was drawn by copies in columns that the model does not use",
        "leave --part out");
  }
  auto rows = arguments.part == "test" ? std::move(split->test) : std::move(split->train);
  if (rows.empty()) {
    throw base::InputError("--part", "", "the model was trained without a test part",
                           "use --part all");
  }
  return rows;
}

std::string part_text(const std::string& part, const data::SplitRule& rule) {
  return rule.kind == data::SplitKind::random
             ? ""
             : fmt::format(" ({} part, {})", part, data::text_of(rule));
}

nlohmann::ordered_json without_json(const model::Model& model,
                                    const std::vector<train::WithoutFeature>& without) {
  auto list = nlohmann::ordered_json::array();
  for (const train::WithoutFeature& entry : without) {
    nlohmann::ordered_json json = {{"feature", model.features[entry.feature].name},
                                   {"sent_instead", train::name(entry.substitute)}};
    if (entry.substitute != train::Substitute::nothing) {
      add_metrics(entry.metrics.named(), json);
    }
    list.push_back(std::move(json));
  }
  return list;
}

void print_without(const model::Model& model, const std::vector<train::WithoutFeature>& without,
                   const train::Metrics& all) {
  std::size_t width = 7;
  for (const model::Feature& feature : model.features) {
    width = std::max(width, text::printable(feature.name).size());
  }
  const std::string_view loss = loss_name(all);
  fmt::print("\nwithout a reading of one feature ({} with all: {:.4f})\n", loss, all.loss());
  fmt::print("{:<{}}  sent instead   {:>8}  difference\n", "feature", width, loss);
  for (const train::WithoutFeature& entry : without) {
    const std::string name = text::printable(model.features[entry.feature].name);
    if (entry.substitute == train::Substitute::nothing) {
      fmt::print("{:<{}}  {:<13}  {:>8}  {:>10}\n", name, width, "nothing fits", "-", "-");
      continue;
    }
    const double value = entry.metrics.loss();
    fmt::print("{:<{}}  {:<13}  {:>8.4f}  {:>+10.4f}\n", name, width, train::name(entry.substitute),
               value, value - all.loss());
  }
}

// Of the table that the model was made from.
void write_recorded_split(const EvaluateArguments& arguments, const model::Model& model,
                          const data::Table& table) {
  const auto split =
      train::is_own_table(model, table) ? train::recorded_split(model, table) : std::nullopt;
  if (!split) {
    throw base::InputError("--write-split", "",
                           "the model does not say how the rows of this table were split",
                           "give the table it was trained on, with the column of its split");
  }
  write_split(arguments.split_file, table, train::recorded_rule(model), *split);
}

void run_evaluate(const EvaluateArguments& arguments) {
  const model::Model model = model::read_file(arguments.model);
  model::require_decoder(model, arguments.model);
  const data::Table table = read_table_for(model, arguments.table, true);
  const auto rows = rows_of_part(arguments, model, table);
  if (!arguments.split_file.empty()) write_recorded_split(arguments, model, table);
  const train::Metrics metrics = train::evaluate(model, table, rows, arguments.decision_threshold);
  const bool weights_missing = !train::recorded_weight(model).empty() && table.weights.empty();
  if (weights_missing) {
    fmt::print(stderr, "note: there is no column {} of weights here: every row counts the same\n",
               text::in_quotes(train::recorded_weight(model)));
  }
  std::vector<train::WithoutFeature> without;
  if (arguments.without_each) without = train::evaluate_without_each(model, table, rows);
  const bool whole = arguments.part == "all";
  const std::vector<model::Target> targets = model.targets();
  if (arguments.json) {
    nlohmann::ordered_json json;
    json["rows"] = metrics.rows;
    if (!whole) json["split"] = data::text_of(train::recorded_rule(model));
    add_metrics(metrics.named(), json);
    if (metrics.classification) add_class_json(model.labels(), metrics, json);
    for (std::size_t t = 0; t < metrics.targets.size(); ++t) {
      const train::Metrics& own = metrics.targets[t];
      if (own.classification) {
        add_class_json(targets[t].labels(), own, json["targets"][own.target]);
      }
    }
    json["payload_bits"] = model.payload_bits();
    json["payload_bytes"] = model.payload_bytes();
    if (arguments.without_each) json["without_each"] = without_json(model, without);
    fmt::print("{}\n", json.dump(2));
    return;
  }
  fmt::print("{}\n", message_line(model));
  const std::string figures = reading_report(model, metrics.named());
  fmt::print("{} rows{}: {}\n", metrics.rows,
             whole ? "" : part_text(arguments.part, train::recorded_rule(model)),
             figures.empty() ? metrics_line(metrics.named()) : figures);
  if (metrics.classification) {
    print_classes(model, model.labels(), metrics, arguments.decision_threshold);
  }
  for (std::size_t t = 0; t < metrics.targets.size(); ++t) {
    if (!metrics.targets[t].classification) continue;
    fmt::print("\n{}\n", text::printable(targets[t].name));
    print_classes(model, targets[t].labels(), metrics.targets[t], {});
  }
  if (arguments.without_each) print_without(model, without, metrics);
}

}  // namespace

void add_evaluate(Command program) {
  auto arguments = std::make_shared<EvaluateArguments>();
  Command command = program.add_command(
      "evaluate", "Measure a model on a table, with the codes a device would send");
  command.add_option("MODEL", arguments->model, "a .terse file").required();
  add_data_argument(command, arguments->table);
  command.add_option("--target", arguments->table.target,
                     "column with the true values (the model's)");
  command
      .add_option("--part", arguments->part,
                  "all, or the test or train rows of the table the model was made from")
      .one_of({"all", "test", "train"})
      .shows_default();
  command.add_option("--weight", arguments->table.weight,
                     "column of the rows' weights in the metrics (the model's, if it is there)");
  add_decision_threshold(command, arguments->decision_threshold);
  add_split_file_option(command, arguments->split_file);
  command.add_flag("--without-each", arguments->without_each,
                   "also the loss when each feature alone gives no reading");
  command.add_flag("--json", arguments->json, "machine-readable result on stdout");
  command.runs([arguments] { run_evaluate(*arguments); });
}

}  // namespace terse::cli
