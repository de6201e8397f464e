#include "terse/serve/core/bearer_tokens.h"

#include <gtest/gtest.h>

#include <fstream>

#include "serve/served_examples.h"
#include "terse/base/error.h"

namespace terse::serve::core {
namespace {

using std::chrono::seconds;
using std::chrono::system_clock;

TEST(BearerTokens, ReadsInstants) {
  const auto tokens = parse_tokens(
      "forever\n\nday 2027-01-31\r\nsecond 2038-01-19T03:14:08Z\nleap 2028-02-29\n", "tokens");
  ASSERT_EQ(tokens.size(), 4U);
  EXPECT_EQ(tokens[0].secret, "forever");
  EXPECT_EQ(tokens[0].expires, std::nullopt);
  EXPECT_EQ(tokens[1].secret, "day");
  // date -u -d 2027-01-31 +%s, and the other two.
  EXPECT_EQ(tokens[1].expires->time_since_epoch(), seconds(1801353600));
  EXPECT_EQ(tokens[2].expires->time_since_epoch(), seconds(2147483648));
  EXPECT_EQ(tokens[3].expires->time_since_epoch(), seconds(1835395200));
}

TEST(BearerTokens, RefusesLinesThatSayNoInstantAndKeepsTheSecretToItself) {
  for (const char* line : {"secret tomorrow", "secret 2027-02-29", "secret 2027-13-01",
                           "secret models=a,,b", "secret devices=,", "secret name=a name=b",
                           "secret name=a 2027-01-31", "secret 2027-01-31T24:00:00Z",
                           "secret 2027-01-31T12:00:00", " 2027-01-31", "secret 2027-01-31 x"}) {
    try {
      parse_tokens(std::string("good\n") + line, "tokens");
      ADD_FAILURE() << line;
    } catch (const base::InputError& error) {
      EXPECT_EQ(error.place(), "line 2") << line;
      EXPECT_EQ(std::string(error.what()).find("secret"), std::string::npos) << error.what();
    }
  }
  EXPECT_THROW(parse_tokens("\n\n", "tokens"), base::InputError);
}

TEST(BearerTokens, ChecksAndReadsAgain) {
  const Folder folder;
  const std::string path = folder / "tokens";
  const auto write = [&](const char* text) { std::ofstream(path) << text; };
  EXPECT_THROW(BearerTokens{path}, base::InputError);
  write("first\nsecond 2027-01-31\nsecond 2026-01-01\n");
  BearerTokens tokens(path);
  const system_clock::time_point before(seconds(1801353599));
  const system_clock::time_point after(seconds(1801353600));
  EXPECT_EQ(tokens.check("Bearer first", after).verdict, TokenVerdict::good);
  EXPECT_EQ(tokens.check("Bearer second", before).verdict, TokenVerdict::good);
  EXPECT_EQ(tokens.check("Bearer second", after).verdict, TokenVerdict::expired);
  EXPECT_EQ(tokens.check("", after).verdict, TokenVerdict::missing);
  for (const char* wrong : {"Bearer firs", "Bearer firstx", "first", "Bearer ", "Basic first",
                            "Bearerfirst", "x", "Bearer first "}) {
    EXPECT_EQ(tokens.check(wrong, before).verdict, TokenVerdict::unknown) << wrong;
  }
  write("third soon\n");
  EXPECT_THROW(tokens.reload(), base::InputError);
  EXPECT_EQ(tokens.check("Bearer first", after).verdict, TokenVerdict::good);
  write("third\n");
  tokens.reload();
  EXPECT_EQ(tokens.check("Bearer first", after).verdict, TokenVerdict::unknown);
  EXPECT_EQ(tokens.check("Bearer third", after).verdict, TokenVerdict::good);
  EXPECT_EQ(word(TokenVerdict::expired), "expired");
}

TEST(BearerTokens, TheWordBearerHasNoCase) {
  const Folder folder;
  std::ofstream(folder / "tokens") << "secret\n";
  const BearerTokens tokens(folder / "tokens");
  const auto now = system_clock::now();
  for (const char* good : {"Bearer secret", "bearer secret", "BEARER secret", "bEaReR  secret"}) {
    EXPECT_EQ(tokens.check(good, now).verdict, TokenVerdict::good) << good;
  }
}

TEST(BearerTokens, ALineSaysWhatItsTokenIsFor) {
  const auto tokens = parse_tokens(
      "# operators\nall\n"
      "a 2027-01-31 name=gate-3 rights=send models=pump,fan devices=gate-3\n"
      "b rights=read,administer devices=cellar/*\n",
      "tokens");
  ASSERT_EQ(tokens.size(), 3U);
  const Grant& all = *tokens[0].grant;
  EXPECT_TRUE(all.send && all.read && all.administer);
  EXPECT_EQ(all.name, "line 2");
  EXPECT_TRUE(all.covers_device("x") && all.covers_model("x") && !all.is_of("x"));
  const Grant& gate = *tokens[1].grant;
  EXPECT_TRUE(gate.send && !gate.read && !gate.administer);
  EXPECT_EQ(gate.name, "gate-3");
  EXPECT_TRUE(gate.covers_model("fan@0123456789abcdef") && !gate.covers_model("fans"));
  EXPECT_TRUE(gate.is_of("gate-3") && !gate.covers_device("gate-33"));
  const Grant& cellar = *tokens[2].grant;
  EXPECT_TRUE(!cellar.send && cellar.read && cellar.administer);
  EXPECT_TRUE(cellar.covers_device("cellar/1") && !cellar.covers_device("attic/1"));
  for (const char* bad : {"secret rights=write", "secret models=", "secret colour=red",
                          "secret rights=send tomorrow", "secret =x"}) {
    try {
      parse_tokens(bad, "tokens");
      ADD_FAILURE() << bad;
    } catch (const base::InputError& error) {
      EXPECT_EQ(std::string(error.what()).find("secret"), std::string::npos) << error.what();
    }
  }
}

TEST(BearerTokens, WordsMayStandInColumns) {
  const auto tokens =
      parse_tokens("a   2027-01-31\tname=x   rights=send \r\nb\t\tname=y\nc \n", "");
  ASSERT_EQ(tokens.size(), 3U);
  EXPECT_TRUE(tokens[0].expires);
  EXPECT_EQ(tokens[0].grant->name, "x");
  EXPECT_FALSE(tokens[0].grant->read);
  EXPECT_EQ(tokens[1].secret, "b");
  EXPECT_EQ(tokens[1].grant->name, "y");
  EXPECT_EQ(tokens[2].secret, "c");
}

}  // namespace
}  // namespace terse::serve::core
