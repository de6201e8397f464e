#include "terse/serve/coap/address_cookies.h"

#include <gtest/gtest.h>

namespace terse::serve::coap {
namespace {

TEST(AddressCookies, AreForOnePeerAndAMinuteOrTwo) {
  const AddressCookies cookies;
  const AddressCookies::Cookie cookie = cookies.make("peer", 100);
  EXPECT_EQ(cookies.make("peer", 100), cookie);
  EXPECT_TRUE(cookies.check("peer", 100, cookie));
  EXPECT_TRUE(cookies.check("peer", 101, cookie));
  EXPECT_FALSE(cookies.check("peer", 102, cookie));
  EXPECT_FALSE(cookies.check("peer", 99, cookie));
  EXPECT_FALSE(cookies.check("other", 100, cookie));
  EXPECT_FALSE(AddressCookies().check("peer", 100, cookie)) << "another server";
  EXPECT_FALSE(cookies.check("peer", 100, {}));
}

TEST(AddressCookies, AreAsLongAsIsAskedAndNoOther) {
  const AddressCookies cookies;
  const AddressCookies::Cookie cookie = cookies.make("peer", 100);
  const auto short_one = std::span(cookie).first(8);
  EXPECT_TRUE(cookies.check("peer", 100, short_one, 8));
  EXPECT_FALSE(cookies.check("peer", 100, short_one));
  EXPECT_FALSE(cookies.check("peer", 100, std::span(cookie).first(7), 8));
  EXPECT_FALSE(cookies.check("peer", 100, cookie, 8));
}

}  // namespace
}  // namespace terse::serve::coap
