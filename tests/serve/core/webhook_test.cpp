#include "terse/serve/core/webhook.h"

#include <gtest/gtest.h>

#include "terse/base/error.h"

namespace terse::serve::core {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr const char* things_stack = R"({
  "end_device_ids": {"device_id": "dev1", "application_ids": {"application_id": "app1"},
    "dev_eui": "0004A30B001C0530", "dev_addr": "00BCB929"},
  "received_at": "2026-02-12T15:15:45.787Z",
  "uplink_message": {"session_key_id": "AXA50EHUmNJYzg==", "f_port": 15, "f_cnt": 6,
    "frm_payload": "AQJj", "rx_metadata": [{"rssi": -35, "snr": 5.2}],
    "settings": {"data_rate": {"lora": {"bandwidth": 125000, "spreading_factor": 7}}}}})";

constexpr const char* chirpstack = R"({
  "deduplicationId": "3ac7e3c4-4401-4b8d-9386-a5c902f9202d",
  "deviceInfo": {"devEui": "0101010101010101", "tags": {"key": "value"}},
  "devAddr": "00189440", "dr": 1, "fCnt": 10, "fPort": 2, "data": "AQJj",
  "rxInfo": [{"gatewayId": "0016c001f153a14c", "rssi": -48, "snr": 9}]})";

TEST(Webhook, ThingsStack) {
  const auto uplink = read_things_stack(things_stack);
  ASSERT_TRUE(uplink);
  EXPECT_EQ(uplink->device, "app1/dev1");
  EXPECT_EQ(uplink->port, 15);
  EXPECT_EQ(uplink->session, "AXA50EHUmNJYzg==");
  EXPECT_EQ(uplink->counter, 6U);
  EXPECT_EQ(uplink->payload, (Bytes{1, 2, 0x63}));
  EXPECT_NE(uplink->radio.find("\"rssi\":-35"), std::string::npos);
}

TEST(Webhook, WhatIsLeftOutIsZero) {
  const auto first = read_things_stack(
      R"({"end_device_ids":{"device_id":"d","dev_addr":"0A"},"uplink_message":{"f_port":1}})");
  ASSERT_TRUE(first);
  EXPECT_EQ(first->device, "d");
  EXPECT_EQ(first->session, "0A");
  EXPECT_EQ(first->counter, 0U);
  EXPECT_EQ(first->payload, Bytes{});
  const auto second =
      read_chirpstack(R"({"deviceInfo":{"devEui":"01"},"devAddr":"0B","data":"AA=="})");
  ASSERT_TRUE(second);
  EXPECT_EQ(second->port, 0);
  EXPECT_EQ(second->session, "0B");
  EXPECT_EQ(second->counter, 0U);
}

TEST(Webhook, ChirpStack) {
  const auto uplink = read_chirpstack(chirpstack);
  ASSERT_TRUE(uplink);
  EXPECT_EQ(uplink->device, "0101010101010101");
  EXPECT_EQ(uplink->port, 2);
  EXPECT_EQ(uplink->session, "00189440");
  EXPECT_EQ(uplink->counter, 10U);
  EXPECT_EQ(uplink->payload, (Bytes{1, 2, 0x63}));
}

TEST(Webhook, OtherEventsAreNoUplinks) {
  EXPECT_FALSE(read_things_stack(
      R"({"end_device_ids":{"device_id":"d"},"join_accept":{"session_key_id":"x"}})"));
  EXPECT_FALSE(read_chirpstack(R"({"deviceInfo":{"devEui":"01"},"devAddr":"0B"})"));
}

TEST(Webhook, RefusesWhatIsNotTheirs) {
  for (const std::string& body : std::vector<std::string>{
           "", "[]", "{}", R"({"end_device_ids":[]})", R"({"end_device_ids":{"device_id":7}})",
           R"({"end_device_ids":{"device_id":"d"},"uplink_message":1})",
           R"({"end_device_ids":{"device_id":"d"},"uplink_message":{"f_port":256}})",
           R"({"end_device_ids":{"device_id":"d"},"uplink_message":{"f_cnt":-1}})",
           R"({"end_device_ids":{"device_id":"d"},"uplink_message":{"f_cnt":4294967296}})",
           R"({"end_device_ids":{"device_id":"d"},"uplink_message":{"frm_payload":"?"}})"}) {
    EXPECT_THROW(read_things_stack(body), base::InputError) << body;
  }
  for (const std::string& body : std::vector<std::string>{
           "", "{}", R"({"deviceInfo":{"devEui":""}})",
           R"({"deviceInfo":{"devEui":"01"},"data":"A"})",
           R"({"deviceInfo":{"devEui":"01"},"data":"AA==","fPort":"2"})",
           R"({"deviceInfo":{"devEui":"01"},"data":"AA==","rxInfo":)" + std::string(5000, '[')}) {
    EXPECT_THROW(read_chirpstack(body), base::InputError) << body.substr(0, 80);
  }
}

}  // namespace
}  // namespace terse::serve::core
