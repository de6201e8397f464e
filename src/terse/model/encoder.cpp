#include "terse/model/encoder.h"

#include <algorithm>
#include <vector>

#include "terse/base/error.h"
#include "terse/model/forest.h"
#include "terse/model/special_readings.h"
#include "terse/quantize/encode.h"

namespace terse::model {

struct Encoder::State {
  explicit State(const Model& model)
      : thresholds(model.thresholds),
        special(model),
        features(model.features),
        readings(model.readings()) {}

  /// The readings of a few rows with the computed features behind them.
  void complete(base::ConstMatrixView from, base::Matrix& to) const;

  quantize::Encoder thresholds;
  SpecialReadings special;
  std::vector<Feature> features;
  std::size_t readings;
};

void Encoder::State::complete(base::ConstMatrixView from, base::Matrix& to) const {
  for (std::size_t r = 0; r < from.rows; ++r) std::ranges::copy(from.row(r), to.row(r).begin());
  for (std::size_t f = readings; f < features.size(); ++f) {
    add_forest_sums(*features[f].forest, from,
                    base::MatrixView(to.data() + f, from.rows, 1, to.columns()));
  }
}

Encoder::Encoder(const Model& model) : state_(std::make_unique<State>(model)) {}

Encoder::~Encoder() = default;
Encoder::Encoder(Encoder&&) noexcept = default;

bool Encoder::takes(std::span<const float> readings) const {
  TERSE_CHECK(readings.size() == state_->readings);
  return state_->special.takes(readings);
}

void Encoder::encode(base::ConstMatrixView readings, std::span<quantize::Code> codes) const {
  const std::size_t features = state_->features.size();
  TERSE_CHECK(readings.columns == state_->readings);
  TERSE_CHECK(codes.size() == readings.rows * features);
  if (readings.columns == features) {
    state_->thresholds.encode(readings, codes);
  } else {
    base::Matrix complete(std::min(forest_rows, readings.rows), features);
    for (std::size_t begin = 0; begin < readings.rows; begin += forest_rows) {
      const std::size_t rows = std::min(forest_rows, readings.rows - begin);
      state_->complete(
          {readings.data + begin * readings.stride, rows, readings.columns, readings.stride},
          complete);
      state_->thresholds.encode({complete.data(), rows, features},
                                codes.subspan(begin * features, rows * features));
    }
  }
  if (!state_->special.none()) state_->special.encode(readings, codes);
}

void Encoder::standardise(base::ConstMatrixView readings, base::MatrixView inputs) const {
  TERSE_CHECK(readings.columns == state_->features.size() && inputs.rows == readings.rows);
  const State& state = *state_;
  for (std::size_t r = 0; r < readings.rows; ++r) {
    for (std::size_t f = 0; f < readings.columns; ++f) {
      inputs(r, f) = state.features[f].scaled(readings(r, f));
    }
    if (!state.special.none()) state.special.expand(readings.row(r), inputs.row(r));
  }
}

}  // namespace terse::model
