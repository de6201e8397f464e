#include "terse/serve/coap/option_rules.h"

#include <gtest/gtest.h>

#include "terse/base/error.h"
#include "terse/serve/coap/message.h"
#include "terse/text/hex.h"

namespace terse::serve::coap {
namespace {

CoapRequest read(const std::string& hexadecimal) {
  // What a request points at, its payload and Echo option, is not looked at here.
  CoapRequest request;
  EXPECT_EQ(read_coap(*text::from_hex(hexadecimal), request), CoapReading::good) << hexadecimal;
  return request;
}

// RFC 7252, table 4; RFC 7641, 7959, 7967 and 9175.
TEST(OptionRules, LengthsAndRepetition) {
  EXPECT_TRUE(is_understood(uri_path, 0, 1));
  EXPECT_TRUE(is_understood(uri_path, 255, 9));
  EXPECT_FALSE(is_understood(uri_path, 256, 1));
  EXPECT_FALSE(is_understood(uri_host, 0, 1));
  EXPECT_FALSE(is_understood(uri_host, 5, 2));
  EXPECT_FALSE(is_understood(uri_port, 3, 1));
  EXPECT_TRUE(is_understood(accept, 2, 1));
  EXPECT_FALSE(is_understood(accept, 3, 1));
  EXPECT_FALSE(is_understood(accept, 1, 2));
  EXPECT_FALSE(is_understood(block1, 4, 1));
  EXPECT_FALSE(is_understood(echo, 41, 1));
  EXPECT_FALSE(is_understood(no_response, 2, 1));
  EXPECT_FALSE(is_understood(9, 0, 1));  // OSCORE
  EXPECT_TRUE(is_critical(uri_host));
  EXPECT_FALSE(is_critical(content_format));
}

TEST(OptionRules, CriticalOptionsSpoilARequestAndOthersArePassedOver) {
  EXPECT_FALSE(read("40020001"
                    "b16d")
                   .bad_option);
  EXPECT_TRUE(read("40020001"
                   "30")
                  .bad_option);  // Uri-Host of no bytes
  EXPECT_TRUE(read("40020001"
                   "3161"
                   "0161")
                  .bad_option);  // two hosts
  EXPECT_TRUE(read("40020001"
                   "d30432"
                   "3232")
                  .bad_option);  // Accept of three bytes
  EXPECT_TRUE(read("40020001"
                   "d10432"
                   "013c")
                  .bad_option);  // two of them
  const CoapRequest two_formats = read(
      "40020001"
      "c132"
      "013c");
  EXPECT_FALSE(two_formats.bad_option);
  EXPECT_EQ(two_formats.content_format, 50U);
  EXPECT_FALSE(read("40020001"
                    "64"
                    "00000000")
                   .observe);  // elective, too long
}

TEST(OptionRules, SegmentsOfAPathAreNotJoined) {
  EXPECT_EQ(read("40020001"
                 "b16d"
                 "0161")
                .path,
            "m/a");
  EXPECT_EQ(read("40020001"
                 "b36d2f61")
                .path,
            "m%2Fa");
  EXPECT_EQ(read("40020001"
                 "b0"
                 "016d")
                .path,
            "/m");
}

TEST(OptionRules, AQueryThatSaysTwoThings) {
  const CoapRequest request = read(
      "40020001"
      "d302"
      "643d61"
      "03"
      "643d62");
  EXPECT_THROW(request.query("d"), base::InputError);
}

}  // namespace
}  // namespace terse::serve::coap
