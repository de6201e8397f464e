#include "terse/training/soft_sum.h"

#include <algorithm>

#include "terse/base/error.h"
#include "terse/inference/activation_kernels.h"
#include "terse/simd/dispatch.h"

namespace terse::training {

SoftSum::SoftSum(base::ConstMatrixView inputs, const quantize::Thresholds& thresholds,
                 std::size_t batch_rows_max)
    : inputs_(inputs),
      offsets_(thresholds.offsets),
      thresholds_(thresholds.values.size()),
      gradient_(thresholds.values.size()),
      // The kernels work on whole vectors: columns are padded with zeros.
      column_stride_((batch_rows_max + 15) / 16 * 16),
      columns_(inputs.columns * column_stride_),
      sums_(inputs.columns * column_stride_) {
  std::copy(thresholds.values.begin(), thresholds.values.end(), thresholds_.values.begin());
}

void SoftSum::forward(const Member& member, std::span<const std::uint32_t> rows, float temperature,
                      base::MatrixView output) {
  const float rate = 1.0F / temperature;
  const Share features = member.share(inputs_.columns);
  for (std::size_t f = features.begin; f < features.end; ++f) {
    float* column = columns_.data() + f * column_stride_;
    float* sums = sums_.data() + f * column_stride_;
    for (std::size_t r = 0; r < rows.size(); ++r) column[r] = inputs_(rows[r], f);
    std::fill_n(sums, column_stride_, 0.0F);
    for (std::size_t j = offsets_[f]; j < offsets_[f + 1]; ++j) {
      TERSE_DISPATCH_FROM(inference, add_steps)
      (column, rows.size(), thresholds_.values[j], rate, sums);
    }
    for (std::size_t r = 0; r < rows.size(); ++r) output(r, f) = sums[r];
  }
}

void SoftSum::backward(const Member& member, std::size_t rows, float temperature,
                       base::ConstMatrixView output_gradient) {
  const float rate = 1.0F / temperature;
  const Share features = member.share(inputs_.columns);
  for (std::size_t f = features.begin; f < features.end; ++f) {
    const float* column = columns_.data() + f * column_stride_;
    float* gradients = sums_.data() + f * column_stride_;
    std::fill_n(gradients, column_stride_, 0.0F);
    for (std::size_t r = 0; r < rows; ++r) gradients[r] = output_gradient(r, f);
    for (std::size_t j = offsets_[f]; j < offsets_[f + 1]; ++j) {
      gradient_[j] = -rate * TERSE_DISPATCH_FROM(inference, step_gradient)(
                                 column, rows, thresholds_.values[j], rate, gradients);
    }
  }
}

void SoftSum::update(const Member& member, const AdamStep& adam) {
  const Share features = member.share(inputs_.columns);
  const std::size_t begin = offsets_[features.begin];
  const std::size_t count = offsets_[features.end] - begin;
  thresholds_.update(begin, {gradient_.data() + begin, count}, adam);
}

void SoftSum::set_learned(std::span<const float> values) {
  TERSE_CHECK(values.size() == thresholds_.values.size());
  std::ranges::copy(values, thresholds_.values.begin());
}

void SoftSum::harden(inference::Parameters& parameters) const {
  parameters.thresholds = {offsets_, {thresholds_.values.begin(), thresholds_.values.end()}};
}

}  // namespace terse::training
