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
               levels[f] == 1 ? "not sent" : thresholds_text(model.thresholds.of(f), all));
  }
}

void print_record(const model::Model& model) {
  const model::TrainingRecord& record = model.record;
  fmt::print("\ntarget    {} (mean {:.6g}, deviation {:.6g})\n", model.target_name,
             model.target_mean, model.target_deviation);
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
  }
  json["target"] = model.target_name;
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
