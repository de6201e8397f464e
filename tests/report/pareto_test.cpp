#include "terse/report/pareto.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "terse/base/random.h"

namespace terse::report {
namespace {

using Positions = std::vector<std::size_t>;

TEST(Pareto, LeavesOutWhatIsBeaten) {
  const std::vector<SizedLoss> all = {{64, 0.1}, {16, 0.6}, {16, 0.4}, {8, 0.5}, {32, 0.4}};
  EXPECT_EQ(pareto_front(all), (Positions{3, 2, 0}));
}

TEST(Pareto, OfEqualOnesTheFirst) {
  const std::vector<SizedLoss> all = {{8, 0.5}, {8, 0.5}, {9, 0.5}};
  EXPECT_EQ(pareto_front(all), (Positions{0}));
}

TEST(Pareto, FailuresAreBeatenByAll) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const std::vector<SizedLoss> all = {{1, nan}, {2, infinity}, {3, 7.0}};
  EXPECT_EQ(pareto_front(all), (Positions{2}));
  EXPECT_TRUE(pareto_front(std::vector<SizedLoss>{{1, nan}}).empty());
  EXPECT_TRUE(pareto_front({}).empty());
}

// Against the definition, pair by pair.
TEST(Pareto, IsWhatItsDefinitionSays) {
  base::Random random(1);
  for (int round = 0; round < 50; ++round) {
    std::vector<SizedLoss> all;
    for (int i = 0; i < 30; ++i) {
      all.push_back({std::floor(10 * random.uniform()), std::floor(10 * random.uniform())});
    }
    const Positions front = pareto_front(all);
    for (std::size_t i = 0; i < all.size(); ++i) {
      bool beaten = false;
      for (std::size_t j = 0; j < all.size(); ++j) {
        const bool no_worse = all[j].size <= all[i].size && all[j].loss <= all[i].loss;
        const bool equal = all[j].size == all[i].size && all[j].loss == all[i].loss;
        beaten = beaten || (no_worse && (!equal || j < i));
      }
      EXPECT_EQ(std::ranges::count(front, i), beaten ? 0 : 1) << round << " " << i;
    }
  }
}

}  // namespace
}  // namespace terse::report
