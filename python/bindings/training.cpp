#include "training.h"

#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <chrono>
#include <thread>

#include "arrays.h"
#include "job.h"
#include "model.h"
#include "options.h"
#include "terse/allocate/device_flash.h"
#include "terse/allocate/evidence.h"
#include "terse/allocate/goal.h"
#include "terse/base/error.h"
#include "terse/data/split_rule.h"
#include "terse/model/identity.h"
#include "terse/train/encoder_columns.h"
#include "terse/train/measured_training.h"
#include "terse/train/option_table.h"
#include "terse/train/order_check.h"

namespace nb = nanobind;

namespace terse::python {
namespace {

data::Split split_of(const data::Table& table, const train::Options& options) {
  return data::split_table(table, options.split, options.test_fraction, options.seed,
                           options.keep_copies_together);
}

train::Protocol protocol_of(const std::string& name) {
  const auto protocol = train::parse_protocol(name);
  if (!protocol) {
    throw base::OptionError("protocol", "", "'" + name + "' is not a protocol",
                            "choose terse or paper");
  }
  return *protocol;
}

// Whatever decides how readings become codes.
void keep_encoder(const HeldModel& encoder, const nb::dict& given, const std::string& tag,
                  train::Options& options) {
  const auto refuse = [](const std::string& name) {
    throw base::OptionError(name, "", "the encoder stays as it is",
                            "leave it out, or train without `encoder`");
  };
  for (const char* name : {"method", "bits", "levels", "start", "scale", "between", "packing",
                           "unseen", "computed", "level_bits", "forest_depth", "forest_trees",
                           "schedule", "temperature_end", "threshold_rate_factor"}) {
    if (given.contains(name)) refuse(name);
  }
  if (tag != "none") refuse("tag");
  if (encoder->full_precision()) {
    throw base::OptionError("encoder", "",
                            "its messages are readings in full precision, without codes",
                            "leave it out, and give `method` fp or xgb");
  }
  options.encoder = std::make_shared<model::Model>(*encoder);
}

nb::tuple trained(const Columns& columns, const nb::dict& wishes, const std::string& protocol_name,
                  const nb::dict& given, const std::string& command, bool check_order,
                  const nb::object& progress, const std::string& tag, const HeldModel* encoder) {
  const train::Protocol protocol = protocol_of(protocol_name);
  train::Options start;
  start.threads = std::max(1U, std::thread::hardware_concurrency());
  train::Options options = options_with(start, protocol, given);
  if (!given.contains("decoder")) {
    options.decoder = options.interval > 0.0 ? train::Decoder::network
                                             : train::default_decoder(protocol, options.method);
  }
  if (encoder != nullptr) keep_encoder(*encoder, given, tag, options);
  train::validate(options);
  model::Model of_method;
  of_method.method = options.method;
  model::tag_of(tag, of_method);
  const train::TableWishes own = wishes_of(wishes);
  std::vector<std::string> notes;
  std::optional<model::Model> model;
  run_job(progress, [&](const train::Observer& observer) {
    const data::Table table = train::training_table(columns.reader(), {}, own, options);
    options.encoder = train::encoder_for(options.encoder, table);
    const data::Split split = split_of(table, options);
    model = train::measured_training(table, split, options, observer);
    notes = table.notes;
    if (!check_order) return;
    const auto order = train::order_check(table, options, split, observer.stop);
    if (order && order->order_matters) notes.push_back(train::order_warning(*order));
  });
  if (encoder == nullptr) model->tag = model::tag_of(tag, *model);
  model->record.command = command;
  return nb::make_tuple(HeldModel(*std::move(model)), notes);
}

/// What a user asks of an allocation.
struct Goal {
  std::optional<double> bits;      ///< a message may have
  std::optional<double> max_loss;  ///< share by which it may lose more than full precision
  bool whole_curve = false;
  double margin = 0.0;  ///< share that counts as equal

