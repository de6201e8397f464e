#include "terse/model/encoder.h"

#include <vector>

#include "terse/base/error.h"
#include "terse/model/special_readings.h"
#include "terse/quantize/encode.h"

namespace terse::model {

struct Encoder::State {
  explicit State(const Model& model)
      : thresholds(model.thresholds), special(model), features(model.features) {}

  quantize::Encoder thresholds;
  SpecialReadings special;
  std::vector<Feature> features;
};

Encoder::Encoder(const Model& model) : state_(std::make_unique<State>(model)) {}

Encoder::~Encoder() = default;
Encoder::Encoder(Encoder&&) noexcept = default;

bool Encoder::takes(std::span<const float> readings) const {
  TERSE_CHECK(readings.size() == state_->features.size());
  return state_->special.takes(readings);
}

void Encoder::encode(base::ConstMatrixView readings, std::span<quantize::Code> codes) const {
  TERSE_CHECK(readings.columns == state_->features.size());
  TERSE_CHECK(codes.size() == readings.rows * readings.columns);
  state_->thresholds.encode(readings, codes);
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
