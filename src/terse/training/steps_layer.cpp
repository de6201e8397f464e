#include "terse/training/steps_layer.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "terse/base/error.h"
#include "terse/simd/dispatch.h"
#include "terse/training/large_memory.h"
#include "terse/training/steps_dense.h"
#include "terse/training/steps_sorted.h"
#include "terse/training/steps_state.h"

namespace terse::training {
namespace {

// From this many thresholds per feature on the sorted paths are expected to run, and the weights
// are laid out for them.
constexpr std::size_t sorted_layout_thresholds = 24;

// How long the sorted paths' measured cost is trusted while the dense one runs: the temperature
// and the batch may change by this factor, and the thresholds may move for this many steps.
constexpr float trusted_ratio = 1.2F;
constexpr unsigned trusted_steps = 256;

void clear(base::MatrixView matrix) {
  for (std::size_t row = 0; row < matrix.rows; ++row) {
    std::ranges::fill(matrix.row(row), 0.0F);
  }
}

bool close(float a, float b) {
  return a <= b * trusted_ratio && b <= a * trusted_ratio;
}

}  // namespace

struct StepsLayer::State {
  // The code that runs a step; the two directions choose for themselves.
  struct Choice {
    bool forward_sorted = false;
    bool backward_sorted = false;
  };

  StepsShared shared;
  std::optional<StepsDense> dense;
  std::optional<StepsSorted> sorted;
  Choice last;
  StepsPath path = StepsPath::dense;  ///< of the last forward
  // When both directions of the sorted code were last chosen.
  bool measured = false;
  float measured_temperature = 0.0F;
  float measured_rows = 0.0F;
  unsigned steps_since = 0;

