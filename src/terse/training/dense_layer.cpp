#include "terse/training/dense_layer.h"

#include <algorithm>

#include "terse/base/error.h"
#include "terse/inference/activation_kernels.h"
#include "terse/inference/gemm.h"
#include "terse/simd/dispatch.h"
#include "terse/training/steps_kernels.h"

namespace terse::training {
namespace {

// Gradients of a block stay in the second-level cache (1 MiB here) until Adam has used them.
constexpr std::size_t block_floats = 96 * 1024;
// Rows of weights this long or longer are padded: rows a multiple of 4 KiB apart fall on the same
// sets of the first-level cache, and the product with the transposed weights loses a sixth of its
// rate at 1024 units.
constexpr std::size_t padded_outputs = 512;
// Cache lines of the bias that members update must not be shared.
constexpr std::size_t bias_share = 16;

}  // namespace

void AdamVector::update(std::size_t begin, std::span<const float> gradient, const AdamStep& adam) {
  TERSE_DISPATCH(adam_update)
  (values.data() + begin, first_moment.data() + begin, second_moment.data() + begin,
   gradient.data(), gradient.size(), adam.step_size, adam.root_scale, adam.keep);
}

TrainedDense::TrainedDense(std::size_t inputs, std::size_t outputs, unsigned threads,
                           std::size_t submodels)
    : inputs_(inputs),
      outputs_(outputs),
      stride_(outputs < padded_outputs ? outputs : (outputs + 15) / 16 * 16 + 16),
      weights_(inputs * stride_),
      bias_(submodels * outputs),
      scratch_(threads),
      sums_(threads, base::AlignedVector<float>(outputs)) {
  TERSE_CHECK(outputs > 0 && threads > 0 && submodels > 0);
  for (auto& block : scratch_) block.resize(std::max(block_rows() * stride_, stride_));
}

std::size_t TrainedDense::block_rows() const {
  return std::clamp<std::size_t>(block_floats / stride_ / 16 * 16, 16,
                                 std::max<std::size_t>(16, inputs_));
}

void TrainedDense::forward(base::ConstMatrixView inputs, base::MatrixView outputs) const {
  if (inputs.rows == 0) return;
  inference::multiply(inputs.rows, outputs_, inputs_, {inputs.data, inputs.stride},
                      {weights_.values.data(), stride_}, 0.0F, outputs.data, outputs.stride);
}

void TrainedDense::input_gradient(base::ConstMatrixView output_gradient,
                                  base::MatrixView input_gradient) const {
  if (output_gradient.rows == 0) return;
  inference::multiply(
      output_gradient.rows, inputs_, outputs_, {output_gradient.data, output_gradient.stride},
      {weights_.values.data(), stride_, true}, 0.0F, input_gradient.data, input_gradient.stride);
}

void TrainedDense::update_weights(const Member& member, base::ConstMatrixView inputs,
                                  base::ConstMatrixView output_gradient, const AdamStep& adam) {
  float* block = scratch_[member.index()].data();
  const Share own = member.share(inputs_, 16);
  for (std::size_t begin = own.begin; begin < own.end; begin += block_rows()) {
    const std::size_t count = std::min(block_rows(), own.end - begin);
    if (inputs.rows == 0) {
      std::fill_n(block, count * stride_, 0.0F);
    } else {
      inference::multiply(count, outputs_, inputs.rows, {inputs.data + begin, inputs.stride, true},
                          {output_gradient.data, output_gradient.stride}, 0.0F, block, stride_);
    }
    // The padding's gradients are 0, and so it stays 0.
    weights_.update(begin * stride_, {block, count * stride_}, adam);
  }
}

void TrainedDense::update_biases(const Member& member, base::ConstMatrixView output_gradient,
                                 std::span<const Share> rows, const AdamStep& adam) {
  TERSE_CHECK(rows.size() == submodels());
  const Share units = member.share(outputs_, bias_share);
  float* sums = sums_[member.index()].data();
  for (std::size_t submodel = 0; submodel < rows.size(); ++submodel) {
    TERSE_DISPATCH_FROM(inference, sum_columns)
    (output_gradient.data + rows[submodel].begin * output_gradient.stride + units.begin,
     rows[submodel].size(), output_gradient.stride, units.size(), sums);
    bias_.update(submodel * outputs_ + units.begin, {sums, units.size()}, adam.without_decay());
  }
}

void TrainedDense::weight_gradients(const Member& member, base::ConstMatrixView inputs,
                                    base::ConstMatrixView output_gradient,
                                    base::Matrix& result) const {
  const Share units = member.share(outputs_);
  if (units.size() == 0 || inputs_ == 0 || inputs.rows == 0) return;
  inference::multiply(units.size(), inputs_, inputs.rows,
                      {output_gradient.data + units.begin, output_gradient.stride, true},
                      {inputs.data, inputs.stride}, 0.0F, result.data() + units.begin * inputs_,
                      inputs_);
}

void TrainedDense::bias_gradients(const Member& member, base::ConstMatrixView output_gradient,
                                  std::span<const Share> rows, std::span<float> result) const {
  TERSE_CHECK(rows.size() == submodels() && result.size() == bias_.values.size());
  const Share units = member.share(outputs_);
  for (std::size_t submodel = 0; submodel < rows.size() && units.size() > 0; ++submodel) {
    TERSE_DISPATCH_FROM(inference, sum_columns)
    (output_gradient.data + rows[submodel].begin * output_gradient.stride + units.begin,
     rows[submodel].size(), output_gradient.stride, units.size(),
     result.data() + submodel * outputs_ + units.begin);
  }
}

void TrainedDense::set(const inference::DenseLayer& layer) {
  TERSE_CHECK(layer.bias.size() == bias_.values.size());
  std::copy(layer.bias.begin(), layer.bias.end(), bias_.values.begin());
  if (inputs_ == 0) return;
  TERSE_CHECK(layer.weights.rows() == outputs_ && layer.weights.columns() == inputs_);
  for (std::size_t i = 0; i < inputs_; ++i) {
    for (std::size_t o = 0; o < outputs_; ++o) {
      weights_.values[i * stride_ + o] = layer.weights(o, i);
    }
  }
}

inference::DenseLayer TrainedDense::get() const {
  inference::DenseLayer layer{base::Matrix(outputs_, inputs_),
                              {bias_.values.begin(), bias_.values.end()}};
  for (std::size_t i = 0; i < inputs_; ++i) {
    for (std::size_t o = 0; o < outputs_; ++o) {
      layer.weights(o, i) = weights_.values[i * stride_ + o];
    }
  }
  return layer;
}

}  // namespace terse::training
