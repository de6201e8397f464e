#include "terse/serve/core/address.h"

#include <gtest/gtest.h>

#include "terse/base/error.h"

namespace terse::serve::core {
namespace {

TEST(Address, NamesHostAndPort) {
  EXPECT_EQ(parse_address("127.0.0.1:8080", "http").host, "127.0.0.1");
  EXPECT_EQ(parse_address("127.0.0.1:8080", "http").port, 8080);
  EXPECT_EQ(parse_address("[::1]:0", "http").host, "::1");
  EXPECT_EQ(parse_address(":65535", "http").host, "0.0.0.0");
  EXPECT_EQ(parse_address(":65535", "http").port, 65535);
  EXPECT_TRUE(parse_address(":65535", "http").everywhere);
  EXPECT_FALSE(parse_address("0.0.0.0:65535", "http").everywhere);
}

TEST(Address, RefusesWhatIsNone) {
  for (const char* text : {"", "8080", "host", "host:", "host:x", "host:65536", "host:-1", "::1:80",
                           "host:80 ", "host:99999999999999999999"}) {
    EXPECT_THROW(parse_address(text, "http"), base::OptionError) << text;
  }
}

}  // namespace
}  // namespace terse::serve::core
