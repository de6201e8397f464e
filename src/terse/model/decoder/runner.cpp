#include "terse/model/decoder/runner.h"

#include "terse/base/error.h"

namespace terse::model::decoder {

void Runner::run_codes(const quantize::Code*, std::size_t, std::span<float>) {
  TERSE_CHECK(false);
}

void Runner::run_inputs(base::MatrixView, std::span<float>) {
  TERSE_CHECK(false);
}

std::size_t row_stride(std::size_t columns) {
  return (columns + 31) / 32 * 32 + 16;
}

}  // namespace terse::model::decoder
