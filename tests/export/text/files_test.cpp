#include "terse/export/text/files.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "data/temporary_folder.h"
#include "terse/base/error.h"

namespace terse::export_text {
namespace {

std::string text_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

TEST(WriteFiles, MakesFoldersAndReplacesOlderFiles) {
  const TemporaryFolder folder;
  const std::string target = (folder.path() / "device").string();
  const File first[] = {{"a.h", "one"}, {"examples/send/send.ino", "two\n"}};
  write_files(target, first);
  EXPECT_EQ(text_of(target + "/a.h"), "one");
  EXPECT_EQ(text_of(target + "/examples/send/send.ino"), "two\n");
  const File second[] = {{"a.h", "three"}};
  write_files(target, second);
  EXPECT_EQ(text_of(target + "/a.h"), "three");
}

TEST(WriteFiles, AFileInTheWayIsAJobError) {
  const TemporaryFolder folder;
  std::ofstream((folder.path() / "taken").string()) << "x";
  const File files[] = {{"below/a.h", "one"}};
  EXPECT_THROW(write_files((folder.path() / "taken").string(), files), base::JobError);
}

TEST(Identifier, KeepsLettersAndDigits) {
  EXPECT_EQ(identifier("model"), "model");
  EXPECT_EQ(identifier("Air Quality (PM2.5)"), "air_quality_pm2_5");
  EXPECT_EQ(identifier("3rd floor"), "m3rd_floor");
  EXPECT_EQ(identifier("\xC3\xA9\xC3\xA8"), "model");
  EXPECT_EQ(identifier("__x__y"), "x_y");
  EXPECT_EQ(identifier(""), "model");
}

}  // namespace
}  // namespace terse::export_text
