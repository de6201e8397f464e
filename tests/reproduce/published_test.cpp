#include "terse/reproduce/published.h"
#include "terse/stats/interval.h"

#include <gtest/gtest.h>

#include <map>

namespace terse::reproduce {
namespace {

using quantize::Method;

TEST(Published, HasEveryCellOnce) {
  ASSERT_EQ(published_data().size(), 6U);
  EXPECT_EQ(published_trainings().size(), 6U + 6U * 7U * 11U);
  for (const PublishedData& data : published_data()) {
    for (const Method method : quantize::network_methods) {
      for (unsigned bits = 2; bits <= 8; ++bits) {
        ASSERT_NE(find_published(data.name, method, bits), nullptr)
            << data.name << " " << quantize::id(method) << " " << bits;
      }
    }
  }
  EXPECT_EQ(find_published("california", Method::bw_sq, 1), nullptr);
  EXPECT_EQ(find_published("iris", Method::bw_sq, 2), nullptr);
  EXPECT_EQ(find_published("iris", Method::xgb, 2), nullptr);
}

// Printed in tables 9 and 10, rounded to three digits there.
TEST(Published, GivesThePrintedMeansAndIntervals) {
  struct Printed {
    const char* data;
    Method method;
    unsigned bits;
    double mean, low, high;
  };
  for (const Printed& printed : {Printed{"california", Method::fp, 5, 0.186, 0.163, 0.210},
                                 Printed{"california", Method::bw_sq, 2, 0.290, 0.257, 0.323},
                                 Printed{"california", Method::llt4, 2, 0.424, 0.387, 0.462},
                                 Printed{"california", Method::lsq, 8, 0.188, 0.161, 0.216},
                                 Printed{"cpu_act", Method::bw_sq, 4, 0.019, 0.017, 0.021},
                                 Printed{"fried", Method::bw_sq, 2, 0.137, 0.133, 0.141}}) {
    const PublishedTraining* found = find_published(printed.data, printed.method, printed.bits);
    ASSERT_NE(found, nullptr);
    const stats::Interval interval = found->interval();
    EXPECT_NEAR(interval.mean, printed.mean, 6e-4);
    EXPECT_NEAR(interval.mean - interval.half_width, printed.low, 1e-3);
    EXPECT_NEAR(interval.mean + interval.half_width, printed.high, 1e-3);
  }
}

TEST(Published, HasTheSchedulesOfBothTables) {
  std::map<std::string, int> count;
  for (const PublishedSchedule& schedule : published_schedules()) ++count[schedule.data];
  EXPECT_EQ(count, (std::map<std::string, int>{{"superconduct", 15}, {"wine_quality", 15}}));
}

}  // namespace
}  // namespace terse::reproduce
