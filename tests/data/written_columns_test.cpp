#include "terse/data/written_columns.h"

#include <gtest/gtest.h>

#include "data/input_error.h"
#include "terse/data/csv.h"
#include "terse/data/table.h"

namespace terse::data {
namespace {

Frame frame_of(const std::string& text) {
  MemoryBytes bytes(text);
  return read_csv(bytes, "t.csv", {});
}

TEST(WrittenColumns, IndicesOfPrograms) {
  EXPECT_TRUE(is_written_index(frame_of(",a\n0,1\n1,2\n"), 0));
  EXPECT_TRUE(is_written_index(frame_of("Unnamed: 0,a\n12,1\n3,2\n"), 0));
  EXPECT_FALSE(is_written_index(frame_of("id,a\n0,1\n1,2\n"), 0));
  EXPECT_FALSE(is_written_index(frame_of(",a\n0,1\n0,2\n"), 0));
  EXPECT_FALSE(is_written_index(frame_of(",a\n0.5,1\n1,2\n"), 0));
  EXPECT_FALSE(is_written_index(frame_of("a,\n1,0\n2,1\n"), 1));
}

TEST(WrittenColumns, WhatFollowsALastSeparator) {
  EXPECT_TRUE(is_blank(frame_of("a,b,\n1,2,\n3,4,\n"), 2));
  EXPECT_FALSE(is_blank(frame_of("a,b,c\n1,2,\n3,4,\n"), 2));
  EXPECT_FALSE(is_blank(frame_of("a,b,\n1,2,5\n3,4,\n"), 2));
  EXPECT_FALSE(is_blank(frame_of("a,b,\n1,2,x\n3,4,\n"), 2));
  EXPECT_FALSE(is_blank(frame_of("a,b,\n1,2,inf\n3,4,\n"), 2));
  const Table table = select(frame_of("a,b,\n1,2,\n3,4,\n"), {.target = "b"});
  EXPECT_EQ(table.feature_names, std::vector<std::string>{"a"});
}

}  // namespace
}  // namespace terse::data
