#include "terse/base/new_file.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "terse/base/error.h"

namespace terse::base {
namespace {

namespace fs = std::filesystem;

class NewFileTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        fs::path(testing::TempDir()) /
        ("new_file_" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    path_ = (folder_ / "result.txt").string();
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string content() const {
    std::ifstream file(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  std::size_t file_count() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }

  fs::path folder_;
  std::string path_;
};

TEST_F(NewFileTest, AppearsWholeWhenKept) {
  NewFile file(path_);
  file.write("first, ");
  EXPECT_FALSE(fs::exists(path_));
  file.write("second");
  file.keep();
  EXPECT_EQ(content(), "first, second");
  EXPECT_EQ(file_count(), 1U);
}

TEST_F(NewFileTest, LeavesTheOldFileUnlessKept) {
  std::ofstream(path_) << "old";
  {
    NewFile file(path_);
    file.write("new");
  }
  EXPECT_EQ(content(), "old");
  EXPECT_EQ(file_count(), 1U);
  NewFile file(path_);
  file.write("new");
  file.keep();
  EXPECT_EQ(content(), "new");
}

TEST_F(NewFileTest, ClosedContentCanBeReadBeforeItIsKept) {
  NewFile file(path_);
  file.write(std::string(100000, 'x'));
  file.close();
  EXPECT_EQ(fs::file_size(file.temporary_path()), 100000U);
  file.keep();
  EXPECT_EQ(content().size(), 100000U);
}

TEST_F(NewFileTest, TwoWritersOfOnePathDoNotMeet) {
  NewFile first(path_);
  NewFile second(path_);
  first.write("1");
  second.write("2");
  first.keep();
  second.keep();
  EXPECT_EQ(content(), "2");
  EXPECT_EQ(file_count(), 1U);
}

TEST_F(NewFileTest, RefusalsNameThePath) {
  const std::string missing = (folder_ / "no" / "such" / "result.txt").string();
  try {
    NewFile file(missing);
    ADD_FAILURE() << "a file in a missing folder was opened";
  } catch (const JobError& error) {
    EXPECT_NE(std::string(error.what()).find(missing), std::string::npos) << error.what();
  }
  fs::create_directories(path_);
  EXPECT_THROW(NewFile{path_}, JobError);
}

TEST_F(NewFileTest, ANameAsLongAsTheSystemAllows) {
  const std::string longest = (folder_ / std::string(255, 'n')).string();
  write_file(longest, "x");
  EXPECT_EQ(fs::file_size(longest), 1U);
  EXPECT_EQ(file_count(), 1U);
}

TEST_F(NewFileTest, AnUnfinishedFileIsRemovedWhenTheProcessIsToldToEnd) {
  NewFile file(path_);
  file.write("half");
  remove_unfinished_files();
  EXPECT_EQ(file_count(), 0U);
  NewFile second(path_);
  second.write("whole");
  second.keep();
  remove_unfinished_files();
  EXPECT_EQ(content(), "whole");
}

TEST_F(NewFileTest, WrittenInOneGo) {
  write_file(path_, std::string_view("a\0b\n", 4));
  EXPECT_EQ(content(), std::string("a\0b\n", 4));
  write_file(path_, "");
  EXPECT_EQ(content(), "");
  EXPECT_EQ(file_count(), 1U);
  EXPECT_THROW(write_file((folder_ / "none" / "a").string(), "x"), JobError);
}

}  // namespace
}  // namespace terse::base