  Choice choose(const StepsBatch& batch) const;
  void record(const StepsBatch& batch, Choice choice);
  StepsFar far() const;
  void backward(Member& member, const StepsBatch& batch, base::ConstMatrixView output_gradient,
                const StepsUpdate& update);
};

StepsFar StepsLayer::State::far() const {
  switch (shared.options.path) {
    case StepsPath::band:
      return StepsFar::saturated;
    case StepsPath::exponential:
      return StepsFar::exponential;
    default:
      return StepsFar::cheapest;
  }
}

// The sorted code's cost depends on how the readings lie, so it is run once to learn it.
StepsLayer::State::Choice StepsLayer::State::choose(const StepsBatch& batch) const {
  if (!sorted) return {false, false};
  if (shared.options.path != StepsPath::automatic) return {true, true};
  const bool trusted = measured && close(batch.temperature, measured_temperature) &&
                       close(static_cast<float>(batch.rows.size()), measured_rows) &&
                       steps_since < trusted_steps;
  if (!trusted) return {true, true};
  const std::size_t rows = batch.rows.size();
  const double sorted_forward = sorted->forward_cost();
  // Where only forward was called, backward is taken to cost as much and half again.
  const double sorted_backward =
      sorted->backward_cost() > 0.0 ? sorted->backward_cost() : 1.5 * sorted_forward;
  const double sort = sorted->prepare_cost(rows);
  const double fill = dense->prepare_cost(rows);
  const double all_dense = fill + dense->forward_cost(rows) + dense->backward_cost(rows);
  const double all_sorted = sort + sorted_forward + sorted_backward;
  const double mixed = fill + sort + dense->forward_cost(rows) + sorted_backward;
  if (all_sorted <= all_dense && all_sorted <= mixed) return {true, true};
  return {false, mixed < all_dense};
}

void StepsLayer::State::record(const StepsBatch& batch, Choice choice) {
  last = choice;
  path = !choice.forward_sorted         ? StepsPath::dense
         : sorted->mostly_exponential() ? StepsPath::exponential
                                        : StepsPath::band;
  ++steps_since;
  if (choice.forward_sorted) {
    measured = true;
    measured_temperature = batch.temperature;
    measured_rows = static_cast<float>(batch.rows.size());
    steps_since = 0;
  }
}

void StepsLayer::State::backward(Member& member, const StepsBatch& batch,
                                 base::ConstMatrixView output_gradient, const StepsUpdate& update) {
  if (last.backward_sorted) {
    sorted->backward(member, batch, far(), output_gradient, update);
  } else {
    dense->backward(member, batch, output_gradient, update);
  }
}

StepsLayer::StepsLayer(const StepsLayerOptions& options, base::ConstMatrixView inputs,
                       const quantize::Thresholds& thresholds, base::ConstMatrixView weights,
                       unsigned threads)
    : state_(std::make_unique<State>()) {
  const std::size_t count = thresholds.offsets.back();
  TERSE_CHECK(options.units > 0 && options.batch_rows_max > 0 && threads > 0);
  TERSE_CHECK(inputs.columns == thresholds.features() && count == thresholds.values.size());
  TERSE_CHECK(weights.rows == options.units && weights.columns == count);
  auto& shared = state_->shared;
  shared.options = options;
  shared.inputs = inputs;
  shared.offsets = thresholds.offsets;
  shared.set_groups(options.groups);
  shared.thresholds.assign(thresholds.values.begin(), thresholds.values.end());
  shared.threshold_first_moment.resize(count);
  shared.threshold_second_moment.resize(count);
  shared.threshold_gradient.resize(count);

  auto& own = shared.weights;
  own.units = options.units;
  own.rows = count;
  own.tiles = (options.units + steps_tile_columns - 1) / steps_tile_columns;
  const bool many = count >= sorted_layout_thresholds * thresholds.features();
  own.width = many && options.path != StepsPath::dense ? steps_tile_columns
                                                       : own.tiles * steps_tile_columns;
  own.values = large_zeros(count * own.tiles * steps_tile_columns);
  own.first_moment = large_zeros(own.values.size());
  own.second_moment = large_zeros(own.values.size());
  for (std::size_t unit = 0; unit < options.units; ++unit) {
    for (std::size_t j = 0; j < count; ++j) own.values[own.offset(j, unit)] = weights(unit, j);
  }
  state_->dense.emplace(shared, threads);
  if (options.path != StepsPath::dense && count > 0) state_->sorted.emplace(shared, threads);
}

StepsLayer::~StepsLayer() = default;

void StepsLayer::forward(Member& member, std::span<const std::uint32_t> rows, float temperature,
                         base::MatrixView output) {
  auto& shared = state_->shared;
  TERSE_CHECK(!rows.empty() && rows.size() <= shared.options.batch_rows_max);
  TERSE_CHECK(rows.size() == output.rows);
  TERSE_CHECK(output.columns == shared.groups * shared.options.units);
  TERSE_CHECK(!shared.options.soft || temperature > 0.0F);
  const StepsBatch batch{rows, temperature};
  const auto choice = state_->choose(batch);
  if (choice.forward_sorted || choice.backward_sorted) state_->sorted->prepare(member, batch);
  if (!choice.forward_sorted || !choice.backward_sorted) state_->dense->prepare(member, batch);
  member.barrier();
  if (shared.weights.rows == 0) {
    if (member.index() == 0) clear(output);
    member.barrier();
  } else if (choice.forward_sorted) {
    state_->sorted->forward(member, batch, state_->far(), output);
  } else {
    state_->dense->forward(member, batch, output);
  }
  // Every member has chosen by now; the caller's next barrier comes before they choose again.
  if (member.index() == 0) state_->record(batch, choice);
}

void StepsLayer::backward(Member& member, std::span<const std::uint32_t> rows, float temperature,
                          base::ConstMatrixView output_gradient, const AdamStep& adam) {
  auto& shared = state_->shared;
  state_->backward(member, {rows, temperature}, output_gradient, {adam, nullptr});
  if (!shared.options.soft) return;
  const AdamStep step = adam.scaled(shared.options.threshold_rate_factor);
  const Share own = member.share(shared.weights.rows, 16);
  TERSE_DISPATCH(adam_update)
  (shared.thresholds.data() + own.begin, shared.threshold_first_moment.data() + own.begin,
   shared.threshold_second_moment.data() + own.begin, shared.threshold_gradient.data() + own.begin,
   own.size(), step.step_size, step.root_scale, step.keep);
}

void StepsLayer::gradients(Member& member, std::span<const std::uint32_t> rows, float temperature,
                           base::ConstMatrixView output_gradient, StepsGradients& result) {
  const auto& shared = state_->shared;
  if (member.index() == 0) {
    result.weights = base::Matrix(shared.options.units, shared.weights.rows);
    result.thresholds.assign(shared.weights.rows, 0.0F);
  }
  member.barrier();
  state_->backward(member, {rows, temperature}, output_gradient, {AdamStep{}, &result.weights});
  member.barrier();
  if (shared.options.soft && member.index() == 0) {
    result.thresholds.assign(shared.threshold_gradient.begin(), shared.threshold_gradient.end());
  }
  member.barrier();
}

quantize::Thresholds StepsLayer::thresholds() const {
  quantize::Thresholds result;
  result.offsets = state_->shared.offsets;
  result.values.assign(state_->shared.thresholds.begin(), state_->shared.thresholds.end());
  return result;
}

base::Matrix StepsLayer::weights() const {
  const auto& own = state_->shared.weights;
  base::Matrix result(own.units, own.rows);
  for (std::size_t unit = 0; unit < own.units; ++unit) {
    for (std::size_t j = 0; j < own.rows; ++j) result(unit, j) = own.values[own.offset(j, unit)];
  }
  return result;
}

StepsPath StepsLayer::last_path() const {
  return state_->path;
}

}  // namespace terse::training
