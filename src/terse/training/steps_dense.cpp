#include "terse/training/steps_dense.h"

#include "terse/inference/gemm.h"
#include "terse/simd/dispatch.h"

namespace terse::training {
namespace {

// Thresholds whose gradients are held at once: they stay in the second-level cache until Adam.
constexpr std::size_t block_rows = 128;

}  // namespace

StepsDense::StepsDense(StepsShared& shared, unsigned threads)
    : shared_(shared), scratch_(threads) {}

Share StepsDense::share(const Member& member) const {
  return member.share(shared_.weights.rows, 16);
}

double StepsDense::entries(std::size_t rows) const {
  return static_cast<double>(shared_.weights.rows) * static_cast<double>(rows);
}

// In units of the cost model in steps_program.cpp: a multiply-add of a tile's row takes 1.2 cycles
// (oneDNN, 32 columns and more), a sigmoid 1.5.
double StepsDense::prepare_cost(std::size_t rows) const {
  return 1.5 * entries(rows);
}

double StepsDense::forward_cost(std::size_t rows) const {
  return 1.2 * static_cast<double>(shared_.weights.tiles) * entries(rows);
}

double StepsDense::backward_cost(std::size_t rows) const {
  return (shared_.options.soft ? 2.0 : 1.0) * forward_cost(rows);
}

void StepsDense::prepare(Member& member, const StepsBatch& batch) {
  const std::size_t stride = shared_.batch_stride();
  if (steps_.empty()) {
    member.barrier();
    if (member.index() == 0) steps_.resize(shared_.weights.rows * stride);
    member.barrier();
  }
  auto& column = scratch_[member.index()].column;
  column.resize(stride);
  const float rate = 1.0F / std::max(batch.temperature, 1e-30F);
  const Share features = member.share(shared_.features());
  for (std::size_t f = features.begin; f < features.end; ++f) {
    for (std::size_t r = 0; r < batch.rows.size(); ++r) {
      column[r] = shared_.inputs(batch.rows[r], f);
    }
    for (std::size_t j = shared_.offsets[f]; j < shared_.offsets[f + 1]; ++j) {
      TERSE_DISPATCH(fill_step_row)
      (column.data(), batch.rows.size(), shared_.thresholds[j], rate, shared_.options.soft,
       steps_.data() + j * stride);
    }
  }
}

void StepsDense::forward(Member& member, const StepsBatch& batch, base::MatrixView output) {
  const auto& weights = shared_.weights;
  const Share rows = member.share(batch.rows.size(), 16);
  for (const StepsRun& run : shared_.runs) {
    for (std::size_t chunk = 0; chunk < weights.chunks() && rows.size() > 0; ++chunk) {
      const float* w =
          weights.values.data() + weights.chunk_offset(chunk) + run.begin * weights.width;
      inference::multiply(rows.size(), weights.chunk_units(chunk), run.end - run.begin,
                          {steps_.data() + run.begin * shared_.batch_stride() + rows.begin,
                           shared_.batch_stride(), true},
                          {w, weights.width, false}, run.first ? 0.0F : 1.0F,
                          output.data + rows.begin * output.stride +
                              shared_.first_column(run.group) + chunk * weights.width,
                          output.stride);
    }
  }
  for (const std::size_t group : shared_.silent_groups) {
    for (std::size_t r = rows.begin; r < rows.end; ++r) {
      std::fill_n(&output(r, shared_.first_column(group)), weights.units, 0.0F);
    }
  }
  member.barrier();
}

// dt_j = -(1 / temperature) sum_r s (1 - s) (W dY^T)[j, r]: the product with W has to be taken
// once, the matrix of s (1 - s) never exists.
void StepsDense::threshold_gradients(std::size_t begin, std::size_t end, const StepsBatch& batch,
                                     base::ConstMatrixView output_gradient, float* products) {
  const auto& weights = shared_.weights;
  const std::size_t stride = shared_.batch_stride();
  for (std::size_t chunk = 0; chunk < weights.chunks(); ++chunk) {
    const float* w = weights.values.data() + weights.chunk_offset(chunk) + begin * weights.width;
    inference::multiply(
        end - begin, batch.rows.size(), weights.chunk_units(chunk), {w, weights.width, false},
        {output_gradient.data + chunk * weights.width, output_gradient.stride, true},
        chunk == 0 ? 0.0F : 1.0F, products, stride);
  }
  const float rate = 1.0F / std::max(batch.temperature, 1e-30F);
  for (std::size_t j = begin; j < end; ++j) {
    shared_.threshold_gradient[j] =
        -rate * TERSE_DISPATCH(derivative_dot)(steps_.data() + j * stride,
                                               products + (j - begin) * stride, batch.rows.size());
  }
}

void StepsDense::backward(Member& member, const StepsBatch& batch,
                          base::ConstMatrixView output_gradient, const StepsUpdate& update) {
  auto& weights = shared_.weights;
  const std::size_t stride = shared_.batch_stride();
  auto& scratch = scratch_[member.index()];
  scratch.products.resize(block_rows * stride);
  scratch.gradient.resize(block_rows * weights.width);
  const Share own = share(member);
  for (const StepsRun& run : shared_.runs) {
    const Share part{std::max(own.begin, run.begin), std::min(own.end, run.end)};
    base::ConstMatrixView gradient = output_gradient;
    gradient.data += shared_.first_column(run.group);
    for (std::size_t begin = part.begin; begin < part.end; begin += block_rows) {
      backward_block({begin, std::min(begin + block_rows, part.end)}, batch, gradient, update,
                     scratch);
    }
  }
}

void StepsDense::backward_block(Share thresholds, const StepsBatch& batch,
                                base::ConstMatrixView output_gradient, const StepsUpdate& update,
                                Scratch& scratch) {
  auto& weights = shared_.weights;
  const std::size_t stride = shared_.batch_stride();
  const auto [begin, end] = thresholds;
  if (shared_.options.soft) {
    threshold_gradients(begin, end, batch, output_gradient, scratch.products.data());
  }
  for (std::size_t chunk = 0; chunk < weights.chunks(); ++chunk) {
    const std::size_t columns = weights.chunk_units(chunk);
    inference::multiply(
        end - begin, columns, batch.rows.size(), {steps_.data() + begin * stride, stride, false},
        {output_gradient.data + chunk * weights.width, output_gradient.stride, false}, 0.0F,
        scratch.gradient.data(), weights.width);
    for (std::size_t j = begin; j < end; ++j) {
      const float* gradient = scratch.gradient.data() + (j - begin) * weights.width;
      if (update.gradients != nullptr) {
        for (std::size_t c = 0; c < columns; ++c) {
          (*update.gradients)(chunk * weights.width + c, j) = gradient[c];
        }
      } else {
        const std::size_t at = weights.chunk_offset(chunk) + j * weights.width;
        TERSE_DISPATCH(adam_update)
        (weights.values.data() + at, weights.first_moment.data() + at,
         weights.second_moment.data() + at, gradient, columns, update.adam.step_size,
         update.adam.root_scale, update.adam.keep);
      }
    }
  }
}

}  // namespace terse::training
