#include "terse/serve/core/payload_body.h"

#include <gtest/gtest.h>

#include "terse/base/error.h"

namespace terse::serve::core {
namespace {

using Bytes = std::vector<std::uint8_t>;

TEST(PayloadBody, OneObject) {
  const auto uplinks = read_payload_body(R"({"device":"d","hex":"0a1B","counter":0})", "pump", "");
  ASSERT_EQ(uplinks.size(), 1U);
  EXPECT_EQ(uplinks[0].device, "d");
  EXPECT_EQ(uplinks[0].model, "pump");
  EXPECT_EQ(uplinks[0].counter, 0U);
  EXPECT_EQ(uplinks[0].key, std::nullopt);
  EXPECT_EQ(uplinks[0].payload, (Bytes{0x0a, 0x1b}));
}

TEST(PayloadBody, ArrayWithTheDeviceOfTheQuery) {
  const auto uplinks =
      read_payload_body(R"([{"base64":"Chs="},{"hex":"","device":"e","key":"k"}])", "pump", "d");
  ASSERT_EQ(uplinks.size(), 2U);
  EXPECT_EQ(uplinks[0].device, "d");
  EXPECT_EQ(uplinks[0].key, std::nullopt);
  EXPECT_EQ(uplinks[0].payload, (Bytes{0x0a, 0x1b}));
  EXPECT_EQ(uplinks[1].device, "e");
  EXPECT_EQ(uplinks[1].key, "k");
}

TEST(PayloadBody, AnElementThatCannotBeReadStandsAlone) {
  const std::string body = R"([{"hex":"0a"},{"hex":"zz"},7,{"device":"e","hex":"0b"},{"hex":""}])";
  EXPECT_THROW(read_payload_body(body, "pump", "d"), base::InputError);
  const auto uplinks = read_payload_elements(body, "pump", "d");
  ASSERT_EQ(uplinks.size(), 5U);
  for (const std::size_t good : {0, 3, 4}) EXPECT_EQ(uplinks[good].problem, "") << good;
  EXPECT_NE(uplinks[1].problem.find("element 1: 'zz' is not hexadecimal"), std::string::npos);
  EXPECT_EQ(std::string(uplinks[1].payload.begin(), uplinks[1].payload.end()), R"({"hex":"zz"})");
  EXPECT_NE(uplinks[2].problem.find("element 2: is not an object"), std::string::npos);
  EXPECT_EQ(uplinks[2].device, "d");
  EXPECT_EQ(uplinks[2].model, "pump");
  EXPECT_EQ(read_payload_elements("[{}]", "pump", "")[0].device, "unknown");
  EXPECT_THROW(read_payload_elements(R"({"hex":"zz"})", "pump", "d"), base::InputError);
}

TEST(PayloadBody, RefusesEverythingElse) {
  const std::string many = "[" + std::string(2000, ' ') + "1" + std::string(5000, ',') + "]";
  for (const std::string& body :
       std::vector<std::string>{"",
                                "1",
                                "null",
                                "[]",
                                "[1]",
                                "{}",
                                R"({"hex":"00"})",
                                R"({"device":"d"})",
                                R"({"device":"d","hex":"0"})",
                                R"({"device":"d","hex":7})",
                                R"({"device":"d","hex":"00","base64":"AA=="})",
                                R"({"device":"d","base64":"A"})",
                                R"({"device":"d\n","hex":"00"})",
                                R"({"device":"d","hex":"00","counter":-1})",
                                R"({"device":"d","hex":"00","counter":1.5})",
                                R"({"device":"d","hex":"00"}})",
                                R"({"device":"d","hex":"00"},"x":{"a":1})",
                                R"({"device":"d","hex":"00","key":1})",
                                R"({"device":"d","hex":"00","key":"1","counter":1})",
                                R"({"device":"d","hex":"00","counter":9223372036854775808})",
                                R"({"device":"d","hex":"00","t":"1796000000"})",
                                R"({"device":"d","hex":"00","t":12})",
                                std::string(100'000, '['),
                                many}) {
    EXPECT_THROW(read_payload_body(body, "pump", ""), base::InputError) << body.substr(0, 80);
  }
}

TEST(PayloadBody, NothingFollowsIt) {
  for (const char* body :
       {R"([{"hex":"0a"}]})", R"([{"hex":"0a"}],"x":[1])", R"({"hex":"0a"} {})"}) {
    for (const std::string& end : {std::string(), std::string("\0", 1), std::string("\0]", 2)}) {
      EXPECT_THROW(read_payload_body(body + end, "pump", "d"), base::InputError) << body;
      EXPECT_THROW(read_payload_elements(body + end, "pump", "d"), base::InputError) << body;
    }
  }
}

TEST(PayloadBody, TimesOfMeasurement) {
  const auto uplinks =
      read_payload_body(R"({"device":"d","hex":"00","t":1796000000.25})", "pump", "");
  EXPECT_EQ(uplinks.at(0).measured_ms, 1796000000250);
}

TEST(PayloadBody, BoundsTheNumber) {
  std::string body = "[";
  for (std::size_t i = 0; i < body_uplinks_max; ++i) body += R"({"hex":"00"},)";
  std::string full = body;
  full.back() = ']';
  EXPECT_EQ(read_payload_body(full, "m", "d").size(), body_uplinks_max);
  EXPECT_THROW(read_payload_body(body + R"({"hex":"00"}])", "m", "d"), base::InputError);
}

}  // namespace
}  // namespace terse::serve::core
