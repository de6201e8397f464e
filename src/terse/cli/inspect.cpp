// terse inspect: what a model is, for a person: features, thresholds in raw units, the message, the
// record.
#include <fmt/format.h>

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "terse/base/overloaded.h"
#include "terse/cli/commands.h"
#include "terse/cli/computed_features.h"
#include "terse/cli/inspect_layout.h"
#include "terse/cli/inspect_sending.h"
#include "terse/cli/recorded_split.h"
#include "terse/cli/summary.h"
#include "terse/cli/table_options.h"
#include "terse/model/file.h"
#include "terse/model/forest.h"
#include "terse/model/identity.h"
#include "terse/text/number.h"
#include "terse/text/quoting.h"
#include "terse/train/metrics.h"
#include "terse/train/without_each.h"

namespace terse::cli {
namespace {

constexpr std::size_t drawn_bytes_max = 24;

struct InspectArguments {
  std::string model;
  TableOptions table;
  bool send_on_change = false;
  model::SendRule rule;
  bool all = false;
  bool json = false;
};

// Six digits, or as many as it takes for neighbours to differ.
std::vector<std::string> distinct_texts(std::span<const float> thresholds, double origin) {
  constexpr int digits_min = 6;
  constexpr int digits_max = 17;
  std::vector<std::string> texts;
  for (int digits = digits_min; digits <= digits_max; ++digits) {
    texts.clear();
    for (const float threshold : thresholds) {
      texts.push_back(fmt::format("{:.{}g}", origin + static_cast<double>(threshold), digits));
    }
    if (std::ranges::adjacent_find(texts) == texts.end()) break;
  }
  return texts;
}

std::string thresholds_text(std::span<const float> thresholds, double origin, bool all) {
  constexpr std::size_t shown_max = 7;
  const std::vector<std::string> texts = distinct_texts(thresholds, origin);
  if (all || texts.size() <= shown_max) return fmt::format("{}", fmt::join(texts, " "));
  return fmt::format("{} ... {}", fmt::join(std::span(texts).first(shown_max - 1), " "),
                     texts.back());
}

// Codes that do not count thresholds, as "kitchen = 0, cellar = 1, any other = 2, missing = 3".
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
  return text::printable(fmt::format("{}", fmt::join(said, ", ")));
}

std::string shown_name(const model::Feature& feature) {
  const std::string name = text::printable(feature.name);
  return feature.unit.empty() ? name : fmt::format("{} [{}]", name, text::printable(feature.unit));
}

std::string codes_text(const model::Model& model, std::size_t f, std::size_t levels, bool all) {
  if (levels == 1) return model.needed()[f] ? "not sent, computed with" : "not sent";
  std::string text = thresholds_text(model.thresholds.of(f), model.features[f].origin, all);
  const model::Feature& feature = model.features[f];
  if (feature.plain()) return text;
  if (!text.empty()) text += ", ";
  return text + special_text(feature, levels, all);
}

/// The loss with all features, and without each: nothing where no code is honest.
struct Losses {
  std::string_view name;
  MeasuredRows on;
  double all = 0.0;
  std::vector<std::optional<double>> without;
};

Losses measured(const model::Model& model, const data::Table& table) {
  MeasuredRows on = measured_rows(model, table);
  const train::Metrics metrics = train::evaluate(model, table, on.rows);
  Losses losses{loss_name(metrics), std::move(on), metrics.loss(), {}};
  for (const train::WithoutFeature& entry :
       train::evaluate_without_each(model, table, losses.on.rows)) {
    losses.without.emplace_back();
    if (entry.substitute == train::Substitute::nothing) continue;
    losses.without.back() = entry.metrics.loss();
  }
  return losses;
}

std::string without_text(const std::optional<Losses>& losses, std::size_t f) {
  if (!losses) return "";
  if (f >= losses->without.size() || !losses->without[f]) return fmt::format("  {:>8}", "-");
  return fmt::format("  {:>+8.4f}", *losses->without[f] - losses->all);
}

void print_features(const model::Model& model, const std::optional<Losses>& losses, bool all) {
  std::size_t name_width = 7;
  for (const model::Feature& feature : model.features) {
    name_width = std::max(name_width, shown_name(feature).size());
  }
  if (losses) fmt::print("\n{} on {}: {:.4f}\n", losses->name, losses->on.text, losses->all);
  fmt::print("\n{:<{}}  levels  bits{}  thresholds (code = how many lie below the reading)\n",
             "feature", name_width, losses ? "   without" : "");
  const auto levels = model.levels();
  for (std::size_t f = 0; f < model.features.size(); ++f) {
    const auto bits = std::bit_width(levels[f] - 1);
    fmt::print("{:<{}}  {:>6}  {:>4}{}  {}\n", shown_name(model.features[f]), name_width, levels[f],
               bits, without_text(losses, f), codes_text(model, f, levels[f], all));
  }
  if (losses) {
    fmt::print(
        "\nwithout: how much the {} rises if the feature alone gives no reading and the "
        "device sends\nits code for that, or the code of its mean (terse evaluate "
        "--without-each names which)\n",
        losses->name);
  }
}

void print_target(const model::Target& target, bool one_of_several) {
  const std::string weight =
      one_of_several && target.weight != 1.0 ? fmt::format(", weight {}", target.weight) : "";
  std::visit(base::Overloaded{
                 [&](const model::Number& number) {
                   const bool log = number.link == model::Link::exponential;
                   fmt::print("target    {} ({}mean {:.{}g}, deviation {:.6g}{})\n",
                              text::printable(target.name), log ? "as a logarithm: " : "",
                              target.origin + number.mean, target.origin == 0.0 ? 6 : 15,
                              number.deviation, weight);
                 },
                 [&](const model::Classes& classes) {
                   const std::string labels = fmt::format("{}", fmt::join(classes.labels, ", "));
                   fmt::print("target    {}, one of {}{}\n", text::printable(target.name),
                              text::printable(labels), weight);
                 }},
             target.output);
}

void print_record(const model::Model& model) {
  const model::TrainingRecord& record = model.record;
  fmt::print("\n");
  for (const model::Target& target : model.targets()) print_target(target, model.several());
  fmt::print("data      {} (sha256 {})\n", text::printable(record.data),
             record.data_hash.substr(0, 16));
  fmt::print("measured  {}\n", metrics_line(record.metrics));
  fmt::print("trained   in {:.1f} s with seed {}\n", record.train_seconds, record.seed);
  fmt::print("command   {}\n", text::printable(record.command));
}

nlohmann::ordered_json forest_json(const model::Model& model, const model::Forest& forest) {
  nlohmann::ordered_json json{{"trees", forest.trees()},
                              {"depth", forest.depth},
                              {"table_bytes", model::forest_table_bytes(forest)}};
  for (const model::ForestInput& input : forest.inputs) {
    json["readings"].push_back(model.features[input.feature].name);
  }
  return json;
}

nlohmann::ordered_json inspect_json(const model::Model& model,
                                    const std::optional<Losses>& losses) {
  nlohmann::ordered_json json = summary_json(model);
  json["features"] = nlohmann::ordered_json::array();
  const auto levels = model.levels();
  for (std::size_t f = 0; f < model.features.size(); ++f) {
    const auto thresholds = model.thresholds.of(f);
    json["features"].push_back(
        {{"name", model.features[f].name},
         {"unit", model.features[f].unit},
         {"levels", levels[f]},
         {"thresholds", std::vector<float>(thresholds.begin(), thresholds.end())}});
    const model::Feature& feature = model.features[f];
    const std::size_t last = levels[f] - (feature.missing_level ? 1 : 0);
    auto& entry = json["features"].back();
    if (!feature.categories.empty()) entry["categories"] = feature.categories;
    if (feature.origin != 0.0) entry["origin"] = feature.origin;
    if (feature.forest) entry["forest"] = forest_json(model, *feature.forest);
    if (losses && f < losses->without.size() && losses->without[f])
      entry["loss_without"] = *losses->without[f];
    if (levels[f] == 1) continue;  // there is no code
    if (feature.unseen_level) entry["unseen_code"] = last - 1;
    if (feature.missing_level) entry["missing_code"] = last;
  }
  if (losses) {
    json["loss"] = losses->all;
    json["measured_on"] = {{"part", losses->on.part}, {"rows", losses->on.rows.size()}};
  }
  if (model.several()) {
    // Beside each target's figures.
    for (const model::Target& target : model.targets()) {
      auto& own = json["targets"][target.name];
      own["weight"] = target.weight;
      if (target.origin != 0.0) own["origin"] = target.origin;
      if (!target.labels().empty()) own["classes"] = target.labels();
    }
  } else {
    json["target"] = model.target_name;
    if (model.target_origin != 0.0) json["target_origin"] = model.target_origin;
    if (!model.labels().empty()) json["classes"] = model.labels();
  }
  json["packing"] = model.packing == payload::Packing::bits ? "bits" : "radix";
  json["record"] = {{"command", model.record.command},
                    {"data", model.record.data},
                    {"data_hash", model.record.data_hash},
                    {"seed", model.record.seed}};
  for (const auto& [name, value] : model.record.settings) json["record"]["settings"][name] = value;
  return json;
}

nlohmann::ordered_json sending_json(const Sending& sending) {
  return {{"messages", sending.messages},
          {"sent", sending.sent()},
          {"heartbeats", sending.heartbeats},
          {"change_levels", sending.rule.change_levels},
          {"heartbeat_messages", sending.rule.heartbeat_messages},
          {"loss", sending.loss},
          {"loss_held", sending.loss_held}};
}

void run_inspect(const InspectArguments& arguments) {
  const model::Model model = model::read_file(arguments.model);
  std::optional<Losses> losses;
  std::optional<Sending> sending;
  if (!arguments.table.data.empty()) {
    const data::Table table = read_table_for(model, arguments.table, true);
    // One answer at a time: the losses without each feature take as long as there are features.
    if (arguments.send_on_change) {
      sending = try_sending(model, table, arguments.rule);
    } else {
      losses = measured(model, table);
    }
  }
  if (arguments.json) {
    nlohmann::ordered_json json = inspect_json(model, losses);
    if (sending) json["send_on_change"] = sending_json(*sending);
    fmt::print("{}\n", json.dump(2));
    return;
  }
  if (sending) {
    fmt::print("{}\n{}", message_line(model), sending_text(*sending));
    return;
  }
  fmt::print("{}\n", message_line(model));
  fmt::print("id: {}, of what travels{}\n", model::wire_id(model),
             model.tag ? ", tag " + model::tag_text(*model.tag) : "");
  std::visit(
      base::Overloaded{
          [&](const payload::Layout& layout) {
            fmt::print("message: {} packing, most significant bit first\n",
                       layout.packing() == payload::Packing::bits ? "bits" : "radix");
            fmt::print("{}", layout_drawing(model, arguments.all ? SIZE_MAX : drawn_bytes_max));
            print_features(model, losses, arguments.all);
            print_computed_features(model);
          },
          [](const payload::FloatLayout&) {
            fmt::print(
                "message: every reading as big-endian float32, in the order of the features\n");
          }},
      model.message());
  print_record(model);
}

}  // namespace

