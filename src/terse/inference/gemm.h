// Matrix products, row-major, by oneDNN; the caller's thread does the work.
#pragma once

#include <cstddef>

namespace terse::inference {

/// A factor of a product. transposed: the product uses its transpose.
struct Factor {
  const float* data;
  std::size_t stride;
  bool transposed = false;
};

/// result (rows x columns) = a (rows x inner) b (inner x columns) + keep * result.
void multiply(std::size_t rows, std::size_t columns, std::size_t inner, Factor a, Factor b,
              float keep, float* result, std::size_t result_stride);

}  // namespace terse::inference
