#include "terse/study/summary_file.h"

#include <fmt/core.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "terse/base/error.h"
#include "terse/base/new_file.h"
#include "terse/base/read_file.h"
#include "terse/stats/verdict_text.h"
#include "terse/study/json_number.h"
#include "terse/study/summarise.h"
#include "terse/text/csv.h"
#include "terse/text/json_parse.h"

namespace terse::study {
namespace {

using Json = nlohmann::ordered_json;

/// A tenth of the rows was tested.
constexpr double test_per_train_of_earlier_versions = 0.1 / 0.9;

Json cell_json(const Cell& cell) {
  Json json = {{"data", cell.data},
               {"method", cell.method},
               {"bits", cell.bits},
               {"payload_bits", cell.payload_bits},
               {"payload_bytes", cell.payload_bytes},
               {"compression", cell.compression},
               {"losses", cell.losses},
               {"loss", {{"mean", cell.loss.mean}, {"half_width", cell.loss.half_width}}},
               {"train_seconds_mean", cell.train_seconds_mean},
               {"settings", cell.settings}};
  if (std::isfinite(cell.accuracy)) json["accuracy"] = cell.accuracy;
  return json;
}

Json bits_json(const std::optional<unsigned>& bits) {
  return bits ? Json(*bits) : Json(nullptr);
}

Json comparison_json(const Comparison& comparison) {
  const stats::Comparison& evidence = comparison.evidence;
  return {{"data", comparison.data},
          {"method", comparison.method},
          {"bits", comparison.bits},
          {"verdict", stats::name(evidence.verdict)},
          {"text", stats::verdict_text(evidence)},
          {"difference", evidence.difference.mean},
          {"lower", evidence.difference.lower},
          {"upper", evidence.difference.upper},
          {"margin", evidence.margin},
          {"pairs", evidence.pairs},
          {"loss_ratio", comparison.loss_ratio},
          {"intervals_overlap", comparison.intervals_overlap}};
}

Json point_json(const TippingPoint& point) {
  Json json = {{"data", point.data},
               {"method", point.method},
               {"bits_shown", bits_json(point.bits_shown)},
               {"compression_shown", point.compression_shown},
               {"bits_open", bits_json(point.bits_open)},
               {"bits_overlap", bits_json(point.bits_overlap)},
               {"compression_overlap", point.compression_overlap}};
  if (point.further.kind == stats::Further::about) json["further_splits"] = point.further.splits;
  return json;
}

Cell cell_of(const Json& json) {
  Cell cell;
  json.at("data").get_to(cell.data);
  json.at("method").get_to(cell.method);
  read_whole(json.at("bits"), cell.bits);
  cell.payload_bits = number_of(json.at("payload_bits"));
  cell.payload_bytes = number_of(json.at("payload_bytes"));
  cell.compression = number_of(json.at("compression"));
  for (const Json& loss : json.at("losses")) cell.losses.push_back(number_of(loss));
  cell.loss = {number_of(json.at("loss").at("mean")), number_of(json.at("loss").at("half_width"))};
  cell.train_seconds_mean = number_of(json.at("train_seconds_mean"));
  json.at("settings").get_to(cell.settings);
  if (json.contains("accuracy")) json.at("accuracy").get_to(cell.accuracy);
  return cell;
}

void read_parts(const Json& json, Summary& summary) {
  for (const Json& cell : json.at("cells")) summary.cells.push_back(cell_of(cell));
  for (const Json& entry : json.at("histograms")) {
    summary.histograms.push_back({entry.at("data"),
                                  entry.at("feature"),
                                  entry.at("unit"),
                                  entry.at("edges"),
                                  {},
                                  entry.at("thresholds")});
    read_whole(entry.at("counts"), summary.histograms.back().counts);
  }
}

}  // namespace

std::string summary_json(const Summary& summary) {
  Json json;
  json["command"] = summary.command;
  json["version"] = summary.version;
  json["hardware"] = summary.hardware;
  json["seed"] = summary.seed;
  json["splits"] = summary.splits;
  json["margin"] = summary.margin;
  json["test_per_train"] = summary.resampling.test_per_train;
  json["notes"] = summary.notes;
  json["cells"] = Json::array();
  for (const Cell& cell : summary.cells) json["cells"].push_back(cell_json(cell));
  json["comparisons"] = Json::array();
  for (const Comparison& entry : summary.comparisons) {
    json["comparisons"].push_back(comparison_json(entry));
  }
  json["tipping_points"] = Json::array();
  for (const TippingPoint& point : summary.tipping_points) {
    json["tipping_points"].push_back(point_json(point));
  }
  json["histograms"] = Json::array();
  for (const FeatureHistogram& histogram : summary.histograms) {
    json["histograms"].push_back({{"data", histogram.data},
                                  {"feature", histogram.feature},
                                  {"unit", histogram.unit},
                                  {"edges", histogram.edges},
                                  {"counts", histogram.counts},
                                  {"thresholds", histogram.thresholds}});
  }
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Summary parse_summary(const std::string& text, const std::string& source) {
  try {
    const Json json = text::parsed_json<Json>(text);
    Summary summary;
    json.at("command").get_to(summary.command);
    json.at("version").get_to(summary.version);
    json.at("hardware").get_to(summary.hardware);
    read_whole(json.at("seed"), summary.seed);
    read_whole(json.at("splits"), summary.splits);
    // Those of earlier versions held another verdict: what the losses show is worked out anew.
    if (json.contains("margin")) json["margin"].get_to(summary.margin);
    summary.resampling.test_per_train =
        json.value("test_per_train", test_per_train_of_earlier_versions);
    json.at("notes").get_to(summary.notes);
    read_parts(json, summary);
    compare(summary);
    return summary;
  } catch (const Json::exception&) {
    throw base::InputError(source, "", "is not the summary of a study",
                           "give the summary.json that terse study -o wrote");
  }
}

std::string summary_csv(const Summary& summary) {
  std::string csv =
      "data,method,bits,payload_bits,payload_bytes,compression,loss_mean,loss_half_width,accuracy,"
      "splits,"
      "train_seconds_mean,losses\n";
  for (const Cell& cell : summary.cells) {
    std::string losses;
    for (const double loss : cell.losses) {
      losses += (losses.empty() ? "" : " ") + (std::isnan(loss) ? "-" : text::csv_number(loss));
    }
    csv += fmt::format("{},{},{},{},{},{},{},{},{},{},{},{}\n", text::csv_field(cell.data),
                       cell.method, cell.bits, text::csv_number(cell.payload_bits),
                       text::csv_number(cell.payload_bytes), text::csv_number(cell.compression),
                       text::csv_number(cell.loss.mean), text::csv_number(cell.loss.half_width),
                       text::csv_number(cell.accuracy), cell.losses.size(),
                       text::csv_number(cell.train_seconds_mean), losses);
  }
  return csv;
}

void write_summary(const Summary& summary, const std::filesystem::path& folder) {
  for (const auto& [name, text] : {std::pair{"summary.json", summary_json(summary)},
                                   std::pair{"summary.csv", summary_csv(summary)}}) {
    base::write_file(folder / name, text);
  }
}

Summary read_summary(const std::filesystem::path& file) {
  const auto text = base::read_file(file);
  if (!text) throw base::InputError(file.string(), "", "cannot be opened", "");
  return parse_summary(*text, file.string());
}

}  // namespace terse::study
