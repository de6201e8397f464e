#include "terse/model/predictor.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "terse/base/error.h"
#include "terse/inference/inference.h"
#include "terse/inference/loss.h"
#include "terse/model/integer_network.h"
#include "terse/model/lookup_table.h"
#include "terse/model/special_readings.h"
#include "terse/quantize/encode.h"

namespace terse::model {

struct Predictor::State {
  std::size_t batch_rows_max;
  std::size_t feature_count;
  std::size_t outputs;
  bool classes;
  bool full_precision;
  double target_mean;
  double target_deviation;
  std::vector<double> means;  ///< full precision only
  std::vector<double> deviations;
  SpecialReadings special;
  quantize::Encoder encoder;
  std::optional<IntegerNetwork> integers;      ///< of a compressed model, alone
  std::optional<inference::Inference> layers;  ///< not with a boosted decoder
  Trees trees;
  std::size_t units;                  ///< inputs of `layers` or `trees`
  std::size_t stride;                 ///< of `hidden`
  std::optional<LookupTable> table;   ///< neither for full precision nor for trees
  base::AlignedVector<float> hidden;  ///< batch x stride
  std::vector<quantize::Code> codes;  ///< batch x F

  State(const Model& model, std::size_t batch_rows);
  void predict_block(base::ConstMatrixView readings, float* predictions);
  void predict_codes_block(const quantize::Code* block, std::size_t rows, float* predictions);
  void encode(base::ConstMatrixView readings, std::span<quantize::Code> to) const;
  void finish(std::size_t rows, float* predictions);
};

Predictor::State::State(const Model& model, std::size_t batch_rows)
    : batch_rows_max(batch_rows),
      feature_count(model.features.size()),
      outputs(model.outputs()),
      classes(!model.classes.empty()),
      full_precision(model.full_precision()),
      target_mean(model.target_mean),
      target_deviation(model.target_deviation),
      special(model),
      encoder(model.thresholds),
      trees(model.trees),
      units(trees.empty() ? model.layers.front().weights.columns() : feature_count),
      // Rows a power of two apart would fall on the same few sets of the first-level cache.
      stride((units + 31) / 32 * 32 + 16) {
  codes.resize(full_precision ? 0 : batch_rows * feature_count);
  if (model.compressed()) {
    integers.emplace(model, batch_rows);
    return;
  }
  hidden.resize(batch_rows * stride);
  if (trees.empty()) layers.emplace(model.layers, batch_rows, !full_precision);
  if (full_precision) {
    for (const Feature& feature : model.features) {
      means.push_back(feature.mean);
      deviations.push_back(feature.deviation);
    }
    return;
  }
  if (trees.empty()) {
    table.emplace(model);
    TERSE_CHECK(model.table.columns() == units && table->columns() <= stride);
  }
}

void Predictor::State::encode(base::ConstMatrixView readings, std::span<quantize::Code> to) const {
  encoder.encode(readings, to);
  if (!special.none()) special.encode(readings, to);
}

// The layers' outputs to the target's units, or to probabilities.
void Predictor::State::finish(std::size_t rows, float* predictions) {
  if (integers) {
    // predict_codes_block ran them.
  } else if (layers) {
    layers->run({hidden.data(), rows, units, stride}, {predictions, rows * outputs});
  } else {
    for (std::size_t r = 0; r < rows; ++r) {
      predictions[r] = model::predict(trees, {hidden.data() + r * stride, units});
    }
  }
  if (classes) {
    for (std::size_t r = 0; r < rows; ++r) {
      const std::span<float> row(predictions + r * outputs, outputs);
      inference::softmax(row, row);
    }
    return;
  }
  for (std::size_t r = 0; r < rows; ++r) {
    predictions[r] =
        static_cast<float>(static_cast<double>(predictions[r]) * target_deviation + target_mean);
  }
}

void Predictor::State::predict_codes_block(const quantize::Code* block, std::size_t rows,
                                           float* predictions) {
  if (integers) {
    integers->run(block, rows, {predictions, rows * outputs});
  } else if (table) {
    table->add(block, rows, hidden.data(), stride);
  } else {
    for (std::size_t r = 0; r < rows; ++r) {
      std::copy_n(block + r * feature_count, feature_count, hidden.data() + r * stride);
    }
  }
  finish(rows, predictions);
}

void Predictor::State::predict_block(base::ConstMatrixView readings, float* predictions) {
  if (full_precision) {
    // The arithmetic of data::Scaler, so that training and prediction see the same numbers.
    for (std::size_t r = 0; r < readings.rows; ++r) {
      for (std::size_t f = 0; f < feature_count; ++f) {
        hidden[r * stride + f] =
            static_cast<float>((static_cast<double>(readings(r, f)) - means[f]) / deviations[f]);
      }
      if (!special.none()) special.expand(readings.row(r), {hidden.data() + r * stride, units});
    }
    finish(readings.rows, predictions);
    return;
  }
  encode(readings, {codes.data(), readings.rows * feature_count});
  predict_codes_block(codes.data(), readings.rows, predictions);
}

Predictor::Predictor(const Model& model, std::size_t batch_rows_max)
    : state_(std::make_unique<State>(model, std::max<std::size_t>(1, batch_rows_max))) {}

Predictor::~Predictor() = default;
Predictor::Predictor(Predictor&&) noexcept = default;

std::size_t Predictor::outputs() const {
  return state_->outputs;
}

bool Predictor::takes(std::span<const float> readings) const {
  TERSE_CHECK(readings.size() == state_->feature_count);
  return state_->special.takes(readings);
}

void Predictor::predict(base::ConstMatrixView readings, std::span<float> predictions) {
  TERSE_CHECK(readings.columns == state_->feature_count);
  TERSE_CHECK(predictions.size() == readings.rows * state_->outputs);
  for (std::size_t begin = 0; begin < readings.rows; begin += state_->batch_rows_max) {
    const std::size_t rows = std::min(state_->batch_rows_max, readings.rows - begin);
    state_->predict_block(
        {readings.data + begin * readings.stride, rows, readings.columns, readings.stride},
        predictions.data() + begin * state_->outputs);
  }
}

void Predictor::predict_codes(std::span<const quantize::Code> codes, std::size_t rows,
                              std::span<float> predictions) {
  TERSE_CHECK(!state_->full_precision && predictions.size() == rows * state_->outputs);
  TERSE_CHECK(codes.size() == rows * state_->feature_count);
  for (std::size_t begin = 0; begin < rows; begin += state_->batch_rows_max) {
    const std::size_t count = std::min(state_->batch_rows_max, rows - begin);
    state_->predict_codes_block(codes.data() + begin * state_->feature_count, count,
                                predictions.data() + begin * state_->outputs);
  }
}

void Predictor::encode(base::ConstMatrixView readings, std::span<quantize::Code> codes) {
  TERSE_CHECK(readings.columns == state_->feature_count);
  TERSE_CHECK(codes.size() == readings.rows * state_->feature_count);
  state_->encode(readings, codes);
}

}  // namespace terse::model
