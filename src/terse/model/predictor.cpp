#include "terse/model/predictor.h"

#include <algorithm>
#include <vector>

#include "terse/base/error.h"
#include "terse/inference/inference.h"
#include "terse/inference/loss.h"
#include "terse/model/decoder/runner.h"
#include "terse/model/encoder.h"

namespace terse::model {
namespace {

class DenseProducts : public decoder::Products {
 public:
  DenseProducts(std::span<const inference::DenseLayer> layers, std::size_t batch_rows_max,
                bool input_relu)
      : layers_(layers, batch_rows_max, input_relu) {}

  void run(base::MatrixView input, std::span<float> output) override { layers_.run(input, output); }

 private:
  inference::Inference layers_;
};

std::unique_ptr<decoder::Products> products(std::span<const inference::DenseLayer> layers,
                                            std::size_t batch_rows_max, bool input_relu) {
  return std::make_unique<DenseProducts>(layers, batch_rows_max, input_relu);
}

void finish_targets(const Several& several, std::span<float> row) {
  std::size_t begin = 0;
  for (const Target& target : several.targets) {
    const std::span<float> own = row.subspan(begin, target.outputs());
    begin += own.size();
    if (const Number* number = std::get_if<Number>(&target.output)) {
      own.front() = number->prediction(own.front());
    } else {
      inference::softmax(own, own);
    }
  }
}

}  // namespace

struct Predictor::State {
  std::size_t batch_rows_max;
  std::size_t feature_count;
  std::size_t outputs;
  Output output;
  Encoder encoder;
  std::unique_ptr<decoder::Runner> decoder;
  bool full_precision;
  std::vector<quantize::Code> codes;  ///< batch x F; none in full precision
  std::size_t input_count;
  std::size_t input_stride;
  base::AlignedVector<float> inputs;  ///< full precision: batch x stride

  State(const Model& model, std::size_t batch_rows);
  void predict_block(base::ConstMatrixView readings, std::span<float> predictions);
  void predict_codes_block(const quantize::Code* block, std::size_t rows,
                           std::span<float> predictions);
  void finish(std::span<float> predictions) const;
};

Predictor::State::State(const Model& model, std::size_t batch_rows)
    : batch_rows_max(batch_rows),
      feature_count(model.features.size()),
      outputs(model.outputs()),
      output(model.output),
      encoder(model),
      full_precision(model.full_precision()) {
  const decoder::Shape shape = model.shape();
  decoder = decoder::runner(model.decoder, shape, batch_rows, products);
  TERSE_CHECK(decoder::outputs(model.decoder) == outputs);
  input_count = shape.inputs;
  input_stride = decoder::row_stride(input_count);
  codes.resize(full_precision ? 0 : batch_rows * feature_count);
  inputs.resize(full_precision ? batch_rows * input_stride : 0);
}

// The decoder's outputs to the target's unit, or to probabilities.
void Predictor::State::finish(std::span<float> predictions) const {
  if (const Number* number = std::get_if<Number>(&output)) {
    for (float& value : predictions) value = number->prediction(value);
    return;
  }
  for (std::size_t begin = 0; begin < predictions.size(); begin += outputs) {
    const std::span<float> row = predictions.subspan(begin, outputs);
    const Several* several = std::get_if<Several>(&output);
    if (several == nullptr) {
      inference::softmax(row, row);
    } else {
      finish_targets(*several, row);
    }
  }
}

void Predictor::State::predict_codes_block(const quantize::Code* block, std::size_t rows,
                                           std::span<float> predictions) {
  decoder->run_codes(block, rows, predictions);
  finish(predictions);
}

void Predictor::State::predict_block(base::ConstMatrixView readings, std::span<float> predictions) {
  if (!full_precision) {
    encoder.encode(readings, {codes.data(), readings.rows * feature_count});
    predict_codes_block(codes.data(), readings.rows, predictions);
    return;
  }
  const base::MatrixView to(inputs.data(), readings.rows, input_count, input_stride);
  encoder.standardise(readings, to);
  decoder->run_inputs(to, predictions);
  finish(predictions);
}

Predictor::Predictor(const Model& model, std::size_t batch_rows_max)
    : state_(std::make_unique<State>(model, std::max<std::size_t>(1, batch_rows_max))) {}

Predictor::~Predictor() = default;
Predictor::Predictor(Predictor&&) noexcept = default;

std::size_t Predictor::outputs() const {
  return state_->outputs;
}

bool Predictor::takes(std::span<const float> readings) const {
  return state_->encoder.takes(readings);
}

void Predictor::predict(base::ConstMatrixView readings, std::span<float> predictions) {
  TERSE_CHECK(readings.columns == state_->feature_count);
  TERSE_CHECK(predictions.size() == readings.rows * state_->outputs);
  for (std::size_t begin = 0; begin < readings.rows; begin += state_->batch_rows_max) {
    const std::size_t rows = std::min(state_->batch_rows_max, readings.rows - begin);
    state_->predict_block(
        {readings.data + begin * readings.stride, rows, readings.columns, readings.stride},
        predictions.subspan(begin * state_->outputs, rows * state_->outputs));
  }
}

void Predictor::predict_codes(std::span<const quantize::Code> codes, std::size_t rows,
                              std::span<float> predictions) {
  TERSE_CHECK(!state_->full_precision && predictions.size() == rows * state_->outputs);
  TERSE_CHECK(codes.size() == rows * state_->feature_count);
  for (std::size_t begin = 0; begin < rows; begin += state_->batch_rows_max) {
    const std::size_t count = std::min(state_->batch_rows_max, rows - begin);
    state_->predict_codes_block(
        codes.data() + begin * state_->feature_count, count,
        predictions.subspan(begin * state_->outputs, count * state_->outputs));
  }
}

void Predictor::encode(base::ConstMatrixView readings, std::span<quantize::Code> codes) {
  state_->encoder.encode(readings, codes);
}

}  // namespace terse::model
