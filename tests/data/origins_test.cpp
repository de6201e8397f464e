#include "terse/data/origins.h"

#include <gtest/gtest.h>

#include <cmath>

#include "data/input_error.h"
#include "terse/data/arff.h"
#include "terse/data/csv.h"
#include "terse/data/table.h"

namespace terse::data {
namespace {

Frame frame_of(std::string_view text, const std::vector<ColumnOrigin>& origins = {}) {
  MemoryBytes bytes(text);
  return read_csv(bytes, "t.csv", {.origins = origins});
}

constexpr std::string_view times = "t,x\n1700000015.017,1\n1700000015.018,2\n1700000040.5,3\n";

TEST(Origins, AreNeededWhereFloatMergesNumbers) {
  EXPECT_EQ(merged_columns(frame_of(times)), (std::vector<std::string>{"t"}));
  EXPECT_EQ(merged_columns(frame_of("d\n20180130\n20180131\n")), (std::vector<std::string>{"d"}));
  EXPECT_TRUE(merged_columns(frame_of("a\n0.123456789\n-3.1415926535\n")).empty());
  EXPECT_TRUE(merged_columns(frame_of("a\n1000\n1001\n")).empty());
  EXPECT_TRUE(merged_columns(frame_of("a\n\n\n")).empty());
}

TEST(Origins, DifferencesKeepWhatDoubleHolds) {
  const Frame frame = frame_of(times, {{"t"}});
  const Column& column = frame.columns[0];
  EXPECT_NE(column.origin, 0.0);
  const double expected[] = {1700000015.017, 1700000015.018, 1700000040.5};
  for (std::size_t row = 0; row < 3; ++row) {
    EXPECT_NEAR(column.origin + static_cast<double>(column.values[row]), expected[row], 1e-5);
  }
  ASSERT_EQ(frame.notes.size(), 1U);
  EXPECT_NE(frame.notes[0].find("float32 holds 1 of its 3 numbers apart, of the differences 3"),
            std::string::npos)
      << frame.notes[0];
  EXPECT_EQ(frame.columns[1].origin, 0.0);
}

TEST(Origins, OneThatIsGivenHolds) {
  const Frame frame = frame_of("t\n1700000010\nNA\n1700000020\n", {{"t", 1700000000.0}});
  EXPECT_EQ(frame.columns[0].values[0], 10.0F);
  EXPECT_TRUE(std::isnan(frame.columns[0].values[1]));
  EXPECT_EQ(frame.columns[0].values[2], 20.0F);
  EXPECT_TRUE(frame.notes.empty());
  MemoryBytes arff("@relation r\n@attribute t numeric\n@data\n1700000010\n{0 1700000020}\n{}\n");
  const Frame sparse = read_arff(arff, "t.arff", {.origins = {{"t", 1700000000.0}}});
  EXPECT_EQ(sparse.columns[0].values, (std::vector<float>{10.0F, 20.0F, -1700000000.0F}));
}

TEST(Origins, NothingChangesWhereNothingMerges) {
  const Frame frame = frame_of("a\n10000000\n10000002\n", {{"a"}});
  EXPECT_EQ(frame.columns[0].origin, 0.0);
  EXPECT_EQ(frame.columns[0].values, (std::vector<float>{1e7F, 10000002.0F}));
  EXPECT_TRUE(frame.notes.empty());
}

TEST(Origins, AConstantIsSaidAsItIs) {
  const Frame frame = frame_of("x,y\n1,1700000015.5\n2,1700000015.5\n", {{"y"}});
  EXPECT_NE(input_error([&] {
              select(frame, {.target = "y"});
            }).find("the target is 1700000015.5 in every row"),
            std::string::npos);
}

TEST(Origins, RowsWithoutATargetTakeTheirNumbersAlong) {
  MemoryBytes bytes("t,y\n1700000001,1\n1700000002,\n1700000003,3\n");
  const Frame frame = read_csv(bytes, "t.csv", {.target = "y", .origins = {{"t", 1.7e9}}});
  EXPECT_EQ(frame.columns[0].values, (std::vector<float>{1.0F, 3.0F}));
  const Table table = select(frame, {.target = "y"});
  EXPECT_EQ(table.feature_origins, (std::vector<double>{1.7e9}));
  EXPECT_EQ(table.target_origin, 0.0);
}

}  // namespace
}  // namespace terse::data
