#include "terse/base/destination.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "terse/base/error.h"
#include "terse/base/new_file.h"

namespace terse::base {
namespace {

namespace fs = std::filesystem;
using Kind = Destination::Kind;

class DestinationTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "terse_destination_XXXXXX").string();
    folder_ = mkdtemp(name.data());
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string at(const std::string& name) const { return (folder_ / name).string(); }
  std::string put(const std::string& name, const std::string& text) const {
    std::ofstream(at(name)) << text;
    return at(name);
  }
  std::string content(const std::string& name) const {
    std::ifstream file(at(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  static mode_t mode_of(const std::string& path) {
    struct stat status = {};
    EXPECT_EQ(stat(path.c_str(), &status), 0);
    return status.st_mode & 07777U;
  }
  std::size_t file_count() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }

  fs::path folder_;
};

TEST_F(DestinationTest, AFileKeepsItsMode) {
  for (const mode_t mode : {0600U, 0640U, 0644U, 0666U, 0755U}) {
    const std::string path = put("result", "old and long");
    ASSERT_EQ(chmod(path.c_str(), mode), 0);
    write_file(path, "new");
    EXPECT_EQ(content("result"), "new");
    EXPECT_EQ(mode_of(path), mode);
  }
}

TEST_F(DestinationTest, ANewFileHasTheModeOfTheSystem) {
  const mode_t mask = umask(027);
  write_file(at("result"), "new");
  umask(mask);
  EXPECT_EQ(mode_of(at("result")), 0640U);
}

TEST_F(DestinationTest, LinksAreFollowedAndStay) {
  put("real", "old");
  fs::create_directory(folder_ / "deep");
  fs::create_symlink("real", folder_ / "link");
  fs::create_symlink("../link", folder_ / "deep" / "second");
  fs::create_symlink("deep/not-yet", folder_ / "dangling");
  write_file(at("deep/second"), "new");
  write_file(at("dangling"), "first");
  EXPECT_EQ(content("real"), "new");
  EXPECT_TRUE(fs::is_symlink(at("link")) && fs::is_symlink(at("deep/second")));
  EXPECT_EQ(content("deep/not-yet"), "first");
  EXPECT_TRUE(fs::is_symlink(at("dangling")));
}

TEST_F(DestinationTest, APipeIsWrittenInto) {
  ASSERT_EQ(mkfifo(at("pipe").c_str(), 0600), 0);
  std::string read;
  std::thread reader([&] { read = content("pipe"); });
  write_file(at("pipe"), std::string(200'000, 'x'));
  reader.join();
  EXPECT_EQ(read, std::string(200'000, 'x'));
  EXPECT_TRUE(fs::is_fifo(at("pipe")));
  EXPECT_EQ(file_count(), 1U);
}

TEST_F(DestinationTest, ADeviceIsWrittenInto) {
  write_file("/dev/null", "nothing");
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
  EXPECT_THROW(write_file("/dev/full", "x"), JobError);
  EXPECT_TRUE(fs::is_character_file("/dev/full"));
}

TEST_F(DestinationTest, TheNameOfAnOpenFileMeansThatFile) {
  const int file = open(at("log").c_str(), O_WRONLY | O_CREAT, 0600);
  ASSERT_EQ(write(file, "before ", 7), 7);
  write_file("/dev/fd/" + std::to_string(file), "after");
  close(file);
  EXPECT_EQ(content("log"), "before after");
}

TEST_F(DestinationTest, WhatCannotBeWrittenIsSaidBefore) {
  fs::create_directory(folder_ / "folder");
  fs::create_symlink("circle", folder_ / "circle");
  for (const std::string& bad :
       {at("folder"), at("none/file"), at("circle"), put("file", "") + "/below", std::string(),
        at(std::string(256, 'n')), std::string("a\0b", 3)}) {
    EXPECT_THROW(require_destination(bad), JobError) << bad;
    EXPECT_THROW(write_file(bad, "x"), JobError) << bad;
  }
  require_destination(at("file"));
  require_destination(at("new"));
  require_destination("/dev/null");
  EXPECT_EQ(file_count(), 3U);
}

TEST_F(DestinationTest, AnInputIsNotReplacedHoweverItIsSpelt) {
  const std::string input = put("table.csv", "precious");
  fs::create_symlink("table.csv", folder_ / "link");
  fs::create_hard_link(input, folder_ / "hard");
  protect_input(at("link"));
  protect_input(at("none"));
  protect_input("/dev/null");
  for (const std::string name : {"table.csv", "./table.csv", "link", "hard"}) {
    EXPECT_THROW(require_destination(at(name)), InputError) << name;
    EXPECT_THROW(write_file(at(name), "x"), InputError) << name;
  }
  EXPECT_EQ(content("table.csv"), "precious");
  write_file(at("none"), "x");
  write_file("/dev/null", "x");
}

}  // namespace
}  // namespace terse::base
