#include "terse/base/unfinished_files.h"

#include <gtest/gtest.h>

#include <deque>
#include <filesystem>
#include <fstream>
#include <string>

namespace terse::base {
namespace {

TEST(UnfinishedFiles, GoUnlessForgotten) {
  const std::string folder = testing::TempDir();
  const std::string first = folder + "unfinished_first";
  const std::string second = folder + "unfinished_second";
  std::ofstream(first) << "1";
  std::ofstream(second) << "2";
  UnfinishedFile going(first.c_str());
  {
    UnfinishedFile finished(second.c_str());
    finished.forget();
    finished.forget();
  }
  remove_unfinished_files();
  remove_unfinished_files();
  EXPECT_FALSE(std::filesystem::exists(first));
  EXPECT_TRUE(std::filesystem::exists(second));
  std::filesystem::remove(second);
}

TEST(UnfinishedFiles, MoreThanAreRememberedDoNoHarm) {
  std::deque<UnfinishedFile> many;
  for (int i = 0; i < 100; ++i) many.emplace_back("/nonexistent/file");
  remove_unfinished_files();
}

}  // namespace
}  // namespace terse::base
