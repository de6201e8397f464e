#include "terse/cli/table_options.h"

#include "terse/data/frame.h"

namespace terse::cli {

void add_data_argument(Command command, TableOptions& options) {
  command
      .add_option("DATA", options.data,
                  "FILE.csv[.gz], FILE.arff[.gz], fried[:rows[:seed]] or openml:ID")
      .required();
  command.add_flag("--no-header", options.no_header,
                   "the CSV has no header; its columns are c1, c2, ...");
}

data::Table read_table_for(const model::Model& model, const TableOptions& options,
                           bool target_required) {
  data::ReadOptions reading = {.header = !options.no_header};
  data::Selection selection;
  selection.target = options.target.empty() ? model.target_name : options.target;
  selection.target_required = target_required;
  selection.constant_allowed = true;
  const std::vector<bool> sent = model.sent();
  for (std::size_t f = 0; f < model.features.size(); ++f) {
    const model::Feature& feature = model.features[f];
    selection.features.push_back(feature.name);
    // What is not sent need not be known.
    if (feature.missing_level || !sent[f]) {
      selection.gap_features.push_back(feature.name);
    }
    if (feature.categories.empty()) continue;
    selection.categorical.push_back({feature.name, feature.categories, feature.unseen_level});
    reading.text_columns.push_back(feature.name);
  }
  // Labels matter only where they are compared.
  if (const auto* classes = std::get_if<model::Classes>(&model.output);
      target_required && classes != nullptr) {
    selection.target_is_class = true;
    selection.known_classes = classes->labels;
    reading.text_columns.push_back(selection.target);
  }
  return data::select(data::read_frame(options.data, reading), selection);
}

}  // namespace terse::cli
