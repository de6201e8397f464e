#include "terse/data/target_rows.h"

#include <gtest/gtest.h>

#include <cmath>

#include "data/input_error.h"
#include "terse/data/arff.h"
#include "terse/data/csv.h"
#include "terse/data/table.h"

namespace terse::data {
namespace {

Frame frame_of(std::string_view text, const ReadOptions& options) {
  MemoryBytes bytes(text);
  return read_csv(bytes, "t.csv", options);
}

TEST(TargetRows, RowsWithoutATargetAreLeftOutAndCounted) {
  const Frame frame = frame_of("a,y\n1,2\n,\nx,NA\n4,\n5,6\n", {.target = "y"});
  EXPECT_EQ(frame.rows, 2U);
  EXPECT_EQ(frame.lines, (std::vector<std::uint64_t>{2, 6}));
  EXPECT_EQ(frame.columns[0].values, (std::vector<float>{1, 5}));
  EXPECT_EQ(frame.columns[1].values, (std::vector<float>{2, 6}));
  EXPECT_FALSE(frame.columns[0].first_text.present || frame.columns[0].first_gap.present);
  EXPECT_EQ(frame.notes, (std::vector<std::string>{
                             "3 rows without a value of the target 'y' are left out (line 3 is the "
                             "first)"}));
  EXPECT_EQ(
      frame_of("a,y\n1,2\n3,\n", {.target = "y"}).notes,
      (std::vector<std::string>{"1 row without a value of the target 'y' is left out (line 3)"}));
  EXPECT_EQ(frame_of("a,y\n1,2\n3,\n", {}).rows, 2U);
  EXPECT_EQ(frame_of("a,y\n1,2\n3,\n", {.target = "z"}).rows, 2U);
  EXPECT_EQ(input_error([] { frame_of("a,y\n1,\n", {.target = "y"}); }),
            "t.csv: no row has a value of the target 'y'; name another `target`");
}

TEST(TargetRows, AClassMayBeCalledNone) {
  const std::string_view text = "a,y\n1,None\n2,warm\n3,\n4,off\n";
  const ReadOptions options = {.text_columns = {"y"}, .missing = {"off"}, .target = "y"};
  const Frame frame = frame_of(text, options);
  EXPECT_EQ(frame.rows, 2U);
  EXPECT_EQ(frame.columns[1].categories, (std::vector<std::string>{"None", "warm"}));
  // In a feature it is a gap.
  EXPECT_TRUE(std::isnan(frame_of(text, {.text_columns = {"y"}}).columns[1].values[0]));
}

TEST(TargetRows, ArffToo) {
  MemoryBytes bytes(
      "@relation r\n@attribute a numeric\n@attribute y {u,v}\n@data\n1,u\n2,?\n{0 3}\n-200,v\n");
  const Frame frame = read_arff(bytes, "t.arff", {.missing = {"-200"}, .target = "y"});
  EXPECT_EQ(frame.rows, 3U);
  EXPECT_EQ(frame.columns[0].values[1], 3.0F);
  EXPECT_TRUE(std::isnan(frame.columns[0].values[2]));
  EXPECT_EQ(frame.notes.size(), 1U);
}

TEST(TargetRows, ARowNeedsEveryTarget) {
  const ReadOptions options = {.target = "y", .further_targets = {"z", "none"}};
  const Frame frame = frame_of("a,y,z\n1,2,3\n2,,3\n3,4,\n4,,\n5,6,7\n", options);
  EXPECT_EQ(frame.columns[0].values, (std::vector<float>{1, 5}));
  EXPECT_EQ(frame.notes,
            (std::vector<std::string>{
                "2 rows without a value of the target 'y' are left out (line 3 is the first)",
                "1 row without a value of the target 'z' is left out (line 4)"}));
}

TEST(Selection, TakesSeveralTargetsOutOfTheFeatures) {
  const Frame frame = frame_of("a,y,z,b\n1,2,on,4\n2,3,off,9\n", {.text_columns = {"z"}});
  Selection selection{.target = "y"};
  selection.further_targets = {{"z", true}};
  const Table table = select(frame, selection);
  EXPECT_EQ(table.feature_names, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(table.targets(), 2U);
  EXPECT_EQ(table.target_view(0).name, "y");
  const TargetView second = table.target_view(1);
  EXPECT_EQ(second.name, "z");
  EXPECT_EQ(second.classes, (std::vector<std::string>{"off", "on"}));
  EXPECT_EQ(std::vector<float>(second.values.begin(), second.values.end()),
            (std::vector<float>{1, 0}));
  Table other = table;
  other.further_targets[0].values[0] = 0;
  EXPECT_NE(content_hash(other), content_hash(table));
  selection.features = {"a", "z"};
  EXPECT_EQ(input_error([&] { select(frame, selection); }),
            "t.csv: 'z' is both the target and a feature; remove it from the features");
  selection.features.clear();
  selection.ignored = {"z"};
  EXPECT_EQ(input_error([&] { select(frame, selection); }),
            "ignore: 'z' is a target; name another target or do not ignore it");
}

}  // namespace
}  // namespace terse::data
