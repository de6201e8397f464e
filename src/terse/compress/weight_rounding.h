// Weights as integers of 2, 4, 6 or 8 bits times one scale per output channel, symmetric about
// zero.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "terse/base/matrix.h"

namespace terse::compress {

/// A width that leaves weights as they are.
inline constexpr unsigned float_bits = 32;

/// One scale per channel. At 2 and 4 bits the scale of least squared rounding error (at 2 bits
/// exactly: with k weights not zero the best scale is the mean of the k largest magnitudes; at 4
/// bits from a grid, then by alternating rounding and least squares), else the one that maps the
/// largest magnitude to the largest integer. bits: 2, 4, 6 or 8.
std::vector<float> channel_scales(base::ConstMatrixView weights, bool channel_is_column,
                                  unsigned bits);

/// clamp(round(weight / scale)), a half away from zero towards the even integer.
std::vector<std::int8_t> rounded(base::ConstMatrixView weights, bool channel_is_column,
                                 unsigned bits, std::span<const float> scales);

/// integer * scale in place of each weight. result: the shape of weights, rows contiguous.
void round_weights(base::ConstMatrixView weights, bool channel_is_column, unsigned bits,
                   std::span<const float> scales, base::MatrixView result);

}  // namespace terse::compress
