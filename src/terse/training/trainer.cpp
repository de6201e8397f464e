#include "terse/training/trainer.h"

#include <algorithm>
#include <optional>

#include "terse/base/error.h"
#include "terse/base/random.h"
#include "terse/inference/activation_kernels.h"
#include "terse/simd/dispatch.h"
#include "terse/training/dense_layer.h"
#include "terse/training/initial_weights.h"
#include "terse/training/learned_table.h"
#include "terse/training/soft_sum.h"
#include "terse/training/step_size.h"
#include "terse/training/steps_layer.h"
#include "terse/training/team.h"

namespace terse::training {
namespace {

// Streams of Random: initial parameters of layer l, and the keys of dropout.
constexpr std::uint64_t parameter_stream = 1;
constexpr std::uint64_t dropout_stream = 1U << 20;

// Rows of a vector width each: members never share a cache line of activations.
constexpr std::size_t row_share = 16;

// Rows a power of two apart would fall on the same few sets of the first-level cache.
std::size_t padded(std::size_t columns) {
  return (columns + 15) / 16 * 16 + 16;
}

}  // namespace

struct Trainer::State {
  TrainerOptions options;
  base::ConstMatrixView inputs;
  std::span<const float> targets;
  std::span<const float> row_weights;  ///< empty: 1 each
  std::vector<std::uint32_t> offsets;
  Team team;
  std::vector<TrainedDense> layers;           ///< the last one gives the prediction
  std::optional<StepsLayer> steps;            ///< does the first layer's product, if present
  std::unique_ptr<InputQuantizer> quantizer;  ///< before the first layer, if present

  base::Matrix gathered;                  ///< batch x F: the first layer's inputs (not for steps)
  base::Matrix gathered_gradient;         ///< with a quantizer
  std::vector<base::Matrix> activations;  ///< per layer, after activation; the last: predictions
  std::vector<base::Matrix> gradients;    ///< per layer: d loss / d (output before activation)
  std::vector<double> losses;             ///< per member: sum over its rows
  std::vector<base::Matrix> scores;       ///< per member: a row of outputs
  std::uint64_t step_count = 0;

  State(const TrainerOptions& options_, base::ConstMatrixView inputs_,
        std::span<const float> targets_, const quantize::Thresholds& thresholds,
        std::span<const float> weights_);

