#include "terse/training/trainer.h"

#include "terse/base/error.h"
#include "terse/training/trainer_state.h"

namespace terse::training {

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
