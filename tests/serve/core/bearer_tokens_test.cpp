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
  for (const char* line : {"secret tomorrow", "secret 2027-02-29", "secret 2027-13-01", "secret ",
                           "secret 2027-01-31T24:00:00Z", "secret 2027-01-31T12:00:00",
                           " 2027-01-31", "secret 2027-01-31 x"}) {
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
  EXPECT_EQ(tokens.check("Bearer first", after), TokenVerdict::good);
  EXPECT_EQ(tokens.check("Bearer second", before), TokenVerdict::good);
  EXPECT_EQ(tokens.check("Bearer second", after), TokenVerdict::expired);
  EXPECT_EQ(tokens.check("", after), TokenVerdict::missing);
  for (const char* wrong :
       {"Bearer firs", "Bearer firstx", "first", "Bearer ", "bearer first", "x", "Bearer first "}) {
    EXPECT_EQ(tokens.check(wrong, before), TokenVerdict::unknown) << wrong;
  }
  write("third soon\n");
  EXPECT_THROW(tokens.reload(), base::InputError);
  EXPECT_EQ(tokens.check("Bearer first", after), TokenVerdict::good);
  write("third\n");
  tokens.reload();
  EXPECT_EQ(tokens.check("Bearer first", after), TokenVerdict::unknown);
  EXPECT_EQ(tokens.check("Bearer third", after), TokenVerdict::good);
  EXPECT_EQ(word(TokenVerdict::expired), "expired");
}

}  // namespace
}  // namespace terse::serve::core
