#include "terse/data/arrays.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "data/input_error.h"

namespace terse::data {
namespace {

constexpr double gap = std::numeric_limits<double>::quiet_NaN();

struct Tables {
  std::vector<float> small = {1.0F, 2.0F, 3.0F, 4.0F};
  std::vector<double> large = {0.1, gap, 1e300, -1.0};
  std::vector<std::int32_t> rooms = {1, 0, -1, 1};
  std::vector<Array> arrays = {
      {.name = "s", .cells = Strided<float>{small.data(), 1}},
      {.name = "l", .unit = "m", .cells = Strided<double>{large.data(), 1}},
      {.name = "r", .cells = Words{{"attic", "7.0", ""}, {rooms.data(), 1}}}};
  Frame read(const ReadOptions& options = {}) const {
    return read_arrays("X", arrays, small.size(), options);
  }
};

TEST(Arrays, CellsAreMarkedAsThoseOfAText) {
  const Frame frame = Tables().read();
  EXPECT_EQ(frame.rows, 4U);
  EXPECT_EQ(frame.columns[0].values, (std::vector<float>{1, 2, 3, 4}));
  EXPECT_FALSE(frame.columns[0].long_numbers);
  const Column& large = frame.columns[1];
  EXPECT_EQ(large.unit, "m");
  EXPECT_EQ(large.values[0], 0.1F);
  EXPECT_TRUE(std::isnan(large.values[1]));
  EXPECT_TRUE(large.first_gap.present && large.first_infinity.present && large.long_numbers);
  EXPECT_EQ(large.first_gap.row, 1U);
  EXPECT_EQ(large.first_infinity.text, "1e+300");
  const Column& rooms = frame.columns[2];
  EXPECT_EQ(rooms.values[0], 7.0F);
  EXPECT_EQ(rooms.first_text.text, "attic");
  EXPECT_EQ(rooms.first_gap.row, 2U);
  EXPECT_EQ(frame.place(2, 1), "row 3, column 2 ('l')");
}

TEST(Arrays, TextColumnsHaveNames) {
  const Frame frame = Tables().read({.text_columns = {"r", "l"}});
  EXPECT_EQ(frame.columns[2].categories, (std::vector<std::string>{"attic", "7"}));
  EXPECT_EQ(frame.columns[2].values[3], 1.0F);
  EXPECT_EQ(frame.columns[1].categories, (std::vector<std::string>{"0.1", "1e+300", "-1"}));
  EXPECT_FALSE(frame.columns[1].first_infinity.present);
}

TEST(Arrays, RowsWithoutATargetAreLeftOut) {
  const Frame frame = Tables().read({.target = "l"});
  EXPECT_EQ(frame.rows, 3U);
  EXPECT_EQ(frame.columns[0].values, (std::vector<float>{1, 3, 4}));
  EXPECT_EQ(
      frame.notes,
      (std::vector<std::string>{"1 row without a value of the target 'l' is left out (row 2)"}));
  EXPECT_EQ(Tables().read({.text_columns = {"r"}, .target = "r"}).rows, 3U);
}

TEST(Arrays, StridesAndOrigins) {
  const std::vector<double> both = {1e9, 0, 1e9 + 0.25, 0, 1e9 + 0.5, 0};
  const std::vector<Array> arrays = {{.name = "t", .cells = Strided<double>{both.data(), 2}},
                                     {.name = "b", .cells = Strided<double>{both.data() + 4, -2}}};
  const Frame frame = read_arrays("X", arrays, 3, {.origins = {{"t"}}});
  EXPECT_EQ(frame.columns[0].origin, 1e9);
  EXPECT_EQ(frame.columns[0].values, (std::vector<float>{0, 0.25F, 0.5F}));
  EXPECT_EQ(frame.columns[1].values.back(), 1e9F);
}

TEST(Arrays, AnIndexThatIsNoneOfTheWordsIsRefused) {
  const std::vector<std::int32_t> rooms = {0, 2};
  const std::vector<Array> arrays = {{.name = "r", .cells = Words{{"a", "b"}, {rooms.data(), 1}}}};
  EXPECT_EQ(input_error([&] { read_arrays("X", arrays, 2, {}); }),
            "X: row 2: 2 is not the index of a word of 'r'");
}

}  // namespace
}  // namespace terse::data
