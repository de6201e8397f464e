#include <gtest/gtest.h>

#include <cmath>

#include "data/input_error.h"
#include "data/temporary_folder.h"
#include "terse/data/frame.h"
#include "terse/data/table.h"

namespace terse::data {
namespace {

TEST(ReadFrames, RowsFollowEachOtherByTheNamesOfColumns) {
  const TemporaryFolder folder;
  const std::string first = folder.write("jan.csv", "a,b\n1,hot\n2,\n");
  const std::string second = folder.write("feb.tsv", "b\ta\ncold\t3\nhot\tx\n");
  const Frame frame = read_frames({first, second}, {.text_columns = {"b"}});
  EXPECT_EQ(frame.rows, 4U);
  EXPECT_EQ(frame.source, first + " + " + second);
  EXPECT_EQ(frame.columns[0].values[2], 3.0F);
  EXPECT_EQ(frame.columns[1].categories, (std::vector<std::string>{"hot", "cold"}));
  EXPECT_EQ(frame.columns[1].values[2], 1.0F);
  EXPECT_EQ(frame.columns[1].values[3], 0.0F);
  EXPECT_TRUE(std::isnan(frame.columns[1].values[1]));
  EXPECT_EQ(frame.notes, (std::vector<std::string>{second + ": columns are separated by tabs"}));
  // Messages name the file.
  EXPECT_EQ(frame.source_of(1), first);
  EXPECT_EQ(frame.source_of(2), second);
  EXPECT_NE(input_error([&] {
              select(frame, {.target = "a", .gaps_allowed = true});
            }).find(second + ": line 3, column 1 ('a'): 'x' is not a number"),
            std::string::npos);
}

TEST(ReadFrames, ColumnsMustBeTheSame) {
  const TemporaryFolder folder;
  const std::string first = folder.write("a.csv", "a,b\n1,2\n");
  EXPECT_EQ(input_error([&] {
              read_frames({first, folder.write("b.csv", "a,c\n1,2\n")}, {});
            }),
            (folder.path() / "b.csv").string() + ": there is no column 'b', which " + first +
                " has; give every file the same columns");
  EXPECT_NE(input_error([&] {
              read_frames({first, folder.write("c.csv", "a,b,c\n1,2,3\n")}, {});
            }).find("c.csv: the column 'c' is not in " + first),
            std::string::npos);
  EXPECT_NE(input_error([&] {
              read_frames({first, folder.write("d.csv", "b,a,a\n1,2,3\n")}, {});
            }).find("d.csv: two columns are called 'a'"),
            std::string::npos);
  EXPECT_NE(input_error([&] {
              read_frames({folder.write("u.csv", "a\nm\n1\n"), folder.write("v.csv", "a\nkm\n1\n")},
                          {.units_row = true});
            }).find("v.csv: column 'a': the unit is 'km', not 'm'"),
            std::string::npos);
}

TEST(ReadFrames, OriginsOfSeveralFilesBecomeOne) {
  const TemporaryFolder folder;
  const std::string first = folder.write("a.csv", "t\n1700000001\n1700000002\n");
  const std::string second = folder.write("b.csv", "t\n1700000501\n1700000502\n");
  const Frame frame = read_frames({first, second}, {.origins = {{"t"}}});
  EXPECT_EQ(frame.columns[0].values[3] - frame.columns[0].values[0], 501.0F);
}

}  // namespace
}  // namespace terse::data
