#include "terse/data/frame.h"

#include <gtest/gtest.h>

#include "data/input_error.h"
#include "data/temporary_folder.h"

namespace terse::data {
namespace {

TEST(ReadFrame, KnowsTheFormatByTheName) {
  const TemporaryFolder folder;
  const std::string csv = folder.write("a.CSV", "a,b\n1,2\n");
  EXPECT_EQ(read_frame(csv, {}).rows, 1U);
  EXPECT_EQ(read_frame(csv, {.header = false}).rows, 2U);
  EXPECT_EQ(read_frame(folder.write("a.txt", "a b\n1 2\n"), {}).columns.size(), 2U);
  EXPECT_EQ(read_frame(folder.write("a.Tsv", "a\tb\n1\t2\n"), {}).columns.size(), 2U);
  const std::string arff = folder.write("a.arff", "@relation r\n@attribute x real\n@data\n1\n");
  EXPECT_EQ(read_frame(arff, {}).default_target, "x");
  EXPECT_EQ(read_frame("fried:12", {}).rows, 12U);
  EXPECT_EQ(read_frame("fried:12", {}).source, "fried:12");
}

TEST(ReadFrame, ArffInOtherEncodings) {
  const TemporaryFolder folder;
  const std::string latin = folder.write("l.arff",
                                         "@relation r\n@attribute x real\n@attribute \xB0"
                                         "C {K\xFC"
                                         "che}\n@data\n1,K\xFC"
                                         "che\n");
  const Frame frame = read_frame(latin, {});
  EXPECT_EQ(frame.columns[1].name,
            "\xC2\xB0"
            "C");
  EXPECT_EQ(frame.default_target,
            "\xC2\xB0"
            "C");
  EXPECT_EQ(frame.columns[1].categories[0],
            "K\xC3\xBC"
            "che");
  EXPECT_EQ(frame.notes.size(), 1U);
  EXPECT_EQ(read_frame(latin, {.encoding = Encoding::utf8}).columns[1].name,
            "\xB0"
            "C");
}

TEST(ReadFrame, RefusesWhatIsNoTable) {
  const TemporaryFolder folder;
  EXPECT_NE(input_error([] { read_frame("no/such.csv", {}); }).find("there is no such file"),
            std::string::npos);
  EXPECT_NE(input_error([] { read_frame("", {}); }).find("there is no such file"),
            std::string::npos);
  EXPECT_NE(input_error([&] { read_frame(folder.path().string(), {}); }).find("is a folder"),
            std::string::npos);
  const std::string text = folder.write("table.xlsx", "PK");
  EXPECT_NE(input_error([&] { read_frame(text, {}); }).find("does not say which format"),
            std::string::npos);
  EXPECT_NE(input_error([] { read_frame("openml:x", {}); }).find("'x' is not the number"),
            std::string::npos);
  EXPECT_NE(input_error([] { read_frame("friedman", {}); }).find("there is no such file"),
            std::string::npos);
}

}  // namespace
}  // namespace terse::data
