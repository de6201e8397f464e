#include "terse/compress/fine_tuning.h"

#include <algorithm>
#include <span>
#include <vector>

#include "terse/compress/outputs.h"
#include "terse/compress/rounded_network.h"
#include "terse/train/loop.h"
#include "terse/training/dense_layer.h"
#include "terse/training/team.h"

namespace terse::compress {
namespace {

constexpr double rate_end = 0.01;
constexpr std::uint64_t shuffle_stream = 9000;

// Adam's state of one layer.
struct TrainedLayer {
  training::AdamVector weights;
  training::AdamVector bias;

  TrainedLayer(const base::Matrix& start, const std::vector<float>& bias_start)
      : weights(start.values().size()), bias(bias_start.size()) {
    std::ranges::copy(start.values(), weights.values.begin());
    std::ranges::copy(bias_start, bias.values.begin());
  }
};

// The network with everything that its training needs.
class Tuner {
 public:
  Tuner(FloatNetwork& network, const Widths& widths, const CodedRows& rows,
        const FineTuning& options)
      : network_(network),
        widths_(widths),
        rows_(rows),
        epochs_(options.epochs),
        rounded_(network, widths, std::min(options.batch_rows, rows.rows())) {
    for (std::size_t l = 0; l < network.layer_count(); ++l) {
      trained_.emplace_back(network.weights(l), network.bias(l));
    }
  }

  void find_scales(unsigned epoch) {
    if (2 * epoch < epochs_) rounded_.fit(network_);
    network_.tuned_scales = rounded_.scales();
    network_.tuned_widths = widths_;
    rounded_.set_activation_scales(calibrated_activations(network_, widths_, rows_));
  }

  double step(std::span<const std::uint32_t> indices, double rate) {
    double loss = 0.0;
    team_.run([&](training::Member&) { loss = step_in_team(indices, rate); });
    return loss;
  }

 private:
  double step_in_team(std::span<const std::uint32_t> indices, double rate) {
    rounded_.round(network_);
    const base::ConstMatrixView outputs = rounded_.forward(rows_, indices);
    const double sum =
        loss_and_gradient(outputs, rows_, indices, rounded_.output_gradient(indices.size()));
    rounded_.backward(rows_, indices);
    const auto adam = training::AdamStep::at(++steps_, rate);
    for (std::size_t l = 0; l < trained_.size(); ++l) {
      trained_[l].weights.update(0, rounded_.weight_gradient(l).values(), adam);
      trained_[l].bias.update(0, rounded_.bias_gradient(l), adam);
      std::ranges::copy(trained_[l].weights.values, network_.weights(l).values().begin());
      std::ranges::copy(trained_[l].bias.values, network_.bias(l).begin());
    }
    return sum / static_cast<double>(indices.size());
  }

  FloatNetwork& network_;
  const Widths& widths_;
  const CodedRows& rows_;
  const unsigned epochs_;
  RoundedNetwork rounded_;
  std::vector<TrainedLayer> trained_;
  std::uint64_t steps_ = 0;
  training::Team team_{1};  // flushes denormals: Adam's moments of rarely seen levels become some
};

}  // namespace

void fine_tune(FloatNetwork& network, const Widths& widths, const CodedRows& rows,
               const FineTuning& options) {
  Tuner tuner(network, widths, rows, options);
  const train::LoopPolicy policy{
      .job = "fine-tuning",
      .epochs = options.epochs,
      .rows = rows.rows(),
      .batch_rows = options.batch_rows,
      .learning_rate = options.learning_rate,
      .seed = options.seed,
      .shuffle_stream = shuffle_stream,
      .rates = [&](unsigned epoch) -> train::EpochRates {
        const double cosine = train::half_cosine(epoch, options.epochs);
        return {.learning_rate = options.learning_rate * (rate_end + (1.0 - rate_end) * cosine)};
      }};
  const train::Learner learner{
      .step =
          [&](std::span<const std::uint32_t> indices, const train::EpochRates& rates) {
            return tuner.step(indices, rates.learning_rate);
          },
      .before_epoch = [&](unsigned epoch) { tuner.find_scales(epoch); }};
  train::run_epochs(policy, learner, {.on_step = {}, .stop = options.stop});
}

}  // namespace terse::compress
