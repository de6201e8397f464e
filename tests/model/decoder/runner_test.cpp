#include "terse/model/decoder/runner.h"

#include <gtest/gtest.h>

namespace terse::model::decoder {
namespace {

TEST(Runner, RowsLieApart) {
  EXPECT_EQ(row_stride(1), 48U);
  EXPECT_EQ(row_stride(32), 48U);
  EXPECT_EQ(row_stride(33), 80U);
}

TEST(RunnerDeathTest, StopsAtInputsThatItsDecoderDoesNotTake) {
  Runner neither;
  const quantize::Code code = 0;
  float value = 0.0F;
  EXPECT_DEATH(neither.run_codes(&code, 1, {&value, 1}), "internal error");
  EXPECT_DEATH(neither.run_inputs({&value, 1, 1}, {&value, 1}), "internal error");
}

}  // namespace
}  // namespace terse::model::decoder