void add_inspect(Command program) {
  auto arguments = std::make_shared<InspectArguments>();
  Command command =
      program.add_command("inspect", "Show a model: thresholds, levels, payload, record");
  command.add_option("MODEL", arguments->model, "a .terse file").required();
  const Option data =
      command
          .add_option("--data", arguments->table.data,
                      "a table with the target (repeatable): what the loss would be without each "
                      "feature, on the "
                      "model's test rows if it was made from this table, else on all")
          .repeatable();
  command.add_option("--target", arguments->table.target,
                     "with --data: column with the true values (the model's)");
  add_reading_options(command, arguments->table.reading);
  const Option sending =
      command
          .add_flag("--send-on-change", arguments->send_on_change,
                    "with --data, rows of one device in the order of time: how many messages are "
                    "sent if only those are that changed, and what the loss is if the last one "
                    "holds until the next")
          .needs(data);
  command
      .add_option("--change-levels", arguments->rule.change_levels,
                  "with --send-on-change: levels by which a code has changed")
      .between(std::size_t{1}, std::size_t{255})
      .shows_default()
      .needs(sending);
  command
      .add_option("--heartbeat-messages", arguments->rule.heartbeat_messages,
                  "with --send-on-change: messages not sent in a row before one is sent all the "
                  "same")
      .between(std::size_t{1}, std::size_t{65535})
      .shows_default()
      .needs(sending);
  command.add_flag("--all", arguments->all, "every threshold and byte, however many there are");
  command.add_flag("--json", arguments->json, "machine-readable result on stdout");
  command.runs([arguments] { run_inspect(*arguments); });
}

}  // namespace terse::cli
