#include "terse/training/trainer_state.h"

#include "terse/base/error.h"
#include "terse/base/random.h"
#include "terse/simd/dispatch.h"
#include "terse/training/initial_weights.h"
#include "terse/training/learned_table.h"
#include "terse/training/soft_sum.h"
#include "terse/training/step_size.h"

namespace terse::training {
namespace {

// Streams of Random: initial parameters of layer l, and the keys of dropout.
constexpr std::uint64_t parameter_stream = 1;
constexpr std::uint64_t dropout_stream = 1U << 20;

// Rows a power of two apart would fall on the same few sets of the first-level cache.
std::size_t padded(std::size_t columns) {
  return (columns + 15) / 16 * 16 + 16;
}

inference::DenseLayer initial_layer(std::size_t outputs, std::size_t inputs, std::size_t biases,
                                    std::uint64_t seed, std::size_t index) {
  base::Random random(seed, parameter_stream + index);
  inference::DenseLayer layer{base::Matrix(outputs, inputs), std::vector<float>(biases)};
  draw_layer(random, inputs, layer.weights.values(), layer.bias);
  return layer;
}

}  // namespace

Trainer::State::State(const TrainerOptions& options_, base::ConstMatrixView inputs_,
                      std::span<const float> targets, const quantize::Thresholds& thresholds,
                      std::span<const float> weights)
    : options(options_),
      inputs(inputs_),
      batch_loss({options_.loss, options_.quantile, options_.outputs, options_.class_weights,
                  options_.targets},
                 targets, weights),
      team(options_.threads),
      submodels(options_.submodels, options_.submodels_per_row,
                options_.sign_groups.empty()
                    ? 1
                    : *std::ranges::max_element(options_.sign_groups) + std::size_t{1},
                options_.seed),
      losses(options_.threads) {
  if (!options.targets.empty()) options.outputs = output_count(options.targets);
  check();
  TERSE_CHECK(inputs.rows * std::max<std::size_t>(1, options.targets.size()) == targets.size());
  TERSE_CHECK(!over_thresholds() || thresholds.features() == inputs.columns);
  scores.assign(options.threads, base::Matrix(1, options.outputs));
  const std::size_t batch = options.batch_rows_max;
  const std::size_t count = submodels.count();
  std::size_t fan_in = uses_steps() ? thresholds.values.size() : inputs.columns;
  const auto add_buffers = [&](std::size_t outputs) {
    activations.emplace_back(batch * submodels.per_row(), padded(outputs));
    gradients.emplace_back(batch * submodels.per_row(), padded(outputs));
  };
  for (const std::size_t units : options.hidden) {
    const inference::DenseLayer start =
        initial_layer(units, fan_in, count * units, options.seed, layers.size());
    const bool bias_only = layers.empty() && uses_steps();
    layers.emplace_back(bias_only ? 0 : fan_in, units, options.threads, count);
    layers.back().set(start);
    if (bias_only) make_steps(thresholds, start.weights);
    add_buffers(units);
    fan_in = units;
  }
  heads.emplace(fan_in, options.outputs, options.threads, count);
  heads->set(initial_layer(count * options.outputs, fan_in, count * options.outputs, options.seed,
                           layers.size()));
  add_buffers(options.outputs);
  if (submodels.several()) {
    products = base::Matrix(batch, padded(submodels.groups() * options.hidden.front()));
  }
  if (!uses_steps()) gathered = base::Matrix(batch, padded(inputs.columns));
  make_quantizer(thresholds);
  if (quantizer) gathered_gradient = base::Matrix(batch, padded(inputs.columns));
}

void Trainer::State::check() const {
  TERSE_CHECK(!options.hidden.empty() && options.batch_rows_max > 0);
  TERSE_CHECK(options.dropout >= 0.0F && options.dropout < 1.0F);
  TERSE_CHECK(submodels.several() ? uses_steps() : options.sign_groups.empty());
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
  steps_options.groups = options.sign_groups;
  steps.emplace(steps_options, inputs, thresholds, weights, options.threads);
}

void Trainer::State::start(std::span<const std::uint32_t> rows) {
  TERSE_CHECK(!rows.empty() && rows.size() <= options.batch_rows_max);
  submodels.take(rows);
}

inference::Dropout Trainer::State::dropout(std::size_t layer, bool enabled) const {
  if (!enabled || options.dropout == 0.0F) return {};
  const auto words = base::philox(options.seed, step_count, dropout_stream + layer);
  const double probability = options.dropout;
  return {words[0], words[1], static_cast<std::uint32_t>(probability * 0x1p32),
          static_cast<float>(1.0 / (1.0 - probability))};
}

base::ConstMatrixView Trainer::State::layer_inputs(std::size_t layer, std::size_t rows) {
  if (layer > 0) return view(activations[layer - 1], stacked(), inputs_of(layer));
  return view(gathered, rows, layers[0].inputs());
}

base::ConstMatrixView Trainer::State::first_gradient(std::size_t rows) {
  if (!submodels.several()) return view(gradients[0], rows, layers[0].outputs());
  return view(products, rows, submodels.groups() * layers[0].outputs());
}

// The first layer without its bias, complete for the member's share of the stacked rows.
void Trainer::State::first_product(Member& member, std::span<const std::uint32_t> rows,
                                   float temperature) {
  const Share own = member.share(rows.size(), row_share);
  const std::size_t units = layers[0].outputs();
  if (steps && submodels.several()) {
    const base::MatrixView groups = view(products, rows.size(), submodels.groups() * units);
    steps->forward(member, rows, temperature, groups);
    submodels.spread(groups, own, view(activations[0], stacked(), units));
    member.barrier();
  } else if (steps) {
    steps->forward(member, rows, temperature, view(activations[0], rows.size(), units));
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
    layers[0].forward(part(gathered, own, inputs.columns), part(activations[0], own, units));
  }
}

void Trainer::State::forward(Member& member, std::span<const std::uint32_t> rows, float temperature,
                             bool drop) {
  first_product(member, rows, temperature);
  const Share own = member.share(stacked(), row_share);
  for (std::size_t l = 0; l < layers.size(); ++l) {
    const std::size_t outputs = layers[l].outputs();
    if (l > 0) {
      layers[l].forward(part(activations[l - 1], own, layers[l].inputs()),
                        part(activations[l], own, outputs));
    }
    submodels.visit(own, [&](std::size_t k, Share mine) {
      const base::MatrixView to = part(activations[l], mine, outputs);
      TERSE_DISPATCH_FROM(inference, activate)
      ({to.data, to.stride, mine.begin, to.rows, outputs}, layers[l].bias(k), dropout(l, drop));
    });
  }
  heads->forward(submodels, own, layer_inputs(layers.size(), rows.size()),
                 view(activations.back(), stacked(), options.outputs));
}

void Trainer::State::loss(Member& member) {
  double& sum = losses[member.index()];
  sum = 0.0;
  const std::span<float> score = scores[member.index()].values();
  submodels.visit(member.share(stacked(), row_share), [&](std::size_t k, Share mine) {
    sum += batch_loss.sum({submodels.rows().subspan(mine.begin, mine.size()),
                           part(activations.back(), mine, options.outputs), heads->bias(k),
                           part(gradients.back(), mine, options.outputs)},
                          static_cast<double>(stacked()), score);
  });
}

double Trainer::State::mean_loss() const {
  double sum = 0.0;
  for (const double part : losses) sum += part;
  return sum / static_cast<double>(stacked());
}

// From the gradient of layer's output to that of the layer before it, own rows.
void Trainer::State::backward_to(std::size_t layer, Share own, Share own_batch, bool drop) {
  const std::size_t units = inputs_of(layer);
  if (layer == 0) {
    if (submodels.several()) {
      submodels.gather(view(gradients[0], stacked(), layers[0].outputs()), own_batch,
                       view(products, products.rows(), submodels.groups() * layers[0].outputs()));
    }
    if (quantizer) {
      layers[0].input_gradient(part(gradients[0], own, layers[0].outputs()),
                               part(gathered_gradient, own, units));
    }
    return;
  }
  const base::MatrixView to = part(gradients[layer - 1], own, units);
  if (layer < layers.size()) {
    layers[layer].input_gradient(part(gradients[layer], own, layers[layer].outputs()), to);
  } else {
    heads->input_gradient(submodels, own, view(gradients[layer], stacked(), options.outputs),
                          view(gradients[layer - 1], stacked(), units));
  }
  const float scale = dropout(layer - 1, drop).scale;
  TERSE_DISPATCH_FROM(inference, activate_backward)
  ({to.data, to.stride, own.begin, to.rows, units},
   activations[layer - 1].data() + own.begin * activations[layer - 1].columns(), scale);
}

Trainer::Trainer(const TrainerOptions& options, base::ConstMatrixView inputs,
                 std::span<const float> targets, const quantize::Thresholds& thresholds,
                 std::span<const float> weights)
    : state_(std::make_unique<State>(options, inputs, targets, thresholds, weights)) {}

Trainer::~Trainer() = default;

double Trainer::step(std::span<const std::uint32_t> rows, float temperature) {
  State& state = *state_;
  state.start(rows);
  ++state.step_count;
  const AdamStep adam =
      AdamStep::at(state.step_count, state.options.learning_rate, state.options.weight_decay);
  const std::span<const Share> parts = state.submodels.parts();
  state.team.run([&](Member& member) {
    state.forward(member, rows, temperature, true);
    state.loss(member);
    state.backward(member, rows.size(), true, [&](std::size_t layer) {
      const base::ConstMatrixView gradient = state.output_gradient(layer);
      if (layer == state.layers.size()) {
        state.heads->update(member, state.submodels, state.layer_inputs(layer, rows.size()),
                            gradient, adam);
        return;
      }
      TrainedDense& own = state.layers[layer];
      if (layer == 0 && state.steps) {
        state.steps->backward(member, rows, temperature, state.first_gradient(rows.size()), adam);
      } else {
        own.update_weights(member, state.layer_inputs(layer, rows.size()), gradient, adam);
      }
      own.update_biases(member, gradient, parts, adam);
      if (layer == 0 && state.quantizer) {
        state.quantizer->backward(
            member, rows.size(), temperature,
            state.view(state.gathered_gradient, rows.size(), state.inputs.columns));
        state.quantizer->update(
            member, adam.scaled(static_cast<float>(state.options.threshold_rate_factor)));
      }
    });
  });
  return state.mean_loss();
}

Gradients Trainer::gradients(std::span<const std::uint32_t> rows, float temperature, double* loss) {
  State& state = *state_;
  state.start(rows);
  const std::span<const Share> parts = state.submodels.parts();
  Gradients result;
  for (const TrainedDense& layer : state.layers) {
    result.layers.push_back({base::Matrix(layer.outputs(), layer.inputs()),
                             std::vector<float>(parts.size() * layer.outputs())});
  }
  std::vector<inference::DenseLayer> heads = state.heads->zeros();
  StepsGradients steps_gradients;
  state.team.run([&](Member& member) {
    state.forward(member, rows, temperature, false);
    state.loss(member);
    state.backward(member, rows.size(), false, [&](std::size_t layer) {
      const base::ConstMatrixView gradient = state.output_gradient(layer);
      if (layer == state.layers.size()) {
        state.heads->gradients(member, state.submodels, state.layer_inputs(layer, rows.size()),
                               gradient, heads);
        return;
      }
      if (layer == 0 && state.steps) {
        state.steps->gradients(member, rows, temperature, state.first_gradient(rows.size()),
                               steps_gradients);
      } else {
        state.layers[layer].weight_gradients(member, state.layer_inputs(layer, rows.size()),
                                             gradient, result.layers[layer].weights);
      }
      state.layers[layer].bias_gradients(member, gradient, parts, result.layers[layer].bias);
      if (layer == 0 && state.quantizer) {
        state.quantizer->backward(
            member, rows.size(), temperature,
            state.view(state.gathered_gradient, rows.size(), state.inputs.columns));
      }
    });
  });
  result.layers.push_back(Heads::joined(heads));
  if (state.steps) {
    result.layers[0].weights = std::move(steps_gradients.weights);
    result.thresholds = std::move(steps_gradients.thresholds);
  }
  if (state.quantizer) {
    const auto gradient = state.quantizer->gradient();
    result.thresholds.assign(gradient.begin(), gradient.end());
  }
  if (loss != nullptr) *loss = state.mean_loss();
  return result;
}

void Trainer::set_learning_rate(double learning_rate) {
  state_->options.learning_rate = learning_rate;
}

inference::Parameters Trainer::parameters() const {
  inference::Parameters parameters;
  for (const TrainedDense& layer : state_->layers) parameters.layers.push_back(layer.get());
  parameters.layers.push_back(state_->heads->get());
  if (state_->submodels.several()) parameters.signs = state_->submodels.signs();
  if (state_->steps) {
    parameters.layers[0].weights = state_->steps->weights();
    parameters.thresholds = state_->steps->thresholds();
  }
  if (state_->quantizer) state_->quantizer->harden(parameters);
  return parameters;
}

void Trainer::set_parameters(const inference::Parameters& parameters) {
  State& state = *state_;
  TERSE_CHECK(parameters.layers.size() == state.layers.size() + 1);
  for (std::size_t l = 0; l < state.layers.size(); ++l) state.layers[l].set(parameters.layers[l]);
  state.heads->set(parameters.layers.back());
  if (state.submodels.several()) state.submodels.set_signs(parameters.signs);
  if (state.steps) state.make_steps(parameters.thresholds, parameters.layers[0].weights);
  if (!state.quantizer) return;
  TERSE_CHECK(state.options.input == InputLayer::soft_sum);
  state.quantizer->set_learned(parameters.thresholds.values);
}

}  // namespace terse::training
