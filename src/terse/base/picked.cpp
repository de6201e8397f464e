#include "terse/base/picked.h"

namespace terse::base {

Matrix picked(ConstMatrixView matrix, std::span<const std::uint32_t> rows) {
  Matrix result(rows.size(), matrix.columns);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::ranges::copy(matrix.row(rows[i]), result.row(i).begin());
  }
  return result;
}

std::vector<float> picked(std::span<const float> values, std::span<const std::uint32_t> rows) {
  std::vector<float> result;
  result.reserve(rows.size());
  for (const std::uint32_t row : rows) result.push_back(values[row]);
  return result;
}

}  // namespace terse::base
