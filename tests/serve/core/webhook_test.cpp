#include "terse/serve/core/webhook.h"

#include <gtest/gtest.h>

namespace terse::serve::core {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr const char* things_stack = R"({
  "end_device_ids": {"device_id": "dev1", "application_ids": {"application_id": "app1"},
    "dev_eui": "0004A30B001C0530", "dev_addr": "00BCB929"},
  "correlation_ids": ["as:up:01E0WZGT6Y7657CPFPE5WEYDSQ"],
  "received_at": "2026-02-12T15:15:45.787Z",
  "uplink_message": {"session_key_id": "AXA50EHUmNJYzg==", "f_port": 15, "f_cnt": 6,
    "frm_payload": "AQJj", "rx_metadata": [{"rssi": -35, "snr": 5.2}],
    "settings": {"data_rate": {"lora": {"bandwidth": 125000, "spreading_factor": 7}}},
    "received_at": "2026-02-12T15:15:45.580123456Z"}})";

constexpr const char* chirpstack = R"({
  "deduplicationId": "3ac7e3c4-4401-4b8d-9386-a5c902f9202d",
  "time": "2022-07-18T09:34:15.775023242+00:00",
  "deviceInfo": {"devEui": "0101010101010101", "tags": {"key": "value"}},
  "devAddr": "00189440", "dr": 1, "fCnt": 10, "fPort": 2, "data": "AQJj",
  "rxInfo": [{"gatewayId": "0016c001f153a14c", "rssi": -48, "snr": 9}]})";

const Uplink& uplink_of(const NetworkEvent& event) {
  static const Uplink none;
  const auto* uplink = std::get_if<Uplink>(&event);
  EXPECT_NE(uplink, nullptr) << "ignored: " << std::get<IgnoredEvent>(event).why;
  return uplink == nullptr ? none : *uplink;
}

/// Why it is ignored, or "an uplink".
std::string why(const NetworkEvent& event) {
  const auto* ignored = std::get_if<IgnoredEvent>(&event);
  return ignored == nullptr ? "an uplink" : ignored->event + ": " + ignored->why;
}

std::string things_stack_with(const std::string& members) {
  return R"({"end_device_ids":{"device_id":"d"},)" + members + "}";
}

TEST(Webhook, ThingsStack) {
  const NetworkEvent event = read_things_stack(things_stack);
  const Uplink& uplink = uplink_of(event);
  EXPECT_EQ(uplink.problem, "");
  EXPECT_EQ(uplink.device, "app1/dev1");
  EXPECT_EQ(uplink.port, 15);
  EXPECT_EQ(uplink.session, "AXA50EHUmNJYzg==");
  EXPECT_EQ(uplink.counter, 6U);
  EXPECT_EQ(uplink.measured_ms, 1770909345580)
      << "the network server's time, not the application's";
  EXPECT_EQ(uplink.payload, (Bytes{1, 2, 0x63}));
  EXPECT_NE(uplink.radio.find("\"rssi\":-35"), std::string::npos);
}

TEST(Webhook, ChirpStack) {
  const NetworkEvent event = read_chirpstack(chirpstack, "up");
  const Uplink& uplink = uplink_of(event);
  EXPECT_EQ(uplink.problem, "");
  EXPECT_EQ(uplink.device, "0101010101010101");
  EXPECT_EQ(uplink.port, 2);
  EXPECT_EQ(uplink.session, "00189440");
  EXPECT_EQ(uplink.counter, 10U);
  EXPECT_EQ(uplink.measured_ms, 1658136855775);
  EXPECT_EQ(uplink.payload, (Bytes{1, 2, 0x63}));
}

TEST(Webhook, OfVeryManyGatewaysTheFirstAreKept) {
  for (const std::size_t gateways : {1U, 20U, 3000U}) {
    std::string heard;
    for (std::size_t i = 0; i < gateways; ++i) {
      heard += std::string(i == 0 ? "" : ",") + R"({"gateway":")" + std::string(100, 'g') +
               R"(","n":)" + std::to_string(i) + "}";
    }
    const NetworkEvent event = read_things_stack(things_stack_with(
        R"("uplink_message":{"f_port":1,"frm_payload":"AQ==","rx_metadata":[)" + heard + "]}"));
    const Uplink& uplink = uplink_of(event);
    EXPECT_EQ(uplink.problem, "");
    EXPECT_LE(uplink.radio.size(), radio_bytes_max);
    EXPECT_NE(uplink.radio.find("\"n\":0}"), std::string::npos) << gateways;
    EXPECT_EQ(uplink.radio.find("\"n\":19}") != std::string::npos, gateways >= 20) << gateways;
  }
}

