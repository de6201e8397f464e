#include "terse/model/metadata.h"

#include <fmt/core.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "terse/base/error.h"
#include "terse/base/overloaded.h"
#include "terse/model/document_fields.h"
#include "terse/model/forest.h"
#include "terse/text/json_check.h"
#include "terse/text/quoting.h"

namespace terse::model {
namespace {

using base::Overloaded;
using Json = nlohmann::ordered_json;

constexpr std::size_t features_max = 100'000;
constexpr std::size_t classes_max = 1000;
constexpr std::size_t outputs_max = 10'000;  // of all targets

double positive(const Fields& fields, const std::string& field) {
  const double value = fields.number(field);
  if (!(value > 0.0)) fields.refuse(field, "is not positive");
  return value;
}

/// Names that are not empty and differ.
std::vector<std::string> names(const Fields& fields, const std::string& field, std::size_t max) {
  const Json& array = fields.array(field);
  if (array.empty() || array.size() > max) {
    fields.refuse(field, fmt::format("has {} entries, not 1 to {}", array.size(), max));
  }
  std::vector<std::string> result;
  std::set<std::string> different;
  for (const Json& name : array) {
    if (!name.is_string()) fields.refuse(field, "holds something other than a string");
    result.push_back(name.get<std::string>());
    if (!different.insert(result.back()).second) {
      fields.refuse(field, "has " + text::in_quotes(result.back()) + " twice");
    }
  }
  return result;
}

// What version 2 added: absent means none.
void read_special_levels(const Fields& fields, Feature& feature) {
  const auto flag = [&](const std::string& name) {
    if (!fields.has(name)) return false;
    if (!fields.get(name).is_boolean()) fields.refuse(name, "is not true or false");
    return fields.get(name).get<bool>();
  };
  if (fields.has("categories")) {
    feature.categories = names(fields, "categories", quantize::levels_max);
  }
  feature.unseen_level = flag("unseen");
  feature.missing_level = flag("missing");
  if (feature.unseen_level && feature.categories.empty()) {
    fields.refuse("unseen", "is true although there are no categories");
  }
}

// How many of the levels thresholds make, less one.
std::size_t threshold_count(const Fields& fields, const Feature& feature, quantize::Method method) {
  const std::uint64_t levels = fields.integer("levels", 1, quantize::levels_max);
  if (quantize::full_precision(method)) {
    if (levels > 1) {
      fields.refuse("levels",
                    fmt::format("is not 1 although the method is {}", quantize::id(method)));
    }
    return 0;
  }
  const std::size_t special = feature.special_levels();
  if (!feature.categories.empty()) {
    if (levels != special) {
      fields.refuse("levels", fmt::format("is {}, but the categories make {}", levels, special));
    }
    return 0;
  }
  if (levels <= special) fields.refuse("levels", "leaves no level for the readings");
  return levels - 1 - special;
}

// Absent in files of programs that did not count, and in full precision.
std::vector<std::uint64_t> read_code_rows(const Fields& fields, std::size_t levels) {
  constexpr std::uint64_t rows_max = 1ULL << 48;
  std::vector<std::uint64_t> rows;
  if (!fields.has("code_rows")) return rows;
  for (const Json& count : fields.array("code_rows")) {
    if (!count.is_number_unsigned() || count.get<std::uint64_t>() > rows_max) {
      fields.refuse("code_rows", "holds something other than a number of rows");
    }
    rows.push_back(count.get<std::uint64_t>());
  }
  if (rows.size() != levels) {
    fields.refuse("code_rows", fmt::format("has {} numbers for {} levels", rows.size(), levels));
  }
  return rows;
}

// What version 4 added: absent means that the mean and the deviation scale the feature.
void read_scale(const Fields& fields, const Model& model, Feature& feature) {
  constexpr std::size_t knots_max = 1024;
  if (!fields.has("scale")) return;
  if (!model.full_precision() || !feature.categories.empty()) {
    fields.refuse("scale", "is given although no reading is scaled");
  }
  const Json& knots = fields.array("scale");
  if (knots.size() < 2 || knots.size() > knots_max) {
    fields.refuse("scale", fmt::format("has {} knots, not 2 to {}", knots.size(), knots_max));
  }
  for (const Json& knot : knots) {
    const bool pair =
        knot.is_array() && knot.size() == 2 && knot[0].is_number() && knot[1].is_number();
    if (!pair) fields.refuse("scale", "holds something other than pairs of numbers");
    const auto given = knot[0].get<double>();
    const auto reading = static_cast<float>(given);
    const auto value = knot[1].get<double>();
    if (static_cast<double>(reading) != given || !std::isfinite(reading) ||
        !(std::abs(value) < 1e30)) {
      fields.refuse("scale", "holds a knot that is not a float32 reading and a value");
    }
    const std::vector<quantize::Knot>& before = feature.scale.knots;
    if (!before.empty() && (!(before.back().reading < reading) || before.back().value > value)) {
      fields.refuse("scale", "is not ascending");
    }
    feature.scale.knots.push_back({reading, value});
  }
}

// What version 7 added: the feature is computed of readings. Its numbers are in tensors.
void read_forest(const Fields& fields, const Model& model, Feature& feature) {
  if (!fields.has("forest")) return;
  if (model.full_precision() || !feature.plain() || feature.origin != 0.0) {
    fields.refuse("forest", "is given although the feature cannot be computed");
  }
  const Fields given = fields.object("forest");
  Forest forest;
  forest.depth = given.integer("depth", 1, forest_depth_max);
  const Json& inputs = given.array("inputs");
  if (inputs.empty() || inputs.size() > forest_inputs_max) {
    given.refuse("inputs",
                 fmt::format("has {} entries, not 1 to {}", inputs.size(), forest_inputs_max));
  }
  for (const Json& input : inputs) {
    // Whatever is computed comes after the readings.
    const bool known =
        input.is_number_unsigned() && input.get<std::uint64_t>() < model.features.size();
    const std::size_t index = known ? input.get<std::size_t>() : 0;
    if (!known || model.features[index].forest || !model.features[index].plain()) {
      given.refuse("inputs", "holds something other than the index of a reading");
    }
    forest.inputs.push_back({.feature = static_cast<std::uint32_t>(index)});
  }
  feature.forest = std::move(forest);
}

void read_features(const Fields& document, Model& model, const std::string& source) {
  const Json& features = document.array("features");
  if (features.empty() || features.size() > features_max) {
    document.refuse("features", fmt::format("has {} entries", features.size()));
  }
  std::set<std::string> names;
  for (std::size_t f = 0; f < features.size(); ++f) {
    const Fields fields(features[f], source, fmt::format("features[{}]", f));
    Feature feature{fields.text("name"), fields.text("unit"), fields.number("mean"),
                    positive(fields, "deviation")};
    if (feature.name.empty()) fields.refuse("name", "is empty");
    if (!names.insert(feature.name).second) fields.refuse("name", "appears twice");
    read_special_levels(fields, feature);
    if (fields.has("origin")) feature.origin = fields.number("origin");
    read_scale(fields, model, feature);
    read_forest(fields, model, feature);
    if (!feature.forest && model.readings() < model.features.size()) {
      fields.refuse("", "is a reading behind a computed feature");
    }
    const std::size_t thresholds = threshold_count(fields, feature, model.method);
    const std::size_t levels = fields.integer("levels", 1, quantize::levels_max);
    feature.code_rows = read_code_rows(fields, levels);
    model.features.push_back(std::move(feature));
    model.thresholds.offsets.push_back(model.thresholds.offsets.back() +
                                       static_cast<std::uint32_t>(thresholds));
  }
}

void read_record(const Fields& fields, TrainingRecord& record) {
  record.command = fields.text("command");
  record.data = fields.text("data");
  record.data_hash = fields.text("data_hash");
  record.seed = fields.integer("seed", 0, UINT64_MAX);
  record.train_seconds = fields.number("train_seconds");
  const Fields settings = fields.object("settings");
  for (const auto& [name, value] : settings.json().items()) {
    record.settings.emplace_back(name, settings.text(name));
  }
  const Fields metrics = fields.object("metrics");
  for (const auto& [name, value] : metrics.json().items()) {
    // A metric that was not a finite number when it was written.
    const bool undefined = value.is_null();
    record.metrics.emplace_back(name, undefined ? std::nan("") : metrics.number(name));
  }
}

// A name must come back as it was, or the columns of the next table would not be found.
void require_text(const std::string& name, const std::string& what) {
  const std::string written = Json(name).dump(-1, ' ', false, Json::error_handler_t::replace);
  if (Json::parse(written).get<std::string>() == name) return;
  throw base::InputError("model", what + " " + text::in_quotes(name), "is not UTF-8",
                         "give its `encoding`, or save the table as UTF-8");
}

// What version 4 added: absent means none.
Link link_of(const Fields& target) {
  if (!target.has("link")) return Link::identity;
  if (target.text("link") != "exp") target.refuse("link", "is not known");
  return Link::exponential;
}

Json target_json(const Target& target) {
  require_text(target.name, "target");
  Json json = {{"name", target.name}, {"unit", target.unit}};
  if (target.origin != 0.0) json["origin"] = target.origin;
  for (const std::string& name : target.labels()) require_text(name, "label");
  std::visit(Overloaded{[&](const Number& number) {
                          json["mean"] = number.mean;
                          json["deviation"] = number.deviation;
                          if (number.link == Link::exponential) json["link"] = "exp";
                        },
                        [&](const Classes& classes) { json["classes"] = classes.labels; }},
             target.output);
  return json;
}

Target read_target(const Fields& fields, bool classification) {
  Target target{fields.text("name"), fields.text("unit")};
  if (fields.has("origin")) target.origin = fields.number("origin");
  if (classification) {
    const auto labels = names(fields, "classes", classes_max);
    if (labels.size() < 2) fields.refuse("classes", "are fewer than 2");
    target.output = Classes{labels};
  } else {
    target.output = Number{fields.number("mean"), positive(fields, "deviation"), link_of(fields)};
  }
  return target;
}

// What version 6 added. A target has classes, or is a number.
Several read_targets(const Fields& document, const std::string& source) {
  const Json& targets = document.array("targets");
  if (targets.size() < 2 || targets.size() > targets_max) {
    document.refuse("targets",
                    fmt::format("has {} entries, not 2 to {}", targets.size(), targets_max));
  }
  Several several;
  std::set<std::string> names;
  std::size_t outputs = 0;
  for (std::size_t t = 0; t < targets.size(); ++t) {
    const Fields fields(targets[t], source, fmt::format("targets[{}]", t));
    Target target = read_target(fields, fields.has("classes"));
    if (target.name.empty()) fields.refuse("name", "is empty");
    if (!names.insert(target.name).second) fields.refuse("name", "appears twice");
    if (fields.has("weight")) target.weight = positive(fields, "weight");
    outputs += target.outputs();
    if (outputs > outputs_max) {
      fields.refuse("classes", fmt::format("make more than {} outputs", outputs_max));
    }
    several.targets.push_back(std::move(target));
  }
  return several;
}

Json forest_json(const Forest& forest) {
  Json inputs = Json::array();
  for (const ForestInput& input : forest.inputs) inputs.push_back(input.feature);
  return {{"depth", forest.depth}, {"inputs", inputs}};
}

}  // namespace

std::string write_document(const Model& model) {
  Json document;
  document["task"] = std::visit(Overloaded{[](const Number&) { return "regression"; },
                                           [](const Classes&) { return "classification"; },
                                           [](const Several&) { return "several"; }},
                                model.output);
  document["method"] = quantize::id(model.method);
  document["packing"] = model.packing == payload::Packing::bits ? "bits" : "radix";
  document["tag"] = model.tag ? Json(*model.tag) : Json(nullptr);
  if (model.external()) document["decoder"] = decoder::External::name;
  document["features"] = Json::array();
  const auto levels = model.levels();
  for (std::size_t f = 0; f < model.features.size(); ++f) {
    const Feature& feature = model.features[f];
    require_text(feature.name, "feature");
    document["features"].push_back({{"name", feature.name},
                                    {"unit", feature.unit},
                                    {"mean", feature.mean},
                                    {"deviation", feature.deviation},
                                    {"levels", levels[f]}});
    Json& written = document["features"].back();
    for (const std::string& name : feature.categories) require_text(name, "category");
    if (!feature.categories.empty()) written["categories"] = feature.categories;
    if (feature.unseen_level) written["unseen"] = true;
    if (feature.missing_level) written["missing"] = true;
    if (!feature.code_rows.empty()) written["code_rows"] = feature.code_rows;
    if (feature.origin != 0.0) written["origin"] = feature.origin;
    if (feature.forest) written["forest"] = forest_json(*feature.forest);
    // Thresholds are in raw units, so only readings in full precision are still to be scaled.
    if (!model.full_precision()) continue;
    for (const quantize::Knot& knot : feature.scale.knots) {
      written["scale"].push_back({static_cast<double>(knot.reading), knot.value});
    }
  }
  for (const Target& target : model.targets()) {
    if (model.several()) {
      document["targets"].push_back(target_json(target));
      if (target.weight != 1.0) document["targets"].back()["weight"] = target.weight;
    } else {
      document["target"] = target_json(target);
    }
  }
  const TrainingRecord& record = model.record;
  Json settings = Json::object();
  for (const auto& [name, value] : record.settings) settings[name] = value;
  Json metrics = Json::object();
  for (const auto& [name, value] : record.metrics) metrics[name] = value;
  document["record"] = {{"command", record.command},
                        {"data", record.data},
                        {"data_hash", record.data_hash},
                        {"seed", record.seed},
                        {"train_seconds", record.train_seconds},
                        {"settings", settings},
                        {"metrics", metrics}};
  return document.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Model read_document(std::string_view text, const std::string& source) {
  const std::string problem = text::json_problem(text, {});
  if (!problem.empty()) {
    throw base::InputError(source, "document", problem, "the file is damaged or not a Terse model");
  }
  const Json json = Json::parse(text.begin(), text.end(), nullptr, false);
  const Fields document(json, source, "");
  Model model;
  const std::string task = document.text("task");
  if (task != "regression" && task != "classification" && task != "several")
    document.refuse("task", text::in_quotes(task) + " is not known");
  const auto method = quantize::parse_method(document.text("method"));
  if (!method)
    document.refuse("method", text::in_quotes(document.text("method")) + " is not known");
  model.method = *method;
  const std::string packing = document.text("packing");
  if (packing != "bits" && packing != "radix")
    document.refuse("packing", text::in_quotes(packing) + " is not known");
  model.packing = packing == "bits" ? payload::Packing::bits : payload::Packing::radix;
  if (!document.get("tag").is_null()) {
    model.tag = static_cast<std::uint8_t>(document.integer("tag", 0, 255));
  }
  read_features(document, model, source);
  if (task == "several") {
    model.output = read_targets(document, source);
  } else {
    Target target = read_target(document.object("target"), task == "classification");
    model.target_name = std::move(target.name);
    model.target_unit = std::move(target.unit);
    model.target_origin = target.origin;
    std::visit([&](auto& own) { model.output = std::move(own); }, target.output);
  }
  // What version 8 added: absent means that the decoder is in the tensors.
  if (document.has("decoder")) {
    if (document.text("decoder") != decoder::External::name) {
      document.refuse("decoder", text::in_quotes(document.text("decoder")) + " is not known");
    }
    if (model.full_precision()) {
      document.refuse("decoder", "is external although messages are in full precision");
    }
    model.decoder = decoder::External{model.outputs()};
  }
  read_record(document.object("record"), model.record);
  return model;
}

}  // namespace terse::model
