#include "terse/data/categories.h"

#include <gtest/gtest.h>

#include <cmath>

#include "data/input_error.h"
#include "terse/data/arff.h"
#include "terse/data/csv.h"
#include "terse/data/table.h"

namespace terse::data {
namespace {

using Names = std::vector<std::string>;

Frame frame_of(std::string_view text, const Names& text_columns = {}) {
  MemoryBytes bytes(text);
  return read_csv(bytes, "t.csv", {.text_columns = text_columns});
}

// Gaps as -1, so that vectors compare.
std::vector<float> shown(std::vector<float> values) {
  for (float& value : values) value = std::isnan(value) ? -1.0F : value;
  return values;
}

TEST(Categories, TextKeepsItsNamesAndGaps) {
  const Frame frame =
      frame_of("room,y\n hall ,1\nkitchen,2\nNA,3\n\"NA\",4\nhall,5\n,6\n", {"room"});
  const Column& column = frame.columns[0];
  EXPECT_FALSE(column.first_text.present);
  EXPECT_TRUE(column.first_gap.present);
  EXPECT_EQ(column.first_gap.row, 2U);
  const Categories found = categorise(column);
  EXPECT_EQ(found.names, (Names{"NA", "hall", "kitchen"}));
  EXPECT_EQ(shown(found.indices), (std::vector<float>{1, 2, -1, 0, 1, -1}));
}

TEST(Categories, NumbersStandInTheirOrder) {
  const Frame as_numbers = frame_of("room,y\n10,1\n2,2\n10.0,3\n-3,4\n");
  const Frame as_text = frame_of("room,y\n10,1\n2,2\n10.0,3\n-3,4\n", {"room"});
  for (const Frame* frame : {&as_numbers, &as_text}) {
    const Categories found = categorise(frame->columns[0]);
    EXPECT_EQ(found.names, (Names{"-3", "2", "10"}));
    EXPECT_EQ(found.indices, (std::vector<float>{2, 1, 2, 0}));
  }
}

TEST(Categories, OnlyWholeNumbersLoseTheirFraction) {
  const Frame frame = frame_of("c,y\n1.0,0\n1.50,0\n1.,0\nv1.0,0\n.0,0\n01,0\n1.0.0,0\n", {"c"});
  EXPECT_EQ(frame.columns[0].categories, (Names{"1", "1.50", "1.", "v1.0", ".0", "01", "1.0.0"}));
}

TEST(Categories, OfAModelAndBeyond) {
  const Frame frame = frame_of("c,y\nred,0\nblue,0\n,0\ngreen,0\n", {"c"});
  const Categories found = categorise(frame.columns[0], {"green", "blue"});
  EXPECT_EQ(found.names, (Names{"green", "blue"}));
  EXPECT_EQ(shown(found.indices), (std::vector<float>{2, 1, -1, 0}));
}

TEST(Categories, NominalOnesThatDoNotOccurAreNone) {
  MemoryBytes bytes(
      "@relation r\n@attribute c {blue,red,green}\n@attribute y numeric\n@data\n"
      "green,1\n?,2\nblue,3\n");
  const Frame frame = read_arff(bytes, "t.arff");
  const Categories found = categorise(frame.columns[0]);
  EXPECT_EQ(found.names, (Names{"blue", "green"}));
  EXPECT_EQ(shown(found.indices), (std::vector<float>{1, -1, 0}));
  EXPECT_EQ(text_columns(frame), (Names{"c"}));
}

TEST(Categories, TextColumnsHoldNoNumber) {
  const Frame frame = frame_of("a,b,c,d\nx,1,x,\n,y,inf,\ny,2,z,\n");
  EXPECT_EQ(text_columns(frame), (Names{"a", "c"}));
}

const std::string rooms = "room,t,y\nhall,1,low\nkitchen,2,high\nhall,3,low\n";

Table table_of(std::string_view text, const Selection& selection) {
  return select(frame_of(text, {"room", "y"}), selection);
}

TEST(Categories, InATable) {
  const Table table =
      table_of(rooms, {.target = "y", .categorical = {{"room"}}, .target_is_class = true});
  EXPECT_EQ(table.categories, (std::vector<Names>{{"hall", "kitchen"}, {}}));
  EXPECT_EQ(table.features(1, 0), 1.0F);
  EXPECT_EQ(table.features(2, 0), 0.0F);
  EXPECT_EQ(table.features(1, 1), 2.0F);
  EXPECT_EQ(table.classes, (Names{"high", "low"}));
  EXPECT_EQ(table.target, (std::vector<float>{1, 0, 1}));
}

TEST(Categories, HashTellsNamesApart) {
  const Selection selection = {.target = "y", .categorical = {{"room"}}, .target_is_class = true};
  const std::string hash = content_hash(table_of(rooms, selection));
  std::string other = rooms;
  EXPECT_EQ(content_hash(table_of(other, selection)), hash);
  other.replace(other.find("kitchen"), 7, "library");
  EXPECT_NE(content_hash(table_of(other, selection)), hash);
  other = rooms;
  other.replace(other.find("high"), 4, "huge");
  EXPECT_NE(content_hash(table_of(other, selection)), hash);
}

TEST(Categories, UnseenOnesAreNamedOrAllowed) {
  Selection selection = {.target = "y",
                         .constant_allowed = true,
                         .categorical = {{"room", {"hall", "attic"}}},
                         .target_is_class = true,
                         .known_classes = {"low", "high"}};
  const std::string error = input_error([&] { table_of(rooms, selection); });
  EXPECT_EQ(error,
            "t.csv: line 3, column 1 ('room'): 'kitchen' is not among the 2 categories that the "
            "model knows; train with it, or train with `unseen` level");
  selection.categorical[0].unseen_allowed = true;
  const Table table = table_of(rooms, selection);
  EXPECT_EQ(table.features(0, 0), 0.0F);
  EXPECT_EQ(table.features(1, 0), 2.0F);
  EXPECT_EQ(table.target, (std::vector<float>{0, 1, 0}));
  selection.known_classes = {"high"};
  EXPECT_EQ(input_error([&] { table_of(rooms, selection); }),
            "t.csv: line 2, column 3 ('y'): 'low' is not among the 1 labels that the model knows; "
            "train with it, or leave the row out");
}

TEST(Categories, GapsOnlyWhereTheyAreAllowed) {
  const std::string text = "room,t,u,y\nhall,,1,1\n,2,3,2\nhall,3,,3\nattic,5,6,4\n";
  Selection selection = {.target = "y", .categorical = {{"room"}}};
  const auto error = [&] {
    return input_error([&] { select(frame_of(text, {"room"}), selection); });
  };
  EXPECT_EQ(error().substr(0, 58), "t.csv: line 3, column 1 ('room'): the value is missing; re");
  selection.gap_features = {"room", "t"};
  EXPECT_EQ(error().substr(0, 54), "t.csv: line 4, column 3 ('u'): the value is missing; r");
  selection.gaps_allowed = true;
  const Table table = select(frame_of(text, {"room"}), selection);
  EXPECT_TRUE(std::isnan(table.features(1, 0)));
  EXPECT_TRUE(std::isnan(table.features(0, 1)));
  EXPECT_TRUE(std::isnan(table.features(2, 2)));
  EXPECT_EQ(table.features(3, 0), 0.0F);
}

TEST(Categories, TooManyAreRefused) {
  std::string text = "room,t,y\n";
  for (int row = 0; row < 1001; ++row) {
    text +=
        "r" + std::to_string(row) + "," + std::to_string(row) + ",y" + std::to_string(row) + "\n";
  }
  const std::string feature =
      input_error([&] { table_of(text, {.target = "t", .categorical = {{"room"}}}); });
  EXPECT_EQ(feature,
            "t.csv: column 1 ('room'): has 1001 different values, more than 256; leave the column "
            "out: `ignore` room");
  const std::string target = input_error(
      [&] { table_of(text, {.target = "y", .ignored = {"room"}, .target_is_class = true}); });
  EXPECT_EQ(target,
            "t.csv: column 3 ('y'): has 1001 different values, more than 1000; use `task` "
            "regression, or name another `target`");
}

}  // namespace
}  // namespace terse::data
