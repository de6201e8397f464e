#include "terse/report/cells.h"

#include <gtest/gtest.h>

#include "report/example_summary.h"

namespace terse::report {
namespace {

TEST(Cells, NamesInOrderOfTheCells) {
  const study::Summary summary = example_summary();
  EXPECT_EQ(data_names(summary), (std::vector<std::string>{"fried", hostile}));
  EXPECT_EQ(method_names(summary, "fried"), (std::vector<std::string>{"fp", "pr-qq", "bw-sq"}));
  EXPECT_EQ(bit_widths(summary, "fried"), (std::vector<unsigned>{2, 3, 4}));
  EXPECT_TRUE(bit_widths(summary, "other").empty());
}

TEST(Cells, NewNamesAreAddedOnce) {
  std::vector<std::string> names{"fp"};
  for (const char* name : {"sq", "fp", "bw-sq", "sq"}) add_new(names, name);
  EXPECT_EQ(names, (std::vector<std::string>{"fp", "sq", "bw-sq"}));
}

TEST(Cells, TheReferenceIsFullPrecision) {
  const study::Summary summary = example_summary();
  ASSERT_NE(reference_cell(summary, "fried"), nullptr);
  EXPECT_EQ(reference_cell(summary, "fried")->method, "fp");
  EXPECT_EQ(reference_cell(summary, "other"), nullptr);
}

TEST(Cells, ParetoFrontLeavesOutWhatIsBeaten) {
  study::Summary summary;
  const auto add = [&](unsigned bits, double payload, double loss) {
    summary.cells.push_back(example_cell("d", "m", bits, loss));
    summary.cells.back().payload_bits = payload;
  };
  add(1, 8, 0.5);
  add(2, 16, 0.6);  // more bits and worse
  add(3, 16, 0.4);
  add(4, 32, 0.4);  // more bits and no better
  add(5, 64, 0.1);
  add(6, 4, std::numeric_limits<double>::quiet_NaN());  // failed
  std::vector<unsigned> front;
  for (const study::Cell* cell : pareto_front(summary, "d")) front.push_back(cell->bits);
  EXPECT_EQ(front, (std::vector<unsigned>{1, 3, 5}));
}

}  // namespace
}  // namespace terse::report
