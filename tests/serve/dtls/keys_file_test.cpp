#include "terse/serve/dtls/keys_file.h"

#include <gtest/gtest.h>

#include <fstream>

#include "serve/served_examples.h"
#include "terse/base/error.h"

namespace terse::serve::dtls {
namespace {

class KeysFileTest : public ::testing::Test {
 protected:
  std::map<std::string, std::string> read(const std::string& text) {
    std::ofstream(folder / "keys", std::ios::binary) << text;
    return read_keys(folder / "keys");
  }
  std::string problem(const std::string& text) {
    try {
      read(text);
    } catch (const base::InputError& error) {
      return error.what();
    }
    return "";
  }
  Folder folder;
};

TEST_F(KeysFileTest, IsDeviceAndKeyByLine) {
  const auto keys = read("pump-7 a key with spaces\n\nfan x\n");
  EXPECT_EQ(keys.size(), 2U);
  EXPECT_EQ(keys.at("pump-7"), "a key with spaces");
  EXPECT_EQ(keys.at("fan"), "x");
}

TEST_F(KeysFileTest, SaysWhichLineIsWrong) {
  EXPECT_NE(problem("a b\nalone\n").find("line 2"), std::string::npos);
  EXPECT_NE(problem(" b\n").find("line 1"), std::string::npos);
  EXPECT_NE(problem("a \n").find("line 1"), std::string::npos);
  EXPECT_NE(problem("a\tb c\n").find("cannot be a device's"), std::string::npos);
  EXPECT_NE(problem("a " + std::string(10'000, 'k')).find("too long"), std::string::npos);
  EXPECT_NE(problem("\n").find("holds no key"), std::string::npos);
  EXPECT_THROW(read_keys(folder / "missing"), base::InputError);
}

}  // namespace
}  // namespace terse::serve::dtls