  bool compares() const { return max_loss || whole_curve; }
  double share() const { return max_loss.value_or(margin); }
};

std::vector<double> budgets_of(const Goal& goal, const data::Table& table,
                               const train::Options& training) {
  std::vector<double> budgets;
  if (goal.compares()) {
    budgets =
        allocate::byte_budgets(static_cast<double>(table.feature_names.size() * training.bits));
  }
  if (goal.bits) {
    const auto within = allocate::budgets_within(*goal.bits);
    budgets.insert(budgets.end(), within.begin(), within.end());
  }
  std::ranges::sort(budgets, std::greater<>());
  budgets.erase(std::unique(budgets.begin(), budgets.end()), budgets.end());
  return budgets;
}

std::optional<std::size_t> chosen_of(const Goal& goal, const allocate::Curve& curve,
                                     std::span<const stats::Comparison> evidence) {
  if (goal.bits) return allocate::best_within(curve, *goal.bits);
  if (goal.max_loss) return allocate::smallest_as_good(evidence);
  const double all = curve.points.front().budgets.front();
  return allocate::knee(curve.points).value_or(allocate::best_within(curve, all));
}

nb::list points_of(const allocate::Curve& curve, std::span<const stats::Comparison> evidence) {
  nb::list points;
  for (std::size_t i = 0; i < curve.points.size(); ++i) {
    const allocate::CurvePoint& point = curve.points[i];
    nb::dict entry;
    entry["budget_bits"] = point.budgets.front();
    entry["bits"] = point.bits;
    entry["levels"] = point.levels;
    entry["computed"] = point.computed ? point.computed->table.feature_names.back() : "";
    entry["loss"] = point.losses.mean();
    entry["decoder"] = point.decoder == train::Decoder::network ? "network" : "boosted";
    if (!evidence.empty()) {
      entry["as_good"] = stats::as_good(evidence[i].verdict);
    }
    points.append(entry);
  }
  return points;
}

nb::dict allocated(const Columns& columns, const nb::dict& wishes, const nb::dict& given,
                   const nb::dict& search, const std::string& command, const nb::object& progress) {
  train::Options start = allocate::default_training();
  start.threads = std::max(1U, std::thread::hardware_concurrency());
  const train::Options training = options_with(start, {}, given);
  if (training.interval > 0.0) {
    throw base::OptionError("interval", "", "is for terse.train, not for allocations",
                            "leave it out");
  }
  Goal goal;
  if (!search["bits"].is_none()) goal.bits = nb::cast<double>(search["bits"]);
  if (!search["max_loss"].is_none()) goal.max_loss = nb::cast<double>(search["max_loss"]);
  goal.whole_curve = nb::cast<bool>(search["curve"]);
  goal.margin = nb::cast<double>(search["margin"]);
  allocate::AllocateOptions options;
  options.folds = nb::cast<std::size_t>(search["folds"]);
  options.shrink.epochs = nb::cast<unsigned>(search["round_epochs"]);
  options.final_epochs = nb::cast<unsigned>(search["final_epochs"]);
  const auto decoder = nb::cast<std::string>(search["decoder"]);
  if (decoder == "network") options.decoders = {train::Decoder::network};
  if (decoder == "boosted") options.decoders = {train::Decoder::boosted};
  const bool all_models = nb::cast<bool>(search["models"]);
  options.full_precision = goal.compares();
  std::optional<std::size_t> flash;
  if (!search["device_flash"].is_none()) flash = nb::cast<std::size_t>(search["device_flash"]);
  const train::TableWishes own = wishes_of(wishes);

  allocate::Curve curve;
  std::vector<stats::Comparison> evidence;
  std::optional<std::size_t> chosen;
  std::vector<model::Model> models;
  std::vector<std::string> notes;
  std::vector<std::string> names;
  run_job(progress, [&](const train::Observer& observer) {
    const auto begin = std::chrono::steady_clock::now();
    const data::Table table = train::training_table(columns.reader(), {}, own, training);
    const data::Split split = split_of(table, training);
    options.budgets = budgets_of(goal, table, training);
    options.start_bits =
        allocate::default_start_bits(table.feature_names.size(), training, options.budgets.front());
    if (flash) options.forests = {allocate::forest_within(*flash, table.feature_names.size())};
    curve = allocate::curve(table, split.train, training, options, observer, {});
    if (options.full_precision) evidence = allocate::evidence(curve, goal.share());
    chosen = chosen_of(goal, curve, evidence);
    for (std::size_t i = 0; i < curve.points.size(); ++i) {
      if (!all_models && i != chosen) continue;
      models.push_back(
          allocate::recorded_model(curve.points[i], table, split, training, options, observer));
      models.back().record.command = command;
      models.back().record.train_seconds =
          std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    }
    notes = table.notes;
    names = table.feature_names;
  });

  nb::dict result;
  result["points"] = points_of(curve, evidence);
  result["features"] = names;
  result["chosen"] = chosen ? nb::object(nb::int_(*chosen)) : nb::none();
  result["reference_loss"] =
      options.full_precision ? nb::object(nb::float_(curve.reference.losses.mean())) : nb::none();
  nb::list held;
  for (model::Model& model : models) held.append(HeldModel(std::move(model)));
  result["models"] = held;
  result["notes"] = notes;
  return result;
}

}  // namespace

void bind_training(nb::module_& module) {
  module.def("train", &trained, nb::arg("columns"), nb::arg("wishes"), nb::arg("protocol"),
             nb::arg("options"), nb::arg("command"), nb::arg("check_order"),
             nb::arg("progress").none(), nb::arg("tag"), nb::arg("encoder").none(),
             "Train a model; gives it and notes for the user.");
  module.def("allocate", &allocated, nb::arg("columns"), nb::arg("wishes"), nb::arg("options"),
             nb::arg("search"), nb::arg("command"), nb::arg("progress").none(),
             "Choose features and levels for a budget; gives the curve and its models.");
}

}  // namespace terse::python
