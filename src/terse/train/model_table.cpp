#include "terse/train/model_table.h"

#include <string>
#include <vector>

#include "terse/base/error.h"
#include "terse/data/row_columns.h"
#include "terse/train/interval_training.h"
#include "terse/train/model_columns.h"
#include "terse/train/reconstruction.h"
#include "terse/train/record.h"

namespace terse::train {
namespace {

// What the model's training knew of rows besides features and target, where the table has it.
void name_row_columns(const model::Model& model, const ModelColumns& columns,
                      data::Selection& selection, data::ReadOptions& reading) {
  selection.split_column = recorded_rule(model).column;
  selection.split_column_required = false;
  if (!selection.split_column.empty()) reading.text_columns.push_back(selection.split_column);
  selection.weight_column = columns.weight.empty() ? recorded_weight(model) : columns.weight;
  selection.weight_column_required = !columns.weight.empty();
}

// Labels matter only where they are compared. selection.target: of a single target.
void name_targets(const model::Model& model, bool interval, data::Selection& selection,
                  data::ReadOptions& reading) {
  std::vector<model::Target> targets = model.targets();
  if (interval) targets.resize(1);
  for (const model::Target& target : targets) {
    const bool own_name = targets.size() > 1;
    const std::string name = own_name ? target.name : selection.target;
    const std::vector<std::string> labels(target.labels().begin(), target.labels().end());
    if (!labels.empty()) reading.text_columns.push_back(name);
    if (!reading.target.empty()) {
      reading.further_targets.push_back(name);
      selection.further_targets.push_back({name, !labels.empty(), labels});
    } else {
      reading.target = name;
      selection.target = name;
      selection.target_is_class = !labels.empty();
      selection.known_classes = labels;
    }
    if (model.several() && target.origin != 0.0) reading.origins.push_back({name, target.origin});
  }
}

}  // namespace

data::Table model_table(const model::Model& model, const FrameReader& reader,
                        data::ReadOptions reading, const ModelColumns& columns) {
  const bool target_required = columns.target_required;
  data::Selection selection;
  const bool readings = gives_back_readings(model);
  const bool interval = recorded_interval(model) > 0.0;
  if ((readings || (model.several() && !interval)) && !columns.target.empty()) {
    throw base::OptionError("target", "",
                            readings ? "the model gives its readings back"
                                     : "the model has several targets, each under its own name",
                            "leave it out, and name the columns as the model does");
  }
  if (!readings) {
    const std::string own = interval ? model.targets().front().name : model.target_name;
    selection.target = columns.target.empty() ? own : columns.target;
  }
  selection.target_required = target_required && !readings;
  selection.constant_allowed = true;
  if (selection.target_required) name_targets(model, interval, selection, reading);
  if (target_required) name_row_columns(model, columns, selection, reading);
  name_features(model, selection, reading);
  if (model.target_origin != 0.0) {
    reading.origins.push_back({selection.target, model.target_origin});
  }
  data::Frame frame = reader(reading);
  make_date_parts(model, frame);
  data::Table table = data::select(frame, selection);
  if (target_required && readings) target_the_readings(table);
  if (target_required && interval) add_interval_targets(table);
  data::add_row_columns(frame, selection, table);
  return table;
}

}  // namespace terse::train
