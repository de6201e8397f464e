#include "terse/study/plan.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>

#include "terse/base/error.h"
#include "terse/study/json_number.h"
#include "terse/text/json_parse.h"
#include "terse/text/quoting.h"
#include "terse/train/option_table.h"

namespace terse::study {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t histogram_bins = 32;

FeatureHistogram histogram_of(const std::string& name, const data::Table& table,
                              std::size_t column) {
  FeatureHistogram histogram{name, table.feature_names[column], {}, {}, {}, {}};
  if (column < table.feature_units.size()) histogram.unit = table.feature_units[column];
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  const auto reading = [&](std::size_t row) {
    return static_cast<double>(table.features.row(row)[column]);
  };
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (!std::isfinite(reading(row))) continue;  // a gap
    low = std::min(low, reading(row));
    high = std::max(high, reading(row));
  }
  if (!(low <= high)) low = high = 0;
  const double width = high > low ? (high - low) / histogram_bins : 1.0 / histogram_bins;
  for (std::size_t bin = 0; bin <= histogram_bins; ++bin) {
    histogram.edges.push_back(low + width * static_cast<double>(bin));
  }
  histogram.counts.assign(histogram_bins, 0);
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (!std::isfinite(reading(row))) continue;
    const double position = (reading(row) - low) / width;
    ++histogram.counts[std::min(histogram_bins - 1, static_cast<std::size_t>(position))];
  }
  return histogram;
}

quantize::Method method_of(const std::string& id, const std::string& source) {
  const auto method = quantize::parse_method(id);
  if (!method)
    throw base::InputError(source, "methods", text::in_quotes(id) + " is not a method", "");
  return *method;
}

void require(bool holds, const char* option, const std::string& problem,
             const std::string& remedy) {
  if (!holds) throw base::OptionError(option, "", problem, remedy);
}

}  // namespace

std::size_t candidates_of(const Plan& plan, const PlannedCell& cell) {
  const std::size_t count = plan.candidates.size() + plan.data[cell.data].candidates.size();
  return std::max<std::size_t>(1, count);
}

train::Options cell_options(const Plan& plan, const PlannedCell& cell, std::size_t candidate) {
  train::Options options = plan.base;
  for (const auto& [method, settings] : plan.method_settings) {
    if (method == cell.method) options = with_settings(options, settings, "settings of a method");
  }
  const std::vector<Settings>& own = plan.data[cell.data].candidates;
  const std::size_t shared = plan.candidates.size();
  if (candidate < shared) {
    options = with_settings(options, plan.candidates[candidate], "candidate");
  } else if (candidate < shared + own.size()) {
    options = with_settings(options, own[candidate - shared], "candidate");
  }
  options.method = cell.method;
  // A setting that one method has no use for shall not keep it out of a study of several.
  if (!quantize::choosable_start(cell.method)) options.start.reset();
  if (cell.method == quantize::Method::fp) options.decoder = train::Decoder::network;
  if (quantize::traits(cell.method).input != quantize::FirstLayerInput::steps) {
    options.network = train::Network::plain;
  }
  // fp does not depend on the width: one value, one name.
  options.bits = cell.bits == 0 ? train::Options{}.bits : cell.bits;
  options.seed = plan.seed;
  options.threads = 1;
  return options;
}

std::vector<PlannedCell> cells_of(const Plan& plan) {
  std::vector<PlannedCell> cells;
  for (std::size_t data = 0; data < plan.data.size(); ++data) {
    for (const quantize::Method method : plan.methods) {
      if (quantize::full_precision(method)) {
        cells.push_back({data, method, 0});
        continue;
      }
      for (const unsigned bits : plan.bits) cells.push_back({data, method, bits});
    }
  }
  return cells;
}

void validate(const Plan& plan) {
  require(!plan.data.empty(), "DATA", "no data set is given", "give at least one");
  require(!plan.methods.empty(), "methods", "no method is given", "give at least one");
  require(!plan.bits.empty(), "bits", "no width is given", "give at least one, 1 to 8");
  for (const unsigned bits : plan.bits) {
    require(bits >= 1 && bits <= 8, "bits", fmt::format("{} is out of range", bits),
            "give widths from 1 to 8");
  }
  require(plan.margin >= 0 && plan.margin < 1, "margin", "the margin is not between 0 and 100 %",
          "give percent of full precision's loss, for example 2");
  require(plan.splits >= 1, "splits", "0 splits measure nothing", "give 1 or more");
  require(plan.folds >= 2, "folds", fmt::format("{} is out of range", plan.folds),
          "give 2 or more");
  require(plan.base.test_fraction > 0, "test_fraction", "0 leaves nothing to measure on",
          "give a fraction above 0");
  // Each split of the last rows tests the part before that of the split before it.
  const double tested = plan.splits * plan.base.test_fraction;
  require(plan.base.split.kind != data::SplitKind::last || tested <= 0.5, "splits",
          fmt::format("{} parts of {} at the end of the table leave the first split less than half "
                      "of it to train on",
                      plan.splits, plan.base.test_fraction),
          fmt::format("give {} or fewer, or a smaller `test_fraction`, such as {:.2g}",
                      std::max(1.0, std::floor(0.5 / plan.base.test_fraction)), 0.5 / plan.splits));
  std::set<std::string> names;
  for (const PlannedData& data : plan.data) {
    require(names.insert(data.name).second, "DATA",
            text::in_quotes(data.name) + " names two data sets",
            "write NAME=DATA to give them names of their own");
  }
  for (const PlannedCell& cell : cells_of(plan)) {
    for (std::size_t i = 0; i < candidates_of(plan, cell); ++i) {
      train::validate(cell_options(plan, cell, i));
    }
  }
}

