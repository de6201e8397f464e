#include "terse/data/row_columns.h"

#include <gtest/gtest.h>

#include <cmath>

#include "data/input_error.h"

namespace terse::data {
namespace {

Column column(const std::string& name, const std::vector<float>& values,
              const std::vector<std::string>& categories = {}) {
  Column result;
  result.name = name;
  result.values = values;
  result.categories = categories;
  return result;
}

Frame frame() {
  Frame made;
  made.source = "some.csv";
  made.rows = 4;
  made.columns = {column("x", {1, 2, 3, 4}), column("y", {5, 6, 7, 8}),
                  column("machine", {1, 0, 1, 2}, {"b", "a", "c"}), column("w", {0, 1, 2.5F, 1})};
  return made;
}

Table selected(const Frame& frame, const Selection& selection) {
  Table table = select(frame, selection);
  add_row_columns(frame, selection, table);
  return table;
}

const Selection selection = {.target = "y", .split_column = "machine", .weight_column = "w"};

TEST(RowColumns, AreNotFeatures) {
  const Table table = selected(frame(), selection);
  EXPECT_EQ(table.feature_names, (std::vector<std::string>{"x"}));
  EXPECT_EQ(table.split_labels.names, (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(table.split_labels.of_row, (std::vector<std::uint32_t>{0, 1, 0, 2}));
  EXPECT_EQ(table.weights, (std::vector<float>{0, 1, 2.5F, 1}));
}

TEST(RowColumns, CountInTheHashWhereTheyAre) {
  Table table = selected(frame(), selection);
  const std::string hash = content_hash(table);
  table.weights[1] = 2;
  EXPECT_NE(content_hash(table), hash);
  table.weights[1] = 1;
  table.split_labels.of_row[1] = 0;
  EXPECT_NE(content_hash(table), hash);
  Table plain = table;
  plain.weights.clear();
  plain.split_labels = {};
  EXPECT_EQ(content_hash(plain),
            content_hash(selected(frame(), {.target = "y", .ignored = {"machine", "w"}})));
}

TEST(RowColumns, RefuseWhatIsNoWeight) {
  const auto message = [](const std::vector<float>& weights) {
    Frame made = frame();
    made.columns[3].values = weights;
    return input_error([&] { selected(made, selection); });
  };
  EXPECT_NE(message({1, -2, 1, 1}).find("-2 is not a weight; a weight is a finite number"),
            std::string::npos);
  EXPECT_NE(message({0, 0, 0, 0}).find("every weight is 0"), std::string::npos);
  Frame made = frame();
  made.columns[3].values[2] = std::nanf("");
  made.columns[3].first_gap = {true, 2, "NA"};
  EXPECT_NE(input_error([&] { selected(made, selection); }).find("'NA' is not a weight"),
            std::string::npos);
}

TEST(RowColumns, RefuseGapsTargetsFeaturesAndUnknownNames) {
  Frame made = frame();
  made.columns[2].first_gap = {true, 1, ""};
  EXPECT_NE(input_error([&] { selected(made, selection); }).find("`split` needs one in every row"),
            std::string::npos);
  const auto message = [](Selection changed) {
    return input_error([&] { selected(frame(), changed); });
  };
  EXPECT_NE(message({.target = "y", .split_column = "y"}).find("split: 'y' is the target"),
            std::string::npos);
  EXPECT_NE(message({.target = "y", .features = {"x", "w"}, .weight_column = "w"})
                .find("weight: 'w' is named as a feature, too"),
            std::string::npos);
  EXPECT_NE(message({.target = "y", .weight_column = "v"}).find("no column 'v' (`weight`)"),
            std::string::npos);
  const Table without = selected(frame(), {.target = "y",
                                           .split_column = "v",
                                           .weight_column = "u",
                                           .split_column_required = false,
                                           .weight_column_required = false});
  EXPECT_TRUE(without.weights.empty());
  EXPECT_TRUE(without.split_labels.of_row.empty());
}

}  // namespace
}  // namespace terse::data
