#include "terse/train/model_table.h"

#include <variant>

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

}  // namespace

data::Table model_table(const model::Model& model, const FrameReader& reader,
                        data::ReadOptions reading, const ModelColumns& columns) {
  const bool target_required = columns.target_required;
  data::Selection selection;
  selection.target = columns.target.empty() ? model.target_name : columns.target;
  selection.target_required = target_required;
  selection.constant_allowed = true;
  if (target_required) reading.target = selection.target;
  if (target_required) name_row_columns(model, columns, selection, reading);
  name_features(model, selection, reading);
  if (model.target_origin != 0.0) {
    reading.origins.push_back({selection.target, model.target_origin});
  }
  // Labels matter only where they are compared.
  if (const auto* classes = std::get_if<model::Classes>(&model.output);
      target_required && classes != nullptr) {
    selection.target_is_class = true;
    selection.known_classes = classes->labels;
    reading.text_columns.push_back(selection.target);
  }
  data::Frame frame = reader(reading);
  make_date_parts(model, frame);
  data::Table table = data::select(frame, selection);
  data::add_row_columns(frame, selection, table);
  return table;
}

}  // namespace terse::train
