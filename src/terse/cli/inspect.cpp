// terse inspect: what a model is, for a person: features, thresholds in raw units, the message, the
// record.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "terse/cli/commands.h"
#include "terse/cli/summary.h"
#include "terse/model/file.h"

namespace terse::cli {
namespace {

struct InspectArguments {
  std::string model;
  bool all = false;
  bool json = false;
};

std::string thresholds_text(std::span<const float> thresholds, bool all) {
  constexpr std::size_t shown_max = 7;
  if (all || thresholds.size() <= shown_max)
    return fmt::format("{:.6g}", fmt::join(thresholds, " "));
  return fmt::format("{:.6g} ... {:.6g}", fmt::join(thresholds.first(shown_max - 1), " "),
                     thresholds.back());
}

// Codes that are no number of thresholds, as "hall = 0, kitchen = 1, any other = 2, missing = 3".
std::string special_text(const model::Feature& feature, std::size_t levels, bool all) {
  constexpr std::size_t shown_max = 7;
  std::vector<std::string> said;
  for (std::size_t code = 0; code < feature.categories.size(); ++code) {
    if (!all && code == shown_max) {
      said.push_back("...");
      break;
    }
    said.push_back(fmt::format("{} = {}", feature.categories[code], code));
  }
  const std::size_t last = feature.missing_level ? levels - 1 : levels;
  if (feature.unseen_level) said.push_back(fmt::format("any other = {}", last - 1));
  if (feature.missing_level) said.push_back(fmt::format("missing = {}", last));
  return fmt::format("{}", fmt::join(said, ", "));
}

std::string codes_text(const model::Model& model, std::size_t f, std::size_t levels, bool all) {
  if (levels == 1) return "not sent";
  std::string text = thresholds_text(model.thresholds.of(f), all);
  const model::Feature& feature = model.features[f];
  if (feature.plain()) return text;
  if (!text.empty()) text += ", ";
  return text + special_text(feature, levels, all);
}

void print_features(const model::Model& model, bool all) {
  std::size_t name_width = 7;
  for (const model::Feature& feature : model.features) {
    name_width = std::max(name_width, feature.name.size());
  }
  fmt::print("\n{:<{}}  levels  bits  thresholds (code = how many lie below the reading)\n",
             "feature", name_width);
  const auto levels = model.levels();
  for (std::size_t f = 0; f < model.features.size(); ++f) {
    const auto bits = std::bit_width(levels[f] - 1);
    const std::string name =
        model.features[f].unit.empty()
            ? model.features[f].name
            : fmt::format("{} [{}]", model.features[f].name, model.features[f].unit);
    fmt::print("{:<{}}  {:>6}  {:>4}  {}\n", name, name_width, levels[f], bits,
               codes_text(model, f, levels[f], all));
  }
}

void print_record(const model::Model& model) {
  const model::TrainingRecord& record = model.record;
  if (model.classes.empty()) {
    fmt::print("\ntarget    {} (mean {:.6g}, deviation {:.6g})\n", model.target_name,
               model.target_mean, model.target_deviation);
  } else {
    fmt::print("\ntarget    {}, one of {}\n", model.target_name, fmt::join(model.classes, ", "));
  }
  fmt::print("data      {} (sha256 {})\n", record.data, record.data_hash.substr(0, 16));
  fmt::print("measured  {}\n", metrics_line(record.metrics));
  fmt::print("trained   in {:.1f} s with seed {}\n", record.train_seconds, record.seed);
  fmt::print("command   {}\n", record.command);
}

nlohmann::ordered_json inspect_json(const model::Model& model) {
  nlohmann::ordered_json json = summary_json(model);
  json["features"] = nlohmann::ordered_json::array();
  const auto levels = model.levels();
  for (std::size_t f = 0; f < model.features.size(); ++f) {
    const auto thresholds =
        model.full_precision() ? std::span<const float>{} : model.thresholds.of(f);
    json["features"].push_back(
        {{"name", model.features[f].name},
         {"unit", model.features[f].unit},
         {"levels", levels[f]},
         {"thresholds", std::vector<float>(thresholds.begin(), thresholds.end())}});
    const model::Feature& feature = model.features[f];
    const std::size_t last = levels[f] - (feature.missing_level ? 1 : 0);
    auto& entry = json["features"].back();
    if (!feature.categories.empty()) entry["categories"] = feature.categories;
    if (model.full_precision()) continue;
    if (feature.unseen_level) entry["unseen_code"] = last - 1;
    if (feature.missing_level) entry["missing_code"] = last;
  }
  json["target"] = model.target_name;
  if (!model.classes.empty()) json["classes"] = model.classes;
  json["packing"] = model.packing == payload::Packing::bits ? "bits" : "radix";
  json["record"] = {{"command", model.record.command},
                    {"data", model.record.data},
                    {"data_hash", model.record.data_hash},
                    {"seed", model.record.seed}};
  for (const auto& [name, value] : model.record.settings) json["record"]["settings"][name] = value;
  return json;
}

void run_inspect(const InspectArguments& arguments) {
  const model::Model model = model::read_file(arguments.model);
  if (arguments.json) {
    fmt::print("{}\n", inspect_json(model).dump(2));
    return;
  }
  fmt::print("{}\n", message_line(model));
  if (model.full_precision()) {
    fmt::print("message: every reading as big-endian float32, in the order of the features\n");
  } else {
    fmt::print("message: {} packing, most significant bit first\n",
               model.packing == payload::Packing::bits ? "bits" : "radix");
    print_features(model, arguments.all);
  }
  print_record(model);
}

}  // namespace

void add_inspect(CLI::App& program) {
  auto arguments = std::make_shared<InspectArguments>();
  CLI::App& command =
      *program.add_subcommand("inspect", "Show a model: thresholds, levels, payload, record");
  command.add_option("MODEL", arguments->model, "a .terse file")->required();
  command.add_flag("--all", arguments->all, "every threshold, however many there are");
  command.add_flag("--json", arguments->json, "machine-readable result on stdout");
  command.callback([arguments] { run_inspect(*arguments); });
}

}  // namespace terse::cli
