#include "terse/text/wrapping.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <vector>

namespace terse::text {
namespace {

using Parts = std::vector<std::string>;

TEST(Wrapping, BreaksWhereALineWouldGrowTooLong) {
  // A line of 10 columns is full, one of 11 too long.
  EXPECT_EQ(comma_lines(Parts{"123", "456", "78", "9", "10", "111"}, "  ", 10),
            "  123,\n  456, 78,\n  9, 10,\n  111,");
  EXPECT_EQ(comma_lines(Parts{"12", "34", "56"}, "", 11), "12, 34, 56,");
  EXPECT_EQ(comma_lines(Parts{"12", "34", "56"}, "", 10), "12, 34,\n56,");
}

TEST(Wrapping, OnePartAndNone) {
  EXPECT_EQ(comma_lines(Parts{"1"}, "    "), "    1,");
  EXPECT_EQ(comma_lines(Parts{}, "    "), "    ");
}

TEST(Wrapping, ALongPartHasALineOfItsOwn) {
  EXPECT_EQ(comma_lines(Parts{"123456789"}, " ", 5), " 123456789,");
  EXPECT_EQ(comma_lines(Parts{"1", "123456789", "2"}, " ", 5), " 1,\n 123456789,\n 2,");
}

TEST(Wrapping, LinesAreFullAndNothingIsLost) {
  Parts parts;
  for (int i = 0; i < 500; ++i) parts.push_back(std::to_string(i * i));
  const std::string text = comma_lines(parts, "  ");
  std::istringstream lines(text);
  Parts found;
  std::size_t before = 96;
  for (std::string line; std::getline(lines, line);) {
    ASSERT_LE(line.size(), 96U);
    ASSERT_EQ(line.substr(0, 2), "  ");
    std::istringstream words(line);
    const std::size_t first = found.size();
    for (std::string word; words >> word;) {
      ASSERT_EQ(word.back(), ',');
      found.push_back(word.substr(0, word.size() - 1));
    }
    // Its first part would not have fitted on the line before.
    ASSERT_GT(before + 1 + found[first].size() + 1, 96U);
    before = line.size();
  }
  EXPECT_EQ(found, parts);
}

}  // namespace
}  // namespace terse::text
