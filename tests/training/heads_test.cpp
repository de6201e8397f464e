#include "terse/training/heads.h"

#include <gtest/gtest.h>

#include <numeric>

#include "training/normal_matrix.h"

namespace terse::training {
namespace {

// Each submodel's rows go through its own weights, forwards and backwards, whatever share of rows a
// thread has.
TEST(Heads, EachSubmodelUsesItsOwnWeights) {
  constexpr std::size_t rows = 12;
  constexpr std::size_t inputs = 5;
  constexpr std::size_t outputs = 2;
  Submodels submodels(3, 2, 1, 1);
  std::vector<std::uint32_t> batch(rows);
  std::iota(batch.begin(), batch.end(), 0U);
  submodels.take(batch);
  Heads heads(inputs, outputs, 1, 3);
  const inference::DenseLayer all{normal(3 * outputs, inputs, 2), {1, 2, 3, 4, 5, 6}};
  heads.set(all);
  EXPECT_EQ(heads.get().bias, all.bias);
  EXPECT_TRUE(std::ranges::equal(heads.get().weights.values(), all.weights.values()));
  EXPECT_EQ(heads.bias(2)[1], 6.0F);

  const base::Matrix x = normal(2 * rows, inputs, 3);
  const base::Matrix upper = normal(2 * rows, outputs, 4);
  base::Matrix y(2 * rows, outputs);
  base::Matrix lower(2 * rows, inputs);
  for (const Share own : {Share{0, 7}, Share{7, 2 * rows}}) {
    heads.forward(submodels, own, x, y);
    heads.input_gradient(submodels, own, upper, lower);
  }
  auto gradients = heads.zeros();
  Team team(1);
  team.run([&](Member& member) { heads.gradients(member, submodels, x, upper, gradients); });
  const inference::DenseLayer joined = Heads::joined(gradients);
  base::Matrix weight_sums(3 * outputs, inputs);
  std::vector<float> bias_sums(3 * outputs);
  for (std::size_t k = 0; k < 3; ++k) {
    for (std::size_t r = submodels.parts()[k].begin; r < submodels.parts()[k].end; ++r) {
      for (std::size_t o = 0; o < outputs; ++o) {
        float sum = 0.0F;
        for (std::size_t i = 0; i < inputs; ++i) {
          sum += x(r, i) * all.weights(k * outputs + o, i);
          weight_sums(k * outputs + o, i) += x(r, i) * upper(r, o);
        }
        EXPECT_NEAR(y(r, o), sum, 1e-5);
        bias_sums[k * outputs + o] += upper(r, o);
      }
      for (std::size_t i = 0; i < inputs; ++i) {
        const float sum = upper(r, 0) * all.weights(k * outputs, i) +
                          upper(r, 1) * all.weights(k * outputs + 1, i);
        EXPECT_NEAR(lower(r, i), sum, 1e-5);
      }
    }
  }
  for (std::size_t i = 0; i < bias_sums.size(); ++i) {
    EXPECT_NEAR(joined.bias[i], bias_sums[i], 1e-5);
  }
  for (std::size_t i = 0; i < weight_sums.values().size(); ++i) {
    EXPECT_NEAR(joined.weights.values()[i], weight_sums.values()[i], 1e-5);
  }
}

}  // namespace
}  // namespace terse::training
