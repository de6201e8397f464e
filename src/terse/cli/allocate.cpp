// terse allocate: the best model whose messages fit a budget, or the smallest one that is as good
// as full precision.
#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "terse/airtime/radios.h"
#include "terse/allocate/allocate.h"
#include "terse/allocate/device_flash.h"
#include "terse/allocate/evidence.h"
#include "terse/allocate/goal.h"
#include "terse/base/error.h"
#include "terse/cli/allocate_encoder.h"
#include "terse/cli/allocate_evidence.h"
#include "terse/cli/allocate_options.h"
#include "terse/cli/allocate_view.h"
#include "terse/cli/commands.h"
#include "terse/cli/order_note.h"
#include "terse/cli/output.h"
#include "terse/cli/recorded_split.h"
#include "terse/cli/summary.h"
#include "terse/cli/tag_option.h"
#include "terse/cli/terminal.h"
#include "terse/data/split_rule.h"
#include "terse/model/file.h"
#include "terse/text/quoting.h"
#include "terse/train/metrics.h"
#include "terse/train/record.h"

namespace terse::cli {
namespace {

using Clock = std::chrono::steady_clock;

/// One run of the command.
class Run {
 public:
  explicit Run(AllocateArguments& arguments)
      : arguments_(arguments),
        table_(read_training_table(arguments.table, arguments.task, arguments.training)),
        split_(data::split_table(table_, arguments.training.split, arguments.training.test_fraction,
                                 arguments.training.seed,
                                 arguments.training.keep_copies_together)) {
    if (!arguments.split_file.empty()) {
      write_split(arguments.split_file, table_, arguments.training.split, split_);
    }
    observer_.stop = &stop_request();
  }

  void operator()() {
    const auto start = Clock::now();
    allocate::AllocateOptions& options = arguments_.options;
    options.budgets = budgets(arguments_, table_.feature_names.size());
    options.start_bits = arguments_.start_bits.value_or(allocate::default_start_bits(
        table_.feature_names.size(), arguments_.training, options.budgets.front()));
    if (arguments_.device_flash) {
      options.forests = {
          allocate::forest_within(*arguments_.device_flash, table_.feature_names.size())};
    }
    options.full_precision = arguments_.compares();
    if (arguments_.max_loss) require_several_folds();
    const allocate::Curve curve =
        allocate::curve(table_, split_.train, arguments_.training, options, observer_,
                        [&](const allocate::Curve& so_far) { return enough(so_far); });
    CurveView view{.table = table_, .curve = curve, .margin = arguments_.margin_share()};
    view.objective = arguments_.training.objective;
    if (options.full_precision) view.evidence = allocate::evidence(curve, view.margin);
    const auto chosen = chosen_of(view);
    if (!chosen && arguments_.curve.empty()) throw base::JobError(nothing_shown_text(view));
    if (!arguments_.curve.empty()) write_models(view, start);
    if (chosen && !arguments_.output.empty()) {
      view.chosen = *chosen;
      view.model = finished(curve.points[*chosen], start);
      model::write_file(*view.model, arguments_.output);
    }
    if (!arguments_.curve.empty()) write_curve(view, arguments_.curve);
    const auto order = checked_order(table_, arguments_.training, split_);
    if (arguments_.json) {
      auto json = curve_json(view, arguments_.output);
      json["split"] = data::text_of(arguments_.training.split);
      if (order) json["order"] = order_json(*order);
      fmt::print("{}\n", json.dump(2));
    } else {
      print_curve(view, arguments_, test_rows().size());
    }
    if (!chosen && !arguments_.output.empty()) throw base::JobError(nothing_shown_text(view));
  }

 private:
  const std::vector<std::uint32_t>& test_rows() const {
    return split_.test.empty() ? split_.train : split_.test;
  }

  // After two messages in a row whose mean loss is too high, no smaller one will do.
  bool enough(const allocate::Curve& curve) const {
    const allocate::CurvePoint& last = curve.points.back();
    if (!arguments_.quiet) {
      fmt::print(stderr, "{:6.1f} bits: {} {:.4f} on validation rows\n", last.bits,
                 loss_name(table_, arguments_.training.objective), last.losses.mean());
    }
    if (!arguments_.max_loss || !arguments_.curve.empty() || curve.points.size() < 2) return false;
    const auto evidence = allocate::evidence(curve, arguments_.margin_share());
    return std::ranges::all_of(std::span(evidence).last(2), [](const stats::Comparison& one) {
      return one.failed > 0 || one.excess.mean > 0.0;
    });
  }

  // Of a single one nothing can be shown, whatever it costs to train.
  void require_several_folds() const {
    const train::Options& training = arguments_.training;
    const auto splits =
        data::validation_splits(table_, split_.train, arguments_.options.folds, training.seed,
                                training.split, training.keep_copies_together);
    if (splits.size() > 1) return;
    throw base::InputError(
        "--max-loss", "",
        "column " + text::in_quotes(training.split.column) +
            " has one validation part, which does not show how trainings vary",
        "write no validation rows, so that --folds are drawn from the rows to train on");
  }

  // The knee, unless the user asked for a point; without one, the least loss. Nothing where no
  // message is shown to lose as little as was asked for.
  std::optional<std::size_t> chosen_of(const CurveView& view) const {
    const allocate::Curve& curve = view.curve;
    if (const auto bits = arguments_.payload_bits()) return allocate::best_within(curve, *bits);
    if (!arguments_.max_loss) {
      const double all = curve.points.front().budgets.front();
      return allocate::knee(curve.points).value_or(allocate::best_within(curve, all));
    }
    return allocate::smallest_as_good(view.evidence);
  }

  model::Model finished(const allocate::CurvePoint& point, Clock::time_point start) const {
    model::Model model = allocate::recorded_model(point, table_, split_, arguments_.training,
                                                  arguments_.options, observer_);
    give_tag(model, arguments_.tag);
    model.record.train_seconds = std::chrono::duration<double>(Clock::now() - start).count();
    model.record.command = arguments_.command;
    return model;
  }

  void write_models(CurveView& view, Clock::time_point start) const {
    std::filesystem::create_directories(arguments_.curve);
    for (const allocate::CurvePoint& point : view.curve.points) {
      view.models.push_back(finished(point, start));
      model::write_file(view.models.back(), fmt::format("{}/{:04}-bits.terse", arguments_.curve,
                                                        point.budgets.front()));
    }
  }

  AllocateArguments& arguments_;
  data::Table table_;
  data::Split split_;
  train::Observer observer_;
};

void run_allocate(AllocateArguments& arguments) {
  settle(arguments);
  if (!arguments.output.empty()) require_writable(arguments.output);
  if (!arguments.split_file.empty()) require_writable(arguments.split_file);
  if (arguments.training.encoder) return allocate_decoder(arguments);
  Run run(arguments);
  run();
}

}  // namespace

void add_allocate(Command program) {
  auto arguments = std::make_shared<AllocateArguments>();
  Command command = program.add_command(
      "allocate", "Choose features and levels so that a message fits, and train the model");
  add_allocate_options(command, *arguments);
  command.runs([arguments, program] {
    arguments->command = program.as_typed();
    arguments->table.quiet = arguments->quiet;
    run_allocate(*arguments);
  });
}

}  // namespace terse::cli
