// Matrices of normal numbers for the tests of room training.
#pragma once

#include <cstddef>
#include <cstdint>

#include "terse/base/matrix.h"
#include "terse/base/random.h"

namespace terse::training {

inline base::Matrix normal(std::size_t rows, std::size_t columns, std::uint64_t seed) {
  base::Random random(seed);
  base::Matrix matrix(rows, columns);
  for (float& value : matrix.values()) value = static_cast<float>(random.normal());
  return matrix;
}

}  // namespace terse::training
