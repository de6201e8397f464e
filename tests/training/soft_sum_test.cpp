#include "terse/training/soft_sum.h"

#include <gtest/gtest.h>

#include <cmath>

#include "terse/base/random.h"

namespace terse::training {
namespace {

// Against the definition in double, for features with several, one and no thresholds and a batch
// that fills no vector.
TEST(SoftSum, SumsStepsAndTheirSlopes) {
  base::Random random(2);
  base::Matrix inputs(30, 3);
  for (float& value : inputs.values()) value = static_cast<float>(random.normal());
  quantize::Thresholds thresholds;
  thresholds.add_feature(std::vector<float>{0.5F, -0.5F, 0.5F});
  thresholds.add_feature(std::vector<float>{});
  thresholds.add_feature(std::vector<float>{0.1F});
  const std::vector<std::uint32_t> rows = {3, 29, 3, 0, 11};
  base::Matrix gradient(rows.size(), 3);
  for (float& value : gradient.values()) value = static_cast<float>(random.normal());
  for (const unsigned threads : {1U, 2U}) {
    for (const float temperature : {1.0F, 0.1F, 0.01F}) {
      SoftSum layer(inputs, thresholds, 8);
      Team team(threads);
      base::Matrix output(rows.size(), 3);
      team.run([&](Member& member) {
        layer.forward(member, rows, temperature, output);
        member.barrier();
        layer.backward(member, rows.size(), temperature, gradient);
      });
      std::vector<double> expected(thresholds.values.size());
      for (std::size_t r = 0; r < rows.size(); ++r) {
        for (std::size_t f = 0; f < 3; ++f) {
          double sum = 0.0;
          for (std::size_t j = thresholds.offsets[f]; j < thresholds.offsets[f + 1]; ++j) {
            const double z = (static_cast<double>(inputs(rows[r], f)) -
                              static_cast<double>(thresholds.values[j])) /
                             static_cast<double>(temperature);
            const double step = 1.0 / (1.0 + std::exp(-z));
            sum += step;
            expected[j] -= step * (1.0 - step) * static_cast<double>(gradient(r, f)) /
                           static_cast<double>(temperature);
          }
          ASSERT_NEAR(output(r, f), sum, 2e-6);
        }
      }
      for (std::size_t j = 0; j < expected.size(); ++j) {
        ASSERT_NEAR(layer.gradient()[j], expected[j], 1e-5 * (1.0 + std::abs(expected[j])));
      }
    }
  }
}

}  // namespace
}  // namespace terse::training
