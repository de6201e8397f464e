#include "terse/train/decoder_choice.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "terse/base/order.h"
#include "terse/data/split_rule.h"
#include "terse/train/boosted_decoder.h"
#include "terse/train/metrics.h"
#include "terse/train/network.h"
#include "terse/train/observer.h"
#include "terse/train/one_decoder.h"
#include "terse/train/preparation.h"
#include "terse/train/protocol.h"

namespace terse::train {
namespace {

double loss_of(const model::Model& model, const data::Table& table,
               std::span<const std::uint32_t> rows) {
  return evaluate(model, table, rows).loss();
}

// Positions of the rows that choose (test), a tenth of them by the rule of the split, and of the
// others.
data::Split deciding(const data::Table& table, std::span<const std::uint32_t> rows,
                     const Options& options) {
  constexpr std::uint64_t stream = 902;
  if (auto split = data::held_back(table, rows, 0.1, options.seed, options.split)) {
    return *std::move(split);
  }
  const auto order = base::shuffled_rows(rows.size(), options.seed, stream);
  const auto begin = order.begin() + static_cast<std::ptrdiff_t>(rows.size() / 10);
  return {{begin, order.end()}, {order.begin(), begin}};
}

std::vector<std::uint32_t> rows_at(std::span<const std::uint32_t> rows,
                                   const std::vector<std::uint32_t>& places) {
  std::vector<std::uint32_t> result;
  for (const std::uint32_t place : places) result.push_back(rows[place]);
  std::ranges::sort(result);
  return result;
}

// Rows, ascending: those that choose (test), and the others.
data::Split set_aside(const data::Table& table, std::span<const std::uint32_t> rows,
                      const Options& options) {
  const data::Split places = deciding(table, rows, options);
  return {rows_at(rows, places.train), rows_at(rows, places.test)};
}

constexpr std::size_t rows_to_choose = 50;

std::string_view word_of_loss(const data::Table& table, const Options& options) {
  if (table.targets() > 1) return "weighted loss";
  if (!table.classes.empty()) return "log loss";
  return options.objective == Objective{} ? "MSE" : "loss";
}

bool predicts_a_number(const data::Table& table) {
  for (std::size_t t = 0; t < table.targets(); ++t) {
    if (table.target_view(t).classes.empty()) return true;
  }
  return false;
}

}  // namespace

NetworkChoice best_network(const data::Table& table, std::span<const std::uint32_t> rows,
                           const Options& options, const Observer& asked) {
  Options plain = options;
  plain.network = Network::plain;
  plain.decoder = Decoder::network;
  if (rows.size() < rows_to_choose) {
    return {Network::plain, fmt::format("{} rows are too few to choose by", rows.size())};
  }
  const Observer observer = with_purpose(asked, "to choose the network");
  const data::Split aside = set_aside(table, rows, options);
  const auto loss = [&](const Options& own) {
    return loss_of(train_one_decoder(table, aside.train, own, observer), table, aside.test);
  };
  const double plain_loss = loss(plain);
  const double tabm_loss = loss(for_tabm(plain));
  return {tabm_loss < plain_loss ? Network::tabm : Network::plain,
          fmt::format("{} of {} rows set aside: plain {:.4g}, tabm {:.4g}",
                      word_of_loss(table, options), aside.test.size(), plain_loss, tabm_loss)};
}

Options options_for(const Candidate& candidate, const Options& options) {
  Options result = options;
  result.method = candidate.method;
  result.decoder = candidate.decoder;
  if (!quantize::choosable_start(candidate.method)) result.start.reset();
  if (quantize::traits(candidate.method).input != quantize::FirstLayerInput::steps) {
    result.network = Network::plain;
  }
  return result;
}

Choice best_decoder(const data::Table& table, std::span<const std::uint32_t> rows,
                    const Options& options, const Observer& asked) {
  const Observer observer = with_purpose(asked, "to choose the decoder");
  constexpr std::size_t rows_to_stack = 1000;
  constexpr double least_gain = 0.01;
  const Candidate network{options.method};
  const Candidate boosted{options.method, Decoder::boosted, "boosted"};
  const Candidate extra_trees{options.method, Decoder::extra_trees, "extra-trees"};
  const Candidate stack{options.method, Decoder::stack, "stack"};
  const quantize::MethodTraits& traits = quantize::traits(options.method);
  if (traits.input == quantize::FirstLayerInput::none) {
    return {boosted, "the method has no network"};
  }
  if (options.objective.loss == inference::Loss::quantile && predicts_a_number(table)) {
    return {network, "boosted trees do not learn a quantile"};
  }
  if (rows.size() < rows_to_choose) {
    return {network, fmt::format("{} rows are too few to choose by", rows.size())};
  }
  const data::Split aside = set_aside(table, rows, options);
  const std::vector<std::uint32_t>& training = aside.train;
  const std::vector<std::uint32_t>& measured = aside.test;
  const auto on_round = [&](unsigned) { stop_if_asked(observer.stop); };
  std::vector<std::pair<double, Candidate>> losses;

  const Preparation prepared = prepare(table, training, options, on_round);
  model::Model model = trained_network(table, training, prepared, options, observer);
  model.output = output_of(table, prepared, options.objective);
  losses.emplace_back(loss_of(model, table, measured), network);
  std::optional<MeasuredPlan> plan;
  if (rows.size() >= rows_to_stack && model.payload_bits() > 0 && table.targets() == 1) {
    plan = plan_by_rows(model, table, training, measured, prepared, options, observer);
    losses.emplace_back(plan->extra_trees_loss, extra_trees);
  }
  give_boosted_decoder(model, table, training, prepared, options, on_round);
  losses.emplace_back(loss_of(model, table, measured), boosted);
  if (traits.trains_thresholds) {
    const Candidate quantile{quantize::Method::xgb_qq, Decoder::boosted,
                             "boosted on quantile codes"};
    model = train_one_decoder(table, training, options_for(quantile, options), observer);
    losses.emplace_back(loss_of(model, table, measured), quantile);
  }

  std::string reason =
      fmt::format("{} of {} rows set aside:", word_of_loss(table, options), measured.size());
  for (const auto& [loss, candidate] : losses) {
    reason += fmt::format("{} {} {:.4g}", reason.ends_with(':') ? "" : ",", candidate.name, loss);
  }
  const auto least =
      *std::ranges::min_element(losses, {}, [](const auto& one) { return one.first; });
  Choice choice{least.second, std::move(reason)};
  if (!plan) return choice;
  if (least.second.decoder == Decoder::extra_trees) choice.plan = plan->extra_trees;
  if (options.network != Network::plain) return choice;
  choice.reason += fmt::format(", stack {:.4g}", plan->stack_loss);
  if (plan->stack_loss < least.first - least_gain * std::abs(least.first)) {
    choice.best = stack;
    choice.plan = plan->plan;
    choice.plan->reason.clear();
  }
  return choice;
}

}  // namespace terse::train
