#include "terse/model/lookup_kernel.h"

#include "terse/network/steps_vector.h"

namespace terse::model::TERSE_KERNEL {
namespace {

using network::TERSE_KERNEL::lanes;
using network::TERSE_KERNEL::load;
using network::TERSE_KERNEL::store;
using network::TERSE_KERNEL::Vector;

// Columns from..from + count * lanes of one row, sums in registers; rows start on 64-byte
// boundaries.
template <std::size_t count>
void add_columns(const float* table, std::size_t stride, const std::uint32_t* offsets,
                 std::size_t features, const std::uint8_t* codes, const float* bias,
                 std::size_t from, float* output) {
  Vector total[count];
  for (std::size_t v = 0; v < count; ++v) {
    total[v] = load(bias + from + v * lanes);
  }
  for (std::size_t f = 0; f < features; ++f) {
    const float* row = table + (offsets[f] + codes[f]) * stride + from;
    for (std::size_t v = 0; v < count; ++v) {
      total[v] += load(row + v * lanes);
    }
  }
  for (std::size_t v = 0; v < count; ++v) {
    store(output + from + v * lanes, total[v]);
  }
}

}  // namespace

void add_table_rows(const float* table, std::size_t stride, const std::uint32_t* offsets,
                    std::size_t features, const std::uint8_t* codes, std::size_t rows,
                    const float* bias, float* output) {
  for (std::size_t r = 0; r < rows; ++r) {
    const std::uint8_t* row_codes = codes + r * features;
    float* to = output + r * stride;
    std::size_t u = 0;
    for (; u + 8 * lanes <= stride; u += 8 * lanes) {
      add_columns<8>(table, stride, offsets, features, row_codes, bias, u, to);
    }
    for (; u + 4 * lanes <= stride; u += 4 * lanes) {
      add_columns<4>(table, stride, offsets, features, row_codes, bias, u, to);
    }
    for (; u < stride; u += lanes) {
      add_columns<1>(table, stride, offsets, features, row_codes, bias, u, to);
    }
  }
}

}  // namespace terse::model::TERSE_KERNEL
