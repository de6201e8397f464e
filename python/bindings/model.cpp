#include "model.h"

#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>
#include <nanobind/stl/vector.h>

#include "arrays.h"
#include "terse/base/error.h"
#include "terse/base/overloaded.h"
#include "terse/model/encoder.h"
#include "terse/model/file.h"
#include "terse/model/messages.h"
#include "terse/model/predictor.h"
#include "terse/train/metrics.h"
#include "terse/train/model_table.h"
#include "terse/train/record.h"

namespace nb = nanobind;

namespace terse::python {
namespace {

using Bytes = nb::ndarray<const std::uint8_t, nb::ndim<2>, nb::c_contig, nb::device::cpu>;

nb::object predictions_of(const HeldModel& model, std::vector<float> outputs, std::size_t rows) {
  return numpy_array(std::move(outputs), {rows, model->outputs()});
}

void require_columns(const HeldModel& model, std::size_t columns, const char* what) {
  if (columns == model->features.size()) return;
  throw base::InputError(what, "", "there are " + std::to_string(columns) + " columns",
                         "the model has " + std::to_string(model->features.size()) + " features");
}

// Of rows that the caller does not know to be clean.
void require_readings(const HeldModel& model, const Rows<float>& readings) {
  require_columns(model, readings.shape(1), "readings");
  const model::Encoder encoder(*model);
  const base::ConstMatrixView view = view_of(readings);
  for (std::size_t row = 0; row < view.rows; ++row) {
    if (encoder.takes(view.row(row))) continue;
    throw base::InputError("readings", "row " + std::to_string(row + 1),
                           "a reading is missing, not finite, or not a category of the model", "");
  }
}

nb::object predict(const HeldModel& model, const Rows<float>& readings) {
  std::vector<float> outputs(readings.shape(0) * model->outputs());
  {
    const nb::gil_scoped_release unlocked;
    require_readings(model, readings);
    model::Predictor(*model).predict(view_of(readings), outputs);
  }
  return predictions_of(model, std::move(outputs), readings.shape(0));
}

nb::object encode(const HeldModel& model, const Rows<float>& readings) {
  std::vector<std::uint8_t> payloads;
  {
    const nb::gil_scoped_release unlocked;
    require_readings(model, readings);
    payloads = model::messages_of(*model, view_of(readings));
  }
  return numpy_array(std::move(payloads), {readings.shape(0), model->payload_bytes()});
}

nb::object codes(const HeldModel& model, const Rows<float>& readings) {
  if (model->full_precision()) {
    throw base::InputError("model", "", "full precision has no codes", "train with `method` bw-sq");
  }
  std::vector<std::uint8_t> result(readings.shape(0) * readings.shape(1));
  {
    const nb::gil_scoped_release unlocked;
    require_readings(model, readings);
    model::Encoder(*model).encode(view_of(readings), result);
  }
  return numpy_array(std::move(result), {readings.shape(0), readings.shape(1)});
}

model::MessageContent content(const HeldModel& model, const Bytes& payloads) {
  const std::size_t bytes = model->payload_bytes();
  if (bytes == 0) {
    throw base::InputError("model", "", "this model sends no feature: there is nothing to decode",
                           "train with more levels");
  }
  if (payloads.shape(1) != bytes) {
    throw base::InputError("payloads", "",
                           "they have " + std::to_string(payloads.shape(1)) + " bytes each",
                           "those of this model have " + std::to_string(bytes));
  }
  return model::content_of(*model, {payloads.data(), payloads.size()}, payloads.shape(0),
                           "payloads");
}

nb::object decode(const HeldModel& model, const Bytes& payloads) {
  model::MessageContent numbers;
  {
    const nb::gil_scoped_release unlocked;
    numbers = content(model, payloads);
  }
  const std::vector<std::size_t> shape = {payloads.shape(0), model->features.size()};
  return std::visit(
      base::Overloaded{
          [&](std::vector<quantize::Code>& own) { return numpy_array(std::move(own), shape); },
          [&](base::Matrix& readings) { return numpy_array(std::move(readings)); }},
      numbers);
}

nb::object predict_payloads(const HeldModel& model, const Bytes& payloads) {
  const std::size_t rows = payloads.shape(0);
  std::vector<float> outputs(rows * model->outputs());
  {
    const nb::gil_scoped_release unlocked;
    const model::MessageContent numbers = content(model, payloads);
    model::Predictor predictor(*model);
    std::visit(base::Overloaded{
                   [&](const std::vector<quantize::Code>& own) {
                     predictor.predict_codes(own, rows, outputs);
                   },
                   [&](const base::Matrix& readings) { predictor.predict(readings, outputs); }},
               numbers);
  }
  return predictions_of(model, std::move(outputs), rows);
}

nb::object predict_codes(const HeldModel& model, const Bytes& own) {
  if (model->full_precision()) {
    throw base::InputError("model", "", "full precision has no codes", "use predict()");
  }
  require_columns(model, own.shape(1), "codes");
  std::vector<float> outputs(own.shape(0) * model->outputs());
  {
    const nb::gil_scoped_release unlocked;
    const std::vector<std::size_t> levels = model->levels();
    for (std::size_t i = 0; i < own.size(); ++i) {
      const std::size_t feature = i % levels.size();
      if (own.data()[i] < levels[feature]) continue;
      throw base::InputError("codes", "row " + std::to_string(i / levels.size() + 1),
                             "a code of feature " + std::to_string(feature + 1) +
                                 " is not below its " + std::to_string(levels[feature]) + " levels",
                             "");
    }
    model::Predictor(*model).predict_codes({own.data(), own.size()}, own.shape(0), outputs);
  }
  return predictions_of(model, std::move(outputs), own.shape(0));
}

// The model's features of any columns, in its order; categories as their index.
nb::object readings(const HeldModel& model, const Columns& columns) {
  data::Table table;
  {
    const nb::gil_scoped_release unlocked;
    table = train::model_table(*model, columns.reader(), {}, {});
  }
  return numpy_array(std::move(table.features));
}

nb::dict figures(const train::Metrics& metrics, std::span<const std::string> labels) {
  nb::dict result;
  result["rows"] = metrics.rows;
  for (const auto& [name, value] : metrics.named()) result[name.c_str()] = value;
  if (!metrics.classification) return result;
  for (const auto& [name, value] : metrics.more()) result[name.c_str()] = value;
  nb::dict classes;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const train::OneClass& one = metrics.classes.of_class[i];
    nb::dict entry;
    entry["rows"] = one.rows;
    entry["predicted"] = one.predicted;
    entry["precision"] = one.precision;
    entry["recall"] = one.recall;
    entry["f1"] = one.f1;
    classes[labels[i].c_str()] = entry;
  }
  result["classes"] = classes;
  result["confusion"] = metrics.classes.confusion;
  return result;
}

std::vector<std::uint32_t> rows_of(const HeldModel& model, const data::Table& table,
                                   const std::string& part) {
  if (part == "all") return train::all_rows(table);
  const auto split =
      train::is_own_table(*model, table) ? train::recorded_split(*model, table) : std::nullopt;
  if (!split) {
    throw base::InputError("part", "", "this table is not the one the model was trained on",
                           "leave it out to evaluate on all rows");
  }
  const auto& rows = part == "test" ? split->test : split->train;
  if (rows.empty()) {
    throw base::InputError("part", "", "the model was trained without a test part", "leave it out");
  }
  return rows;
}

nb::dict evaluate(const HeldModel& model, const Columns& columns, const std::string& target,
                  const std::string& weight, const std::string& part,
                  std::optional<double> decision_threshold) {
  train::Metrics metrics;
  {
    const nb::gil_scoped_release unlocked;
    const data::Table table =
        train::model_table(*model, columns.reader(), {}, {target, true, weight});
    metrics = train::evaluate(*model, table, rows_of(model, table, part), decision_threshold);
  }
  if (metrics.targets.empty()) return figures(metrics, model->labels());
  nb::dict result;
  result["rows"] = metrics.rows;
  result["loss"] = metrics.loss();
  nb::dict of_targets;
  const std::vector<model::Target> targets = model->targets();
  for (std::size_t t = 0; t < targets.size(); ++t) {
    of_targets[targets[t].name.c_str()] = figures(metrics.targets[t], targets[t].labels());
  }
  result["targets"] = of_targets;
  return result;
}

nb::dict feature_of(const HeldModel& model, std::size_t index, std::size_t levels) {
  const model::Feature& feature = model->features[index];
  const auto thresholds = model->thresholds.of(index);
  nb::dict entry;
  entry["name"] = feature.name;
  entry["unit"] = feature.unit;
  entry["levels"] = levels;
  entry["thresholds"] =
      numpy_array(std::vector<float>(thresholds.begin(), thresholds.end()), {thresholds.size()});
  entry["categories"] = feature.categories;
  entry["unseen_level"] = feature.unseen_level;
  entry["missing_level"] = feature.missing_level;
  entry["origin"] = feature.origin;
  entry["mean"] = feature.mean;
  entry["deviation"] = feature.deviation;
  return entry;
}

}  // namespace

