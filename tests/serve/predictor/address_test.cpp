#include "terse/serve/predictor/address.h"

#include <gtest/gtest.h>

#include "data/input_error.h"

namespace terse::serve::predictor {
namespace {

TEST(Address, HostPortAndModel) {
  const Address bare = parse_address("http://10.0.0.7:8080");
  EXPECT_EQ(bare.host, "10.0.0.7");
  EXPECT_EQ(bare.port, "8080");
  EXPECT_EQ(infer_target(bare, "fan"), "/v2/models/fan/infer");
  EXPECT_EQ(infer_target(parse_address("http://a-b.example/"), "fan"), "/v2/models/fan/infer");
  EXPECT_EQ(parse_address("http://a-b.example/").port, "80");
  const Address named = parse_address("http://h:1/v2/models/resnet/versions/3/");
  EXPECT_EQ(infer_target(named, "fan"), "/v2/models/resnet/versions/3/infer");
  const Address v6 = parse_address("http://[::1]:8000/v2/models/m");
  EXPECT_EQ(v6.host, "::1");
  EXPECT_EQ(host_field(v6), "[::1]:8000");
  EXPECT_EQ(host_field(bare), "10.0.0.7:8080");
}

TEST(Address, OthersAreRefusedWithTheTextThatWasGiven) {
  for (const std::string text :
       {"", "h:1", "https://h:1", "http://", "http://:80", "http://h:0", "http://h:65536",
        "http://h:x", "http://[::1", "http://[]:1", "http://u@h:1", "http://h:1/v1/models/m",
        "http://h:1/v2/models/", "http://h:1/v2/models/m/infer", "http://h:1/v2/models/m/versions",
        "http://h:1/v2/models/m/versions/1/2", "http://h:1/v2/models/m n",
        "http://h:1/v2/models/m\r\nX: y", "http://h h:1"}) {
    const std::string message = input_error([&] { parse_address(text); });
    EXPECT_TRUE(message.starts_with("predictor: ")) << text << ": " << message;
  }
}

}  // namespace
}  // namespace terse::serve::predictor
