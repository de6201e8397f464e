#include "terse/data/table.h"

#include <gtest/gtest.h>

#include "data/input_error.h"
#include "terse/data/arff.h"
#include "terse/data/csv.h"

namespace terse::data {
namespace {

using Names = std::vector<std::string>;

Frame frame_of(std::string_view text) {
  MemoryBytes bytes(text);
  return read_csv(bytes, "t.csv", {});
}

Table table_of(std::string_view text, const Selection& selection) {
  return select(frame_of(text), selection);
}

std::string error_of(std::string_view text, const Selection& selection) {
  return input_error([&] { table_of(text, selection); });
}

const std::string weather =
    "city,temperature,humidity,pressure,y\n"
    "Ulm,20,40,1000,1\n"
    "Bonn,21,NA,1000,2\n"
    "Ulm,22,42,1000,inf\n";

TEST(Table, EveryColumnButTheTargetIsAFeature) {
  const Table table = table_of("a,y,b\n1,2,3\n4,5,6\n", {.target = "y"});
  EXPECT_EQ(table.feature_names, (Names{"a", "b"}));
  EXPECT_EQ(table.feature_units, (Names{"", ""}));
  EXPECT_EQ(table.target_name, "y");
  EXPECT_EQ(table.target, (std::vector<float>{2, 5}));
  ASSERT_EQ(table.rows(), 2U);
  EXPECT_EQ(table.features(0, 1), 3);
  EXPECT_EQ(table.features(1, 0), 4);
  EXPECT_TRUE(table.notes.empty());
}

TEST(Table, ChosenFeaturesInTheirOrder) {
  const Table table = table_of("a,y,b\n1,2,3\n4,5,6\n", {.target = "y", .features = {"b", "a"}});
  EXPECT_EQ(table.feature_names, (Names{"b", "a"}));
  EXPECT_EQ(table.features(0, 0), 3);
}

TEST(Table, BigTablesAreTransposedRight) {
  std::string text = "a,b,y\n";
  for (int i = 0; i < 1000; ++i) {
    text += std::to_string(i) + "," + std::to_string(-i) + "," + std::to_string(2 * i) + "\n";
  }
  const Table table = table_of(text, {.target = "y"});
  for (std::size_t row = 0; row < 1000; ++row) {
    ASSERT_EQ(table.features(row, 0), static_cast<float>(row));
    ASSERT_EQ(table.features(row, 1), -static_cast<float>(row));
  }
}

TEST(Table, TextGapsAndInfinitiesNameTheirPlaceAndTheMend) {
  EXPECT_EQ(error_of(weather, {.target = "temperature"}),
            "t.csv: line 2, column 1 ('city'): 'Ulm' is not a number; remove the row, say with "
            "`na` what means a gap, or leave the column out: `ignore` city");
  EXPECT_EQ(error_of(weather, {.target = "temperature", .ignored = {"city"}}),
            "t.csv: line 3, column 3 ('humidity'): the value is missing ('NA'); remove the row, "
            "train with `missing` level, or leave the column out: `ignore` humidity");
  EXPECT_EQ(error_of(weather, {.target = "y", .ignored = {"city", "humidity"}}),
            "t.csv: line 4, column 5 ('y'): 'inf' is not finite; a target is a finite number: "
            "remove the row, say with `na` what means a gap, or name another `target`");
  EXPECT_EQ(error_of("a b,y\n1,2\n,3\n", {.target = "y"}),
            "t.csv: line 3, column 1 ('a b'): the value is missing; remove the row, train with "
            "`missing` level, or leave the column out: `ignore` 'a b'");
  // What is not selected does not matter.
  const Table table = table_of(
      weather, {.target = "temperature", .features = {"pressure"}, .constant_allowed = true});
  EXPECT_EQ(table.feature_names, Names{"pressure"});
}

TEST(Table, ConstantColumnsAreLeftOutWithANote) {
  const Table table = table_of("a,flat,y\n1,7.5,2\n4,7.5,6\n", {.target = "y"});
  EXPECT_EQ(table.feature_names, Names{"a"});
  EXPECT_EQ(table.notes, Names{"'flat' is left out: it is 7.5 in every row"});
  EXPECT_EQ(error_of("a,y\n3,2\n4,2\n", {.target = "y"}),
            "t.csv: column 2 ('y'): the target is 2 in every row; name another `target`");
  EXPECT_NE(error_of("a,y\n3,2\n3,4\n", {.target = "y"}).find("no column is left as a feature"),
            std::string::npos);
  EXPECT_NE(error_of("y\n3\n4\n", {.target = "y"}).find("no column is left as a feature"),
            std::string::npos);
}

TEST(Table, ModelsKeepConstantColumnsAndSingleRows) {
  const Selection applied{
      .target = "y", .features = {"a", "b"}, .constant_allowed = true, .target_required = false};
  const Table table = table_of("b,a\n1,2\n", applied);
  EXPECT_EQ(table.feature_names, (Names{"a", "b"}));
  EXPECT_EQ(table.features(0, 0), 2);
  EXPECT_TRUE(table.target.empty());
  EXPECT_TRUE(table.notes.empty());
  EXPECT_EQ(table_of("b,a,y\n1,2,3\n", applied).target, std::vector<float>{3});
  // A target that is not wanted may be incomplete.
  EXPECT_TRUE(table_of("b,a,y\n1,2,\n", applied).target.empty());
  EXPECT_EQ(
      error_of("b,a,y\n1,,3\n", applied),
      "t.csv: line 2, column 2 ('a'): the value is missing; the model was trained without gaps "
      "in it: fill it, leave the row out, or train again with "
      "`missing` level or a `drop_rate`");
  EXPECT_EQ(error_of("b,a\n", applied), "t.csv: there are no rows; at least one is needed");
}

TEST(Table, TooFewRowsToTrain) {
  EXPECT_EQ(error_of("a,y\n", {.target = "y"}),
            "t.csv: there are no rows; at least two are needed");
  EXPECT_EQ(error_of("a,y\n1,2\n", {.target = "y"}),
            "t.csv: there is only one row; at least two are needed");
}

TEST(Table, UnknownNamesListNearOnes) {
  EXPECT_EQ(error_of(weather, {.target = "temprature"}),
            "t.csv: there is no column 'temprature' (`target`); near matches: 'temperature'");
  EXPECT_NE(
      error_of(weather, {.target = "y", .ignored = {"City2"}}).find("'City2' (`ignore`); near"),
      std::string::npos);
  EXPECT_NE(error_of(weather, {.target = "y", .features = {"zzz"}})
                .find("the columns are 'city', 'temperature'"),
            std::string::npos);
  EXPECT_NE(error_of(weather, {.target = ""}).find("there is no column ''"), std::string::npos);
}

TEST(Table, NamesUsedTwice) {
  const std::string twice = "a,b,a,y\n1,2,3,4\n5,6,7,8\n";
  EXPECT_EQ(error_of(twice, {.target = "y"}),
            "t.csv: the columns 1 and 3 are both called 'a'; give each column its own name");
  EXPECT_EQ(table_of(twice, {.target = "y", .ignored = {"a"}}).feature_names, Names{"b"});
  EXPECT_EQ(table_of(twice, {.target = "y", .features = {"b"}}).feature_names, Names{"b"});
  EXPECT_NE(error_of(twice, {.target = "a"}).find("both called 'a'"), std::string::npos);
  EXPECT_NE(error_of(twice, {.target = "y", .features = {"b", "b"}}).find("named twice"),
            std::string::npos);
  EXPECT_NE(error_of(twice, {.target = "y", .features = {"y"}}).find("both the target and"),
            std::string::npos);
  EXPECT_NE(error_of(twice, {.target = "y", .ignored = {"y"}}).find("is the target"),
            std::string::npos);
}

TEST(Table, NominalColumnsAreNumbersWithANote) {
  MemoryBytes bytes("@relation r\n@attribute c {u,v,w}\n@attribute y real\n@data\nw,1\nu,2\n");
  const Table table = select(read_arff(bytes, "t.arff"), {.target = "y"});
  EXPECT_EQ(table.features(0, 0), 2);
  EXPECT_EQ(table.notes, Names{"'c' has 3 categories, read as the numbers 0 to 2"});
}

TEST(Table, ContentHashKnowsContentAndNotTheFile) {
  const Table table = table_of("a,b,y\n1,2,3\n4,5,6\n", {.target = "y"});
  const std::string hash = content_hash(table);
  EXPECT_EQ(hash.size(), 64U);
  EXPECT_EQ(hash, content_hash(table_of("y,city,a,b\n3.0,U,1e0,2\n6,V,\"4\",5\n",
                                        {.target = "y", .ignored = {"city"}})));
  EXPECT_NE(hash, content_hash(table_of("a,b,y\n1,2,3\n4,5,7\n", {.target = "y"})));
  EXPECT_NE(hash, content_hash(table_of("a,c,y\n1,2,3\n4,5,6\n", {.target = "y"})));
  EXPECT_NE(hash, content_hash(
                      table_of("a,b,y\n1,2,3\n4,5,6\n", {.target = "y", .features = {"b", "a"}})));
  Table moved = table;  // "ab" + "" must not look like "a" + "b"
  moved.feature_names = {"ab", ""};
  EXPECT_NE(content_hash(moved), content_hash(table));
}

}  // namespace
}  // namespace terse::data