TEST(Webhook, CountersThatAreLeftOutAreZero) {
  const NetworkEvent first = read_things_stack(
      R"({"end_device_ids":{"device_id":"d","dev_addr":"0A"},"received_at":"yesterday",
          "uplink_message":{"f_port":1,"frm_payload":"AA=="}})");
  EXPECT_EQ(uplink_of(first).device, "d");
  EXPECT_EQ(uplink_of(first).session, "0A");
  EXPECT_EQ(uplink_of(first).counter, 0U);
  EXPECT_FALSE(uplink_of(first).measured_ms);
  const NetworkEvent second = read_chirpstack(
      R"({"deviceInfo":{"devEui":"01"},"devAddr":"0B","fPort":3,"data":"AA=="})", "up");
  EXPECT_EQ(uplink_of(second).counter, 0U);
}

TEST(Webhook, EventsOfTheThingsStackAreToldByTheirNames) {
  for (const char* event : {"uplink_normalized", "join_accept", "downlink_ack", "downlink_nack",
                            "downlink_sent", "downlink_failed", "downlink_queued",
                            "downlink_queue_invalidated", "location_solved", "service_data"}) {
    // Their content may look like an uplink's.
    const std::string body = things_stack_with("\"" + std::string(event) +
                                               R"(":{"f_port":1,"f_cnt":2,"frm_payload":"AA=="})");
    EXPECT_EQ(why(read_things_stack(body)).rfind(event, 0), 0U) << event;
  }
  for (const char* members : {R"("later_event":{})", R"("uplink_message":{},"join_accept":{})"}) {
    EXPECT_NE(uplink_of(read_things_stack(things_stack_with(members))).problem, "") << members;
  }
}

TEST(Webhook, EventsOfChirpStackAreToldByTheirNames) {
  for (const char* event : {"join", "ack", "txack", "log", "status", "location", "integration"}) {
    EXPECT_EQ(why(read_chirpstack(chirpstack, event)).rfind(event, 0), 0U) << event;
  }
  for (const char* event : {"", "UP", "uplink", "error"}) {
    const NetworkEvent read = read_chirpstack(chirpstack, event);
    EXPECT_NE(uplink_of(read).problem, "") << event;
    EXPECT_EQ(uplink_of(read).payload.size(), std::string_view(chirpstack).size());
  }
}

TEST(Webhook, WhatHoldsNothingOfTheApplicationIsIgnored) {
  EXPECT_EQ(
      why(read_chirpstack(
          R"({"deviceInfo":{"devEui":"01"},"devAddr":"0B","fCnt":4,"dr":1,"rxInfo":[]})", "up")),
      "up: it holds MAC commands alone");
  EXPECT_EQ(why(read_chirpstack(R"({"deviceInfo":{"devEui":"01"},"fPort":0,"data":"AA=="})", "up")),
            "up: it holds MAC commands alone");
  EXPECT_EQ(why(read_chirpstack(R"({"deviceInfo":{"devEui":"01"},"fPort":7})", "up")),
            "up: its payload is empty");
  EXPECT_EQ(why(read_things_stack(things_stack_with(
                R"("uplink_message":{"session_key_id":"x","f_cnt":3,"rx_metadata":[]})"))),
            "uplink_message: it holds MAC commands alone");
  EXPECT_EQ(why(read_things_stack(
                things_stack_with(R"("uplink_message":{"f_port":2,"frm_payload":""})"))),
            "uplink_message: its payload is empty");
  EXPECT_EQ(why(read_things_stack(things_stack_with(
                R"("uplink_message":{"f_port":2,"frm_payload":"AA=="},"simulated":true)"))),
            "uplink_message: it is simulated, not sent by the device");
}

TEST(Webhook, WhatIsNotUnderstoodKeepsItsBytesAndAReason) {
  for (const std::string& body :
       std::vector<std::string>{"", "[]", "{}", R"({"uplink_message":{}})",
                                R"({"end_device_ids":[],"uplink_message":{}})",
                                R"({"end_device_ids":{"device_id":7},"uplink_message":{}})",
                                things_stack_with(R"("uplink_message":1)"),
                                things_stack_with(R"("uplink_message":{"f_port":256})"),
                                things_stack_with(R"("uplink_message":{"f_cnt":-1})"),
                                things_stack_with(R"("uplink_message":{"f_cnt":4294967296})"),
                                things_stack_with(R"("uplink_message":{"frm_payload":"?"})")}) {
    const NetworkEvent event = read_things_stack(body);
    EXPECT_NE(uplink_of(event).problem, "") << body;
    EXPECT_EQ(uplink_of(event).payload, Bytes(body.begin(), body.end()));
  }
  for (const std::string& body : std::vector<std::string>{
           "", "{}", R"({"deviceInfo":{"devEui":""}})",
           R"({"deviceInfo":{"devEui":"01"},"data":"A"})",
           R"({"deviceInfo":{"devEui":"01"},"data":"AA==","fPort":"2"})",
           R"({"deviceInfo":{"devEui":"01"},"data":"AA==","rxInfo":)" + std::string(5000, '[')}) {
    EXPECT_NE(uplink_of(read_chirpstack(body, "up")).problem, "") << body.substr(0, 80);
  }
}

}  // namespace
}  // namespace terse::serve::core