nb::dict description_of(const HeldModel& model) {
  nb::dict result;
  result["task"] = model->several()          ? "several"
                   : model->labels().empty() ? "regression"
                                             : "classification";
  result["method"] = std::string(quantize::id(model->method));
  result["decoder"] = std::string(model::decoder::name(model->decoder));
  result["payload_bits"] = model->payload_bits();
  result["payload_bytes"] = model->payload_bytes();
  result["compression"] = model->compression();
  result["packing"] = model->packing == payload::Packing::bits ? "bits" : "radix";
  result["full_precision"] = model->full_precision();
  result["plain"] = model->plain() && !model->has_origins();
  result["target"] = model->target_name;
  result["target_origin"] = model->target_origin;
  const auto labels = model->labels();
  result["classes"] = std::vector<std::string>(labels.begin(), labels.end());
  nb::list targets;
  for (const model::Target& target : model->targets()) {
    nb::dict own;
    own["name"] = target.name;
    own["unit"] = target.unit;
    own["origin"] = target.origin;
    own["weight"] = target.weight;
    own["classes"] = std::vector<std::string>(target.labels().begin(), target.labels().end());
    targets.append(own);
  }
  result["targets"] = targets;
  nb::list features;
  const auto levels = model->levels();
  for (std::size_t f = 0; f < model->features.size(); ++f) {
    features.append(feature_of(model, f, levels[f]));
  }
  result["features"] = features;
  const model::TrainingRecord& record = model->record;
  nb::dict metrics;
  for (const auto& [name, value] : record.metrics) metrics[name.c_str()] = value;
  result["metrics"] = metrics;
  nb::dict settings;
  for (const auto& [name, value] : record.settings) settings[name.c_str()] = value;
  result["settings"] = settings;
  result["command"] = record.command;
  result["data"] = record.data;
  result["data_hash"] = record.data_hash;
  result["seed"] = record.seed;
  result["train_seconds"] = record.train_seconds;
  return result;
}

