// A batch for the quantizers before the first layer, and how to run one.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "terse/base/random.h"
#include "terse/training/input_quantizer.h"

namespace terse::training::reference {

struct Batch {
  base::Matrix inputs;
  std::vector<std::uint32_t> rows = {3, 39, 3, 0, 11, 17, 25, 30, 8, 21, 5};
  base::Matrix gradient;  ///< d loss / d output

  explicit Batch(std::size_t columns) : inputs(40, columns), gradient(rows.size(), columns) {
    base::Random random(2);
    for (float& value : inputs.values()) value = static_cast<float>(1.5 * random.normal());
    for (float& value : gradient.values()) value = static_cast<float>(random.normal());
  }

  /// Forward and backward; the outputs.
  base::Matrix run(InputQuantizer& layer, unsigned threads, float temperature) const {
    Team team(threads);
    base::Matrix output(rows.size(), inputs.columns());
    team.run([&](Member& member) {
      layer.forward(member, rows, temperature, output);
      member.barrier();
      layer.backward(member, rows.size(), temperature, gradient);
    });
    return output;
  }

  /// Looking codes up in `hard` gives the same as `output`, for features of more than one level.
  void expect_hard(const inference::Parameters& hard, const std::vector<std::size_t>& levels,
                   const base::Matrix& output) const {
    ASSERT_EQ(hard.thresholds.features(), levels.size());
    ASSERT_EQ(hard.values.size(), levels.size());
    for (std::size_t f = 0; f < levels.size(); ++f) {
      const auto thresholds = hard.thresholds.of(f);
      ASSERT_LE(thresholds.size() + 1, levels[f]);
      ASSERT_EQ(hard.values[f].size(), thresholds.size() + 1);
      EXPECT_TRUE(std::ranges::is_sorted(thresholds));
      for (std::size_t r = 0; r < rows.size(); ++r) {
        const auto code = quantize::code_of(inputs(rows[r], f), thresholds);
        EXPECT_NEAR(hard.values[f][code], output(r, f), 1e-5) << f << ", " << r;
      }
    }
  }
};

}  // namespace terse::training::reference
