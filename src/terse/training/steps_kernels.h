// The inner loops of the steps layer, one set per instruction set. The products with the step
// matrix S[target, source] = sigmoid((target - source) / temperature) never see S as a whole:
// targets come in blocks, and a block's sources fall into three parts. Those far to the left of the
// block have step 1, those far to the right step 0, up to a sum of six decaying exponentials
//
//   sigmoid(z) = [z > 0] - sign(z) * sum_k c_k exp(-l_k |z|),   l_k, c_k complex, error < 1e-8,
//
// whose sums over all far sources are carried along from block to block (six running vectors a
// side). Those near it are multiplied directly. With a narrow temperature everything unsaturated
// is near and the exponentials are left out; with hard steps only prefix sums remain.
#pragma once

#include <cstddef>
#include <cstdint>

namespace terse::training {

/// Columns of weights that one kernel call handles; rows of 32 floats start on 64-byte boundaries.
inline constexpr std::size_t steps_tile_columns = 32;
/// Real exponents one and two, then the real and imaginary parts of two complex ones.
inline constexpr std::size_t steps_terms = 6;

/// Linear combination of the six terms that gives the step, or its derivative, beside the jump.
struct StepsCoefficients {
  float value[steps_terms];
};

/// A table of steps_terms rows; row k starts at data + k * stride.
struct TermTable {
  const float* data = nullptr;
  std::size_t stride = 0;
  const float* at(std::size_t term, std::size_t column) const {
    return data + term * stride + column;
  }
};

/// The action of one feature's sources on its targets, both in ascending order. Forward: targets
/// are the batch rows, sources the thresholds. Backward: targets are the thresholds, sources the
/// rows, on the negated axis, so that S keeps its form.
struct StepsProgram {
  std::size_t targets = 0;  ///< without the padding of the last block
  std::size_t sources = 0;
  std::size_t blocks = 0;
  bool exponential = false;

  const std::uint32_t* target_index = nullptr;  ///< blocks * block size; padding may be written to
  const std::uint32_t* source_index = nullptr;
  const std::uint32_t* near_begin = nullptr;   ///< per block: first near source, non-decreasing
  const std::uint32_t* near_end = nullptr;     ///< per block: one past the last, non-decreasing
  const std::uint32_t* near_offset = nullptr;  ///< per block: its first value in near_step
  const float* near_step = nullptr;            ///< [near source][target of the block]
  const float* near_derivative = nullptr;      ///< s (1 - s), same places

  // Only if exponential.
  TermTable left_decay, right_decay;      ///< per block: from the block before / after to this one
  TermTable left_deposit, right_deposit;  ///< per source: from it to the block it is first far of
  TermTable left_step, right_step;        ///< per target, coefficients and signs included
  TermTable left_derivative, right_derivative;
};

/// Weights with their Adam state: row j at + j * stride, a tile of 32 columns.
struct WeightTile {
  float* weights = nullptr;
  float* first_moment = nullptr;
  float* second_moment = nullptr;
  std::size_t stride = 0;
  std::ptrdiff_t next = 0;  ///< floats from this tile to the one the next call gets, to prefetch
  float step_size = 0.0F;
  float root_scale = 0.0F;
  float keep = 1.0F;
  float* gradient = nullptr;  ///< if set: rows of 32 floats that receive G, and nothing is updated
};

#define TERSE_STEPS_KERNELS                                                                        \
  /* terms[k][i] = exp(-l_k gaps[i]), 0 <= gaps; count is rounded up to a multiple of 16. */       \
  void fill_terms(const float* gaps, std::size_t count, float* terms, std::size_t stride);         \
  /* outputs[k][i]: what term k at distance gaps[i] further contributes under `coefficients`. */   \
  void fill_outputs(const float* gaps, std::size_t count, const StepsCoefficients& coefficients,   \
                    float* outputs, std::size_t stride);                                           \
  /* steps[i] = sigmoid(z[i]); derivatives, if not null, s (1 - s). In place allowed. Rounds up    \
     as above. */                                                                                  \
  void fill_steps(const float* z, std::size_t count, float* steps, float* derivatives);            \
  /* steps[i] = sigmoid((x[i] - threshold) / temperature), or x[i] > threshold. Rounds up. */      \
  void fill_step_row(const float* x, std::size_t count, float threshold, float rate, bool soft,    \
                     float* steps);                                                                \
  /* sum_i s[i] (1 - s[i]) p[i] */                                                                 \
  float derivative_dot(const float* steps, const float* products, std::size_t count);              \
  /* One Adam step on count values; keep: as AdamStep has it. */                                   \
  void adam_update(float* weights, float* first_moment, float* second_moment,                      \
                   const float* gradient, std::size_t count, float step_size, float root_scale,    \
                   float keep);                                                                    \
  /* output rows (stride floats apart) += S * source rows, blocks of 8 targets. next: floats from  \
     sources to those of the next call, to prefetch. right_states: blocks * 6 * 32 floats of       \
     scratch. */                                                                                   \
  void steps_forward(const StepsProgram& program, const float* sources, std::size_t source_stride, \
                     std::ptrdiff_t next, float* output, std::size_t output_stride,                \
                     float* right_states);                                                         \
  /* G = S * source rows is fed to Adam; derivative_sums[j] += <W_j, U_j>, U as G with s (1 - s).  \
     Blocks of 4 targets. */                                                                       \
  void steps_backward(const StepsProgram& program, const float* sources,                           \
                      std::size_t source_stride, const WeightTile& tile, float* derivative_sums,   \
                      float* right_states);                                                        \
  /* The same without derivatives, blocks of 8. */                                                 \
  void steps_backward_hard(const StepsProgram& program, const float* sources,                      \
                           std::size_t source_stride, const WeightTile& tile,                      \
                           float* right_states);

inline constexpr std::size_t forward_block = 8;
inline constexpr std::size_t backward_block = 4;
inline constexpr std::size_t hard_backward_block = 8;

namespace baseline {
TERSE_STEPS_KERNELS
}
#if defined(__x86_64__)
namespace avx2 {
TERSE_STEPS_KERNELS
}
namespace avx512 {
TERSE_STEPS_KERNELS
}
#endif
#undef TERSE_STEPS_KERNELS

}  // namespace terse::training
