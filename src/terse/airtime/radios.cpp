#include "terse/airtime/radios.h"

#include <fmt/core.h>

#include <algorithm>
#include <vector>

#include "terse/airtime/lorawan.h"
#include "terse/base/error.h"
#include "terse/text/quoting.h"

namespace terse::airtime {
namespace {

/// Sigfox's radio configurations ("Radio Configurations", technical details): 12 bytes, 140
/// messages a day. duty_cycle: RC1 and RC7, 1 %. Hopping of RC2 and RC4: 400 ms a channel, and 20 s
/// to the next message.
Radio sigfox(std::string_view id, std::string_view meaning, double bits_per_second,
             double duty_cycle, bool hops = false) {
  Radio radio;
  radio.id = id;
  radio.meaning = meaning;
  radio.link = Link::sigfox;
  radio.payload_bytes_max = 12;
  radio.bits_per_second = bits_per_second;
  radio.duty_cycle = duty_cycle;
  radio.dwell_seconds_max = hops ? 0.4 : 0.0;
  radio.pause_seconds = hops ? 20.0 : 0.0;
  radio.messages_per_day = 140;
  return radio;
}

Radio other(std::string_view id, std::string_view meaning, Link link, std::size_t payload_bytes) {
  Radio radio;
  radio.id = id;
  radio.meaning = meaning;
  radio.link = link;
  radio.payload_bytes_max = payload_bytes;
  return radio;
}

const std::vector<Radio>& known() {
  static const std::vector<Radio> all = [] {
    const auto lorawan = lorawan_radios();
    std::vector<Radio> list(lorawan.begin(), lorawan.end());
    list.push_back(sigfox("sigfox-rc1", "100 bit/s, sent three times", 100.0, 0.01));
    list.push_back(sigfox("sigfox-rc2", "600 bit/s, three hops", 600.0, 1.0, true));
    list.push_back(sigfox("sigfox-rc3", "100 bit/s, listens first", 100.0, 1.0));
    list.push_back(sigfox("sigfox-rc4", "600 bit/s, three hops", 600.0, 1.0, true));
    list.push_back(sigfox("sigfox-rc5", "100 bit/s, listens first", 100.0, 1.0));
    list.push_back(sigfox("sigfox-rc6", "100 bit/s, sent three times", 100.0, 1.0));
    list.push_back(sigfox("sigfox-rc7", "100 bit/s, sent three times", 100.0, 0.01));
    list.push_back(
        other("ble-advertising", "1 Mbit/s, on three channels", Link::ble_advertising, 24));
    list.push_back(
        other("ble-notification", "1 Mbit/s, default MTU of 23", Link::ble_connection, 20));
    list.push_back(other("nb-iot", "one datagram", Link::cellular, 1200));
    list.push_back(other("lte-m", "one datagram", Link::cellular, 1200));
    return list;
  }();
  return all;
}

}  // namespace

std::span<const Radio> radios() {
  return known();
}

const Radio& radio_of(std::string_view id) {
  const auto found = std::ranges::find(known(), id, &Radio::id);
  if (found != known().end()) return *found;
  std::string names;
  for (const Radio& radio : known())
    names += fmt::format("{}{}", names.empty() ? "" : " ", radio.id);
  throw base::OptionError("radio", "", text::in_quotes(id) + " is not known",
                          "the radios are " + names);
}

std::size_t payload_limit(std::string_view id) {
  return radio_of(id).payload_bytes_max;
}

}  // namespace terse::airtime
