// Training with the paper's protocol reaches the paper's error. Minutes long in sanitizer builds,
// hence on its own.
#include <gtest/gtest.h>

#include "terse/data/frame.h"
#include "terse/data/split.h"
#include "terse/train/joint.h"
#include "terse/train/metrics.h"

namespace terse::train {
namespace {

// Table 10 gives 95% intervals of the standardised error over ten splits of OpenML's realisation of
// the data, whose target has variance 24.97. The built-in realisation has another variance by
// chance but the same noise, so errors are compared in the target's units.
constexpr double published_variance = 24.97;

struct Published {
  unsigned bits;
  double low;
  double high;
};

class PublishedInterval : public testing::TestWithParam<Published> {};

TEST_P(PublishedInterval, FriedWithFiveLayersOf32Units) {
  const data::Frame frame = data::read_frame("fried", {});
  const data::Table table = data::select(frame, {.target = frame.default_target});
  constexpr unsigned splits = 10;
  double sum = 0.0;
  for (unsigned seed = 0; seed < splits; ++seed) {
    Options options;
    options.bits = GetParam().bits;
    options.hidden = std::vector<std::size_t>(5, 32);
    options.seed = seed;
    options.threads = 1;
    const data::Split split = data::random_split(table.rows(), options.test_fraction, seed);
    const model::Model model = train_model(table, split.train, options);
    sum += evaluate(model, table, split.test).mse_raw;
  }
  EXPECT_LE(sum / splits, GetParam().high * published_variance);
  // A whole interval below the published one would be too good to be true.
  EXPECT_GE(sum / splits,
            (GetParam().low - (GetParam().high - GetParam().low)) * published_variance);
}

INSTANTIATE_TEST_SUITE_P(Train, PublishedInterval,
                         testing::Values(Published{2, 0.133, 0.141}, Published{3, 0.067, 0.069},
                                         Published{4, 0.049, 0.051}),
                         [](const auto& test) { return std::to_string(test.param.bits) + "bits"; });

}  // namespace
}  // namespace terse::train
