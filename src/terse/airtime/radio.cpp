#include "terse/airtime/radio.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "terse/base/error.h"
#include "terse/text/quoting.h"

namespace terse::airtime {
namespace {

// MHDR 1, FHDR 7 without options, FPort 1, MIC 4 (LoRaWAN 1.0.3, chapter 4).
constexpr std::size_t lorawan_overhead_bytes = 13;
constexpr double seconds_per_day = 86'400.0;

constexpr Radio lorawan(std::string_view id, std::string_view meaning, std::size_t payload_bytes,
                        unsigned spreading_factor, double bandwidth_hz, double duty_cycle,
                        double dwell_seconds) {
  Radio radio;
  radio.id = id;
  radio.meaning = meaning;
  radio.payload_bytes_max = payload_bytes;
  radio.lora.spreading_factor = spreading_factor;
  radio.lora.bandwidth_hz = bandwidth_hz;
  radio.duty_cycle = duty_cycle;
  radio.dwell_seconds_max = dwell_seconds;
  return radio;
}

constexpr Radio other(std::string_view id, std::string_view meaning, Link link,
                      std::size_t payload_bytes, std::size_t messages_per_day = 0) {
  Radio radio;
  radio.id = id;
  radio.meaning = meaning;
  radio.link = link;
  radio.payload_bytes_max = payload_bytes;
  radio.messages_per_day = messages_per_day;
  return radio;
}

constexpr double narrow = 125'000.0;

// The payloads also fit a repeater's frame (EU868: 222, where 242 would do without one).
constexpr std::array known{
    lorawan("lorawan-eu868-dr0", "SF12 at 125 kHz", 51, 12, narrow, 0.01, 0.0),
    lorawan("lorawan-eu868-dr1", "SF11 at 125 kHz", 51, 11, narrow, 0.01, 0.0),
    lorawan("lorawan-eu868-dr2", "SF10 at 125 kHz", 51, 10, narrow, 0.01, 0.0),
    lorawan("lorawan-eu868-dr3", "SF9 at 125 kHz", 115, 9, narrow, 0.01, 0.0),
    lorawan("lorawan-eu868-dr4", "SF8 at 125 kHz", 222, 8, narrow, 0.01, 0.0),
    lorawan("lorawan-eu868-dr5", "SF7 at 125 kHz", 222, 7, narrow, 0.01, 0.0),
    lorawan("lorawan-eu868-dr6", "SF7 at 250 kHz", 222, 7, 250'000.0, 0.01, 0.0),
    lorawan("lorawan-us915-dr0", "SF10 at 125 kHz", 11, 10, narrow, 1.0, 0.4),
    lorawan("lorawan-us915-dr1", "SF9 at 125 kHz", 53, 9, narrow, 1.0, 0.4),
    lorawan("lorawan-us915-dr2", "SF8 at 125 kHz", 125, 8, narrow, 1.0, 0.4),
    lorawan("lorawan-us915-dr3", "SF7 at 125 kHz", 242, 7, narrow, 1.0, 0.4),
    lorawan("lorawan-us915-dr4", "SF8 at 500 kHz", 242, 8, 500'000.0, 1.0, 0.0),
    lorawan("lorawan-as923-dr2", "SF10 at 125 kHz, 400 ms", 11, 10, narrow, 0.01, 0.4),
    lorawan("lorawan-as923-dr3", "SF9 at 125 kHz, 400 ms", 53, 9, narrow, 0.01, 0.4),
    lorawan("lorawan-as923-dr4", "SF8 at 125 kHz, 400 ms", 125, 8, narrow, 0.01, 0.4),
    lorawan("lorawan-as923-dr5", "SF7 at 125 kHz, 400 ms", 242, 7, narrow, 0.01, 0.4),
    other("sigfox-rc1", "100 bit/s, sent three times", Link::sigfox, 12, 140),
    other("ble-advertising", "1 Mbit/s, on three channels", Link::ble_advertising, 24),
    other("ble-notification", "1 Mbit/s, default MTU of 23", Link::ble_connection, 20),
    other("nb-iot", "one datagram", Link::cellular, 1200),
    other("lte-m", "one datagram", Link::cellular, 1200),
};

// Preamble 19 bits, frame type 13, then device 4 bytes, payload (padded to 1, 4, 8 or 12), message
// authentication 2 and checksum 2: 26 bytes for 12; 100 bit/s, three times.
double sigfox_seconds(std::size_t bytes) {
  const std::size_t padded = bytes <= 1 ? 1 : (bytes + 3) / 4 * 4;
  return 3.0 * 8.0 * static_cast<double>(14 + padded) / 100.0;
}

double frame_seconds(const Radio& radio, std::size_t bytes) {
  constexpr double byte_seconds = 8e-6;  // 1 Mbit/s
  switch (radio.link) {
    case Link::lorawan:
      return lora_seconds(bytes + lorawan_overhead_bytes, radio.lora);
    case Link::sigfox:
      return sigfox_seconds(bytes);
    case Link::ble_advertising:
      // Preamble 1, access address 4, header 2, advertiser 6, checksum 3; flags 3 and the head of
      // manufacturer data 4 (Bluetooth Core 5.3, volume 6 part B, 2.1 and 2.3).
      return 3.0 * byte_seconds * static_cast<double>(16 + 7 + bytes);
    case Link::ble_connection:
      // Preamble 1, access address 4, header 2, L2CAP 4, ATT 3, checksum 3.
      return byte_seconds * static_cast<double>(17 + bytes);
    case Link::cellular:
      break;
  }
  return 0.0;
}

}  // namespace

std::span<const Radio> radios() {
  return known;
}

const Radio& radio_of(std::string_view id) {
  const auto* found =
      std::find_if(known.begin(), known.end(), [&](const Radio& radio) { return radio.id == id; });
  if (found != known.end()) return *found;
  std::string names;
  for (const Radio& radio : known) names += fmt::format("{}{}", names.empty() ? "" : " ", radio.id);
  throw base::OptionError("radio", "", text::in_quotes(id) + " is not known",
                          "the radios are " + names);
}

std::size_t payload_limit(std::string_view id) {
  return radio_of(id).payload_bytes_max;
}

Sending sending(const Radio& radio, std::size_t payload_bytes) {
  const std::size_t limit = radio.payload_bytes_max;
  Sending result;
  result.frames = std::max<std::size_t>(1, (payload_bytes + limit - 1) / limit);
  const auto frames = static_cast<double>(result.frames);
  if (radio.link != Link::cellular) {
    const std::size_t last = payload_bytes - (result.frames - 1) * limit;
    result.seconds = (frames - 1.0) * frame_seconds(radio, limit) + frame_seconds(radio, last);
    if (radio.duty_cycle < 1.0) result.interval_seconds_min = *result.seconds / radio.duty_cycle;
  }
  if (radio.messages_per_day > 0) {
    const double seconds = frames * seconds_per_day / static_cast<double>(radio.messages_per_day);
    result.interval_seconds_min = std::max(result.interval_seconds_min, seconds);
  }
  return result;
}

}  // namespace terse::airtime
