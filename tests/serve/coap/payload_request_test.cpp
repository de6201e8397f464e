#include "terse/serve/coap/payload_request.h"

#include <gtest/gtest.h>

#include "terse/base/error.h"
#include "terse/serve/coap/response.h"

namespace terse::serve::coap {
namespace {

std::vector<std::uint8_t> bytes_of(std::string_view text) {
  return {text.begin(), text.end()};
}

TEST(PayloadRequest, IsOneUplinkOfItsBytes) {
  const auto uplinks = read_uplinks({.model = "pump@1",
                                     .device = "d",
                                     .counter = "007",
                                     .measured = "1796000000.5",
                                     .body = {1, 2}});
  ASSERT_EQ(uplinks.size(), 1U);
  EXPECT_EQ(uplinks[0].model, "pump@1");
  EXPECT_EQ(uplinks[0].device, "d");
  EXPECT_EQ(uplinks[0].counter, 7U);
  EXPECT_FALSE(uplinks[0].key);
  EXPECT_EQ(uplinks[0].measured_ms, 1'796'000'000'500);
  EXPECT_FALSE(uplinks[0].restarted);
  EXPECT_EQ(uplinks[0].payload, (std::vector<std::uint8_t>{1, 2}));
}

TEST(PayloadRequest, WithoutACounterEveryMessageIsNew) {
  const auto uplinks = read_uplinks(
      {.model = "m", .device = "d", .content_format = text_format, .body = bytes_of("{}")});
  ASSERT_EQ(uplinks.size(), 1U);
  EXPECT_FALSE(uplinks[0].key);
  EXPECT_FALSE(uplinks[0].counter);
  EXPECT_EQ(uplinks[0].payload, bytes_of("{}")) << "only JSON is read as JSON";
}

TEST(PayloadRequest, JsonIsSeveralAndMayNameOtherDevices) {
  const auto uplinks =
      read_uplinks({.model = "m",
                    .device = "gateway",
                    .restarted = true,
                    .sender = {.name = "gateway", .proof = core::Proof::device},
                    .content_format = json_format,
                    .body = bytes_of(R"([{"hex":"0a","counter":3},{"device":"d","hex":"0b"}])")});
  ASSERT_EQ(uplinks.size(), 2U);
  EXPECT_EQ(uplinks[0].device, "gateway");
  EXPECT_EQ(uplinks[0].counter, 3U);
  EXPECT_TRUE(uplinks[0].restarted);
  EXPECT_FALSE(uplinks[1].restarted) << "the counter begins anew once";
  EXPECT_EQ(uplinks[1].sender.name, "gateway");
  EXPECT_EQ(uplinks[1].sender.proof, core::Proof::device);
  EXPECT_EQ(uplinks[1].device, "d");
  EXPECT_FALSE(uplinks[1].key);
  EXPECT_EQ(uplinks[1].payload, std::vector<std::uint8_t>{11});
}

TEST(PayloadRequest, SaysWhatIsMissing) {
  const auto refused = [](const PayloadRequest& request) {
    try {
      read_uplinks(request);
    } catch (const base::InputError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  PayloadRequest request{.model = "m", .device = "", .body = {1}};
  EXPECT_NE(refused(request).find("add ?d=DEVICE"), std::string::npos);
  request.device = "a\nb";
  EXPECT_NE(refused(request).find("is not UTF-8 text without control characters; change d"),
            std::string::npos);
  request.device = std::string(129, 'd');
  EXPECT_NE(refused(request).find("has 129 bytes; at most 128"), std::string::npos);
  request.device = "d";
  for (const char* counter : {"", "+7", "7.0", "-1", " 7", "9223372036854775808"}) {
    request.counter = counter;
    EXPECT_NE(refused(request).find("n is not a counter"), std::string::npos) << counter;
  }
  request.counter = "7";
  request.key = "a";
  EXPECT_NE(refused(request).find("both n and k"), std::string::npos);
  request.counter = {};
  EXPECT_EQ(refused(request), "");
  request.measured = "yesterday";
  EXPECT_NE(refused(request).find("t is not a time"), std::string::npos);
  request.content_format = json_format;
  request.body = bytes_of("{");
  EXPECT_NE(refused(request), "");
}

}  // namespace
}  // namespace terse::serve::coap
