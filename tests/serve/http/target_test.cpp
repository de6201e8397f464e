#include "terse/serve/http/target.h"

#include <gtest/gtest.h>

#include "terse/serve/http/answer.h"

namespace terse::serve::http {
namespace {

using Path = std::vector<std::string>;
using Query = std::vector<std::pair<std::string, std::string>>;

TEST(Target, IsSplitAndDecodedExactly) {
  const Target target = parse_target("/v1/a%2Fb/%C3%A4%25+?x=1+%2B&y=a=b&z&&=w");
  EXPECT_EQ(target.path, (Path{"v1", "a/b", "\xC3\xA4%+"}));
  EXPECT_EQ(target.query, (Query{{"x", "1 +"}, {"y", "a=b"}, {"z", ""}, {"", "w"}}));
  EXPECT_FALSE(target.host);
  EXPECT_EQ(parse_target("/").path, Path{""});
  EXPECT_EQ(parse_target("//").path, (Path{"", ""}));
  EXPECT_EQ(parse_target("/?").path, Path{""});
  EXPECT_TRUE(parse_target("*").path.empty());
}

TEST(Target, NamesAHostInAbsoluteForm) {
  const Target target = parse_target("HTTP://pump.example:8080/v1?x=y");
  EXPECT_EQ(target.host, "pump.example:8080");
  EXPECT_EQ(target.path, Path{"v1"});
  EXPECT_EQ(parse_target("https://a").path, Path{""});
  EXPECT_EQ(parse_target("https://a?b=c").query, (Query{{"b", "c"}}));
}

TEST(Target, IsRefusedIfItIsNotOne) {
  for (const char* text : {"",
                           "v1",
                           "/%",
                           "/%4",
                           "/%4g",
                           "/%g4",
                           "/%00",
                           "/?a=%00",
                           "/?%",
                           "/a b",
                           "/a#b",
                           "/\x80",
                           "/a\"",
                           "/a<",
                           "/a\\b",
                           "http://",
                           "http:///v1",
                           "http://me@host/",
                           "ftp://host/",
                           "example:443",
                           "**"}) {
    EXPECT_THROW(parse_target(text), HttpError) << text;
  }
}

TEST(Match, TakesOneSegmentOrMore) {
  EXPECT_EQ(match("/v1/models", {"v1", "models"}), "");
  EXPECT_FALSE(match("/v1/models", {"v1", "models", ""}));
  EXPECT_FALSE(match("/v1/models", {"v1"}));
  EXPECT_EQ(match("/v1/models/{}/payloads", {"v1", "models", "a/b", "payloads"}), "a/b");
  EXPECT_FALSE(match("/v1/models/{}/payloads", {"v1", "models", "", "payloads"}));
  EXPECT_FALSE(match("/v1/models/{}/payloads", {"v1", "models", "a", "b", "payloads"}));
  EXPECT_EQ(match("/v1/devices/{+}/latest", {"v1", "devices", "a", "b", "latest"}), "a/b");
  EXPECT_EQ(match("/v1/devices/{+}/latest", {"v1", "devices", "latest", "latest"}), "latest");
  EXPECT_FALSE(match("/v1/devices/{+}/latest", {"v1", "devices", "latest"}));
  EXPECT_FALSE(match("/v1/devices/{+}/latest", {"v1", "devices", "", "latest"}));
  EXPECT_EQ(match("/", {""}), "");
  EXPECT_FALSE(match("/", {}));
}

}  // namespace
}  // namespace terse::serve::http
