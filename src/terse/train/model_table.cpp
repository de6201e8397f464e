#include "terse/train/model_table.h"

#include <string>
#include <vector>

#include "terse/base/error.h"
#include "terse/data/row_columns.h"
#include "terse/train/model_columns.h"
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
void name_targets(const model::Model& model, data::Selection& selection,
                  data::ReadOptions& reading) {
  for (const model::Target& target : model.targets()) {
    const std::string name = model.several() ? target.name : selection.target;
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
  if (model.several() && !columns.target.empty()) {
    throw base::OptionError("target", "", "the model has several targets, each under its own name",
                            "leave it out, and name the columns as the model does");
  }
  selection.target = columns.target.empty() ? model.target_name : columns.target;
  selection.target_required = target_required;
  selection.constant_allowed = true;
  if (target_required) name_targets(model, selection, reading);
  if (target_required) name_row_columns(model, columns, selection, reading);
  name_features(model, selection, reading);
  if (model.target_origin != 0.0) {
    reading.origins.push_back({selection.target, model.target_origin});
  }
  data::Frame frame = reader(reading);
  make_date_parts(model, frame);
  data::Table table = data::select(frame, selection);
  data::add_row_columns(frame, selection, table);
  return table;
}

}  // namespace terse::train