PlannedData planned_data(const std::string& name, const std::string& data,
                         const data::Table& table) {
  PlannedData planned{.name = name,
                      .data = data,
                      .hash = data::content_hash(table),
                      .rows = table.rows(),
                      .features = table.feature_names.size(),
                      .classes = table.classes.size(),
                      .histograms = {}};
  for (std::size_t column = 0; column < planned.features; ++column) {
    planned.histograms.push_back(histogram_of(name, table, column));
  }
  return planned;
}
std::string write_plan(const Plan& plan) {
  Json json;
  json["command"] = plan.command;
  json["version"] = plan.version;
  for (const PlannedData& data : plan.data) {
    Json features = Json::array();
    for (const FeatureHistogram& histogram : data.histograms) {
      features.push_back({{"name", histogram.feature},
                          {"unit", histogram.unit},
                          {"edges", histogram.edges},
                          {"counts", histogram.counts}});
    }
    json["data"].push_back({{"name", data.name},
                            {"data", data.data},
                            {"hash", data.hash},
                            {"rows", data.rows},
                            {"features", features}});
    if (data.classes > 0) json["data"].back()["classes"] = data.classes;
    if (!data.candidates.empty()) json["data"].back()["candidates"] = data.candidates;
  }
  for (const quantize::Method method : plan.methods) {
    json["methods"].push_back(quantize::id(method));
  }
  json["bits"] = plan.bits;
  json["splits"] = plan.splits;
  json["margin"] = plan.margin;
  json["seed"] = plan.seed;
  json["base"] = train::settings(plan.base);
  for (const auto& [method, settings] : plan.method_settings) {
    json["method_settings"].push_back({quantize::id(method), settings});
  }
  json["candidates"] = plan.candidates;
  json["folds"] = plan.folds;
  json["halving"] = plan.halving;
  return json.dump(1, ' ', true, Json::error_handler_t::replace) + "\n";
}

Plan read_plan(const std::string& text, const std::string& source) {
  try {
    const Json json = text::parsed_json<Json>(text);
    Plan plan;
    json.at("command").get_to(plan.command);
    json.at("version").get_to(plan.version);
    for (const Json& entry : json.at("data")) {
      PlannedData data;
      entry.at("name").get_to(data.name);
      entry.at("data").get_to(data.data);
      entry.at("hash").get_to(data.hash);
      read_whole(entry.at("rows"), data.rows);
      for (const Json& feature : entry.at("features")) {
        data.histograms.push_back(
            {data.name, feature.at("name"), feature.at("unit"), feature.at("edges"), {}, {}});
        read_whole(feature.at("counts"), data.histograms.back().counts);
      }
      data.features = data.histograms.size();
      if (entry.contains("classes")) read_whole(entry.at("classes"), data.classes);
      if (entry.contains("candidates")) entry.at("candidates").get_to(data.candidates);
      plan.data.push_back(std::move(data));
    }
    plan.methods.clear();
    for (const std::string id : json.at("methods")) {
      plan.methods.push_back(method_of(id, source));
    }
    read_whole(json.at("bits"), plan.bits);
    read_whole(json.at("splits"), plan.splits);
    if (json.contains("margin")) json["margin"].get_to(plan.margin);
    read_whole(json.at("seed"), plan.seed);
    plan.base = with_settings({}, json.at("base").get<Settings>(), source);
    if (json.contains("method_settings")) {
      for (const auto& [id, settings] :
           json["method_settings"].get<std::vector<std::pair<std::string, Settings>>>()) {
        plan.method_settings.emplace_back(method_of(id, source), settings);
      }
    }
    json.at("candidates").get_to(plan.candidates);
    read_whole(json.at("folds"), plan.folds);
    json.at("halving").get_to(plan.halving);
    validate(plan);
    return plan;
  } catch (const Json::exception&) {
    throw base::InputError(source, "", "is not the plan of a study",
                           "give the study.json that terse study -o wrote");
  }
}

}  // namespace terse::study
