#include "terse/base/read_file.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace terse::base {
namespace {

namespace fs = std::filesystem;

TEST(ReadFile, AllBytesOfAFile) {
  const fs::path path = fs::path(testing::TempDir()) / "read_file_test.bin";
  for (const std::size_t size : {0U, 1U, 65536U, 200000U}) {
    std::string bytes;
    for (std::size_t i = 0; i < size; ++i) bytes += static_cast<char>(i * 31 % 251);
    std::ofstream(path, std::ios::binary) << bytes;
    EXPECT_EQ(read_file(path.string()), bytes);
  }
  fs::remove(path);
}

TEST(ReadFile, NothingWhereThereIsNoFile) {
  const fs::path folder = testing::TempDir();
  EXPECT_EQ(read_file((folder / "read_file_test.none").string()), std::nullopt);
  EXPECT_EQ(read_file(folder.string()), std::nullopt);
  EXPECT_EQ(read_file(""), std::nullopt);
}

}  // namespace
}  // namespace terse::base