  bool uses_steps() const {
    return options.input == InputLayer::soft_steps || options.input == InputLayer::hard_steps;
  }
  bool over_thresholds() const { return uses_steps() || options.input == InputLayer::soft_sum; }
  void make_quantizer(const quantize::Thresholds& thresholds);
  void make_steps(const quantize::Thresholds& thresholds, base::ConstMatrixView weights);
  base::MatrixView view(base::Matrix& matrix, std::size_t rows, std::size_t columns) const {
    return {matrix.data(), rows, columns, matrix.columns()};
  }
  base::MatrixView part(base::Matrix& matrix, Share rows, std::size_t columns) const {
    return {matrix.data() + rows.begin * matrix.columns(), rows.size(), columns, matrix.columns()};
  }
  inference::Dropout dropout(std::size_t layer, bool enabled) const;
  void forward(Member& member, std::span<const std::uint32_t> rows, float temperature, bool drop);
  void check_targets();
  void loss(Member& member, std::span<const std::uint32_t> rows);
  double weight_of(std::uint32_t row) const { return row_weights.empty() ? 1 : row_weights[row]; }
  double squared_error(std::span<const std::uint32_t> rows, Share own);
  double number_loss(std::span<const std::uint32_t> rows, Share own);
  double scored_loss(std::span<const std::uint32_t> rows, Share own, std::span<float> score);
  void backward_to(std::size_t layer, Share own, bool drop);
  template <typename Visit>
  void backward(Member& member, std::size_t rows, bool drop, const Visit& visit);
  base::ConstMatrixView layer_inputs(std::size_t layer, std::size_t rows);
};

Trainer::State::State(const TrainerOptions& options_, base::ConstMatrixView inputs_,
                      std::span<const float> targets_, const quantize::Thresholds& thresholds,
                      std::span<const float> weights_)
    : options(options_),
      inputs(inputs_),
      targets(targets_),
      row_weights(weights_),
      offsets(thresholds.offsets),
      team(options_.threads),
      losses(options_.threads) {
  TERSE_CHECK(!options.hidden.empty() && options.batch_rows_max > 0);
  TERSE_CHECK(row_weights.empty() || row_weights.size() == inputs.rows);
  TERSE_CHECK(!over_thresholds() || thresholds.features() == inputs.columns);
  TERSE_CHECK(options.dropout >= 0.0F && options.dropout < 1.0F);
  check_targets();
  const std::size_t batch = options.batch_rows_max;
  std::vector<std::size_t> outputs = options.hidden;
  outputs.push_back(options.outputs);
  std::size_t fan_in = uses_steps() ? thresholds.values.size() : inputs.columns;
  for (std::size_t index = 0; index < outputs.size(); ++index) {
    base::Random random(options.seed, parameter_stream + index);
    const inference::DenseLayer start = drawn_layer(random, outputs[index], fan_in);
    const bool bias_only = index == 0 && uses_steps();
    layers.emplace_back(bias_only ? 0 : fan_in, outputs[index], options.threads);
    layers.back().set(start);
    if (bias_only) make_steps(thresholds, start.weights);
    activations.emplace_back(batch, padded(outputs[index]));
    gradients.emplace_back(batch, padded(outputs[index]));
    fan_in = outputs[index];
  }
  if (!uses_steps()) gathered = base::Matrix(batch, padded(inputs.columns));
  make_quantizer(thresholds);
  if (quantizer) gathered_gradient = base::Matrix(batch, padded(inputs.columns));
}

void Trainer::State::check_targets() {
  if (!options.targets.empty()) options.outputs = output_count(options.targets);
  const TargetLoss only{options.loss, options.quantile, options.outputs, options.class_weights};
  training::check_targets(
      options.targets.empty() ? std::span(&only, 1) : std::span<const TargetLoss>(options.targets),
      targets, inputs.rows);
  scores.assign(options.threads, base::Matrix(1, options.outputs));
}

void Trainer::State::make_quantizer(const quantize::Thresholds& thresholds) {
  const std::size_t batch = options.batch_rows_max;
  if (options.input == InputLayer::soft_sum) {
    quantizer = std::make_unique<SoftSum>(inputs, thresholds, batch);
  } else if (options.input == InputLayer::step_size) {
    quantizer = std::make_unique<StepSize>(inputs, options.levels, batch);
  } else if (options.input == InputLayer::table) {
    quantizer = std::make_unique<LearnedTable>(inputs, options.levels, options.granularity, batch);
  }
}

void Trainer::State::make_steps(const quantize::Thresholds& thresholds,
                                base::ConstMatrixView weights) {
  StepsLayerOptions steps_options;
  steps_options.units = options.hidden.front();
  steps_options.batch_rows_max = options.batch_rows_max;
  steps_options.soft = options.input == InputLayer::soft_steps;
  steps_options.threshold_rate_factor = static_cast<float>(options.threshold_rate_factor);
  steps_options.path = options.steps_path;
  steps.emplace(steps_options, inputs, thresholds, weights, options.threads);
}

inference::Dropout Trainer::State::dropout(std::size_t layer, bool enabled) const {
  if (!enabled || options.dropout == 0.0F) return {};
  const auto words = base::philox(options.seed, step_count, dropout_stream + layer);
  const double probability = options.dropout;
  return {words[0], words[1], static_cast<std::uint32_t>(probability * 0x1p32),
          static_cast<float>(1.0 / (1.0 - probability))};
}

base::ConstMatrixView Trainer::State::layer_inputs(std::size_t layer, std::size_t rows) {
  if (layer > 0) return view(activations[layer - 1], rows, layers[layer].inputs());
  return view(gathered, rows, layers[0].inputs());
}

void Trainer::State::forward(Member& member, std::span<const std::uint32_t> rows, float temperature,
                             bool drop) {
  const Share own = member.share(rows.size(), row_share);
  if (steps) {
    steps->forward(member, rows, temperature,
                   view(activations[0], rows.size(), layers[0].outputs()));
  } else {
    if (quantizer) {
      quantizer->forward(member, rows, temperature, view(gathered, rows.size(), inputs.columns));
      member.barrier();
    } else {
      for (std::size_t r = own.begin; r < own.end; ++r) {
        std::copy_n(inputs.data + rows[r] * inputs.stride, inputs.columns,
                    gathered.data() + r * gathered.columns());
      }
    }
    layers[0].forward(part(gathered, own, inputs.columns),
                      part(activations[0], own, layers[0].outputs()));
  }
  for (std::size_t l = 0; l < layers.size(); ++l) {
    const std::size_t outputs = layers[l].outputs();
    if (l > 0) {
      layers[l].forward(part(activations[l - 1], own, layers[l].inputs()),
                        part(activations[l], own, outputs));
    }
    if (l + 1 == layers.size()) break;
    const base::MatrixView to = part(activations[l], own, outputs);
    TERSE_DISPATCH_FROM(inference, activate)
    ({to.data, to.stride, own.begin, to.rows, outputs}, layers[l].bias(), dropout(l, drop));
  }
}

void Trainer::State::loss(Member& member, std::span<const std::uint32_t> rows) {
  const Share own = member.share(rows.size(), row_share);
  double& sum = losses[member.index()];
  if (!options.targets.empty() || options.loss == inference::Loss::cross_entropy) {
    sum = scored_loss(rows, own, scores[member.index()].values());
  } else if (options.loss == inference::Loss::squared_error && row_weights.empty()) {
    sum = squared_error(rows, own);
  } else {
    sum = number_loss(rows, own);
  }
}

double Trainer::State::squared_error(std::span<const std::uint32_t> rows, Share own) {
  const float bias = layers.back().bias()[0];
  const auto scale = static_cast<float>(2.0 / static_cast<double>(rows.size()));
  double sum = 0.0;
  for (std::size_t r = own.begin; r < own.end; ++r) {
    const float error = activations.back()(r, 0) + bias - targets[rows[r]];
    sum += static_cast<double>(error) * static_cast<double>(error);
    gradients.back()(r, 0) = error * scale;
  }
  return sum;
}

double Trainer::State::number_loss(std::span<const std::uint32_t> rows, Share own) {
  const auto bias = static_cast<double>(layers.back().bias()[0]);
  double sum = 0.0;
  for (std::size_t r = own.begin; r < own.end; ++r) {
    const double output = static_cast<double>(activations.back()(r, 0)) + bias;
    const auto target = static_cast<double>(targets[rows[r]]);
    const double weight = weight_of(rows[r]);
    const auto own_loss = inference::number_loss(options.loss, options.quantile, output, target);
    sum += weight * own_loss.value;
    gradients.back()(r, 0) =
        static_cast<float>(weight * own_loss.derivative / static_cast<double>(rows.size()));
  }
  return sum;
}

double Trainer::State::scored_loss(std::span<const std::uint32_t> rows, Share own,
                                   std::span<float> score) {
  const float* bias = layers.back().bias();
  double sum = 0.0;
  for (std::size_t r = own.begin; r < own.end; ++r) {
    for (std::size_t k = 0; k < score.size(); ++k) score[k] = activations.back()(r, k) + bias[k];
    const std::span<float> gradient = gradients.back().row(r).first(score.size());
    if (!options.targets.empty()) {
      const double weight = weight_of(rows[r]);
      const double scale = weight / static_cast<double>(rows.size());
      sum += weight * joint_loss(options.targets, score, targets, rows[r], scale, gradient);
      continue;
    }
    const auto target = static_cast<std::size_t>(targets[rows[r]]);
    double weight =
        options.class_weights.empty() ? 1.0 : static_cast<double>(options.class_weights[target]);
    weight *= weight_of(rows[r]);
    const double scale = weight / static_cast<double>(rows.size());
    sum += weight * inference::cross_entropy(score, target, scale, gradient);
  }
  return sum;
}

// From the gradient of layer's output to that of the layer before it, own rows.
void Trainer::State::backward_to(std::size_t layer, Share own, bool drop) {
  const std::size_t units = layers[layer].inputs();
  if (layer == 0) {
    if (quantizer) {
      layers[0].input_gradient(part(gradients[0], own, layers[0].outputs()),
                               part(gathered_gradient, own, units));
    }
    return;
  }
  const base::MatrixView to = part(gradients[layer - 1], own, units);
  layers[layer].input_gradient(part(gradients[layer], own, layers[layer].outputs()), to);
  const float scale = dropout(layer - 1, drop).scale;
  TERSE_DISPATCH_FROM(inference, activate_backward)
  ({to.data, to.stride, own.begin, to.rows, units},
   activations[layer - 1].data() + own.begin * activations[layer - 1].columns(), scale);
}

// visit(layer) runs when the gradient of that layer's output is complete and nobody reads its
// weights any more.
template <typename Visit>
void Trainer::State::backward(Member& member, std::size_t rows, bool drop, const Visit& visit) {
  const Share own = member.share(rows, row_share);
  for (std::size_t layer = layers.size(); layer-- > 0;) {
    backward_to(layer, own, drop);
    member.barrier();
    visit(layer);
  }
}

Trainer::Trainer(const TrainerOptions& options, base::ConstMatrixView inputs,
                 std::span<const float> targets, const quantize::Thresholds& thresholds,
                 std::span<const float> weights)
    : state_(std::make_unique<State>(options, inputs, targets, thresholds, weights)) {}

Trainer::~Trainer() = default;

double Trainer::step(std::span<const std::uint32_t> rows, float temperature) {
  State& state = *state_;
  TERSE_CHECK(!rows.empty() && rows.size() <= state.options.batch_rows_max);
  ++state.step_count;
  const AdamStep adam = AdamStep::at(state.step_count, state.options.learning_rate);
  state.team.run([&](Member& member) {
    state.forward(member, rows, temperature, true);
    state.loss(member, rows);
    state.backward(member, rows.size(), true, [&](std::size_t layer) {
      const base::ConstMatrixView gradient =
          state.view(state.gradients[layer], rows.size(), state.layers[layer].outputs());
      if (layer == 0 && state.steps) {
        state.steps->backward(member, rows, temperature, gradient, adam);
        state.layers[0].update(member, {}, gradient, adam);
        return;
      }
      state.layers[layer].update(member, state.layer_inputs(layer, rows.size()), gradient, adam);
      if (layer == 0 && state.quantizer) {
        state.quantizer->backward(
            member, rows.size(), temperature,
            state.view(state.gathered_gradient, rows.size(), state.inputs.columns));
        state.quantizer->update(
            member, adam.scaled(static_cast<float>(state.options.threshold_rate_factor)));
      }
    });
  });
  double sum = 0.0;
  for (const double part : state.losses) sum += part;
  return sum / static_cast<double>(rows.size());
}

Gradients Trainer::gradients(std::span<const std::uint32_t> rows, float temperature, double* loss) {
  State& state = *state_;
  TERSE_CHECK(!rows.empty() && rows.size() <= state.options.batch_rows_max);
  Gradients result;
  for (const TrainedDense& layer : state.layers) {
    result.layers.push_back(
        {base::Matrix(layer.outputs(), layer.inputs()), std::vector<float>(layer.outputs())});
  }
  StepsGradients steps_gradients;
  state.team.run([&](Member& member) {
    state.forward(member, rows, temperature, false);
    state.loss(member, rows);
    state.backward(member, rows.size(), false, [&](std::size_t layer) {
      const base::ConstMatrixView gradient =
          state.view(state.gradients[layer], rows.size(), state.layers[layer].outputs());
      const bool steps_here = layer == 0 && state.steps.has_value();
      if (steps_here) {
        state.steps->gradients(member, rows, temperature, gradient, steps_gradients);
      }
      state.layers[layer].gradients(
          member, steps_here ? base::ConstMatrixView{} : state.layer_inputs(layer, rows.size()),
          gradient, result.layers[layer]);
      if (layer == 0 && state.quantizer) {
        state.quantizer->backward(
            member, rows.size(), temperature,
            state.view(state.gathered_gradient, rows.size(), state.inputs.columns));
      }
    });
  });
  if (state.steps) {
    result.layers[0].weights = std::move(steps_gradients.weights);
    result.thresholds = std::move(steps_gradients.thresholds);
  }
  if (state.quantizer) {
    const auto gradient = state.quantizer->gradient();
    result.thresholds.assign(gradient.begin(), gradient.end());
  }
  if (loss != nullptr) {
    *loss = 0.0;
    for (const double part : state.losses) *loss += part;
    *loss /= static_cast<double>(rows.size());
  }
  return result;
}

void Trainer::set_learning_rate(double learning_rate) {
  state_->options.learning_rate = learning_rate;
}

inference::Parameters Trainer::parameters() const {
  inference::Parameters parameters;
  for (const TrainedDense& layer : state_->layers) parameters.layers.push_back(layer.get());
  if (state_->steps) {
    parameters.layers[0].weights = state_->steps->weights();
    parameters.thresholds = state_->steps->thresholds();
  }
  if (state_->quantizer) state_->quantizer->harden(parameters);
  return parameters;
}

void Trainer::set_parameters(const inference::Parameters& parameters) {
  State& state = *state_;
  TERSE_CHECK(parameters.layers.size() == state.layers.size());
  for (std::size_t l = 0; l < state.layers.size(); ++l) state.layers[l].set(parameters.layers[l]);
  if (state.steps) state.make_steps(parameters.thresholds, parameters.layers[0].weights);
  if (!state.quantizer) return;
  TERSE_CHECK(state.options.input == InputLayer::soft_sum);
  state.quantizer->set_learned(parameters.thresholds.values);
}

}  // namespace terse::training