void bind_model(nb::module_& module) {
  nb::class_<HeldModel> model(module, "Model", "A trained model, which nothing changes.");
  model
      .def_static(
          "load",
          [](const std::string& path) {
            const nb::gil_scoped_release unlocked;
            return HeldModel(model::read_file(path));
          },
          nb::arg("path"), "Read a .terse file.")
      .def_static(
          "from_bytes",
          [](const nb::bytes& bytes) {
            const auto* first = static_cast<const std::uint8_t*>(bytes.data());
            return HeldModel(model::from_bytes({first, bytes.size()}, "bytes"));
          },
          nb::arg("bytes"), "Read the bytes of a .terse file.")
      .def(
          "to_bytes",
          [](const HeldModel& own) {
            const std::vector<std::uint8_t> bytes = model::to_bytes(*own);
            return nb::bytes(bytes.data(), bytes.size());
          },
          "The bytes of the .terse file.")
      .def(
          "save",
          [](const HeldModel& own, const std::string& path) { model::write_file(*own, path); },
          nb::arg("path"), "Write the .terse file.")
      .def("description", &description_of, "What the model is, as a dict.")
      .def("readings", &readings, nb::arg("columns"),
           "float32, rows x features: the model's features of the columns.")
      .def("predict", &predict, nb::arg("readings").noconvert(), "float32, rows x outputs.")
      .def("encode", &encode, nb::arg("readings").noconvert(), "uint8, rows x payload bytes.")
      .def("codes", &codes, nb::arg("readings").noconvert(), "uint8, rows x features.")
      .def("decode", &decode, nb::arg("payloads").noconvert(),
           "Codes (uint8) or, in full precision, readings (float32), rows x features.")
      .def("predict_payloads", &predict_payloads, nb::arg("payloads").noconvert(),
           "float32, rows x outputs.")
      .def("predict_codes", &predict_codes, nb::arg("codes").noconvert(),
           "float32, rows x outputs.")
      .def("evaluate", &evaluate, nb::arg("columns"), nb::arg("target"), nb::arg("weight"),
           nb::arg("part"), nb::arg("decision_threshold").none(), "Figures as a dict.");
  bind_export(model);
}

}  // namespace terse::python
