#include "terse/airtime/sending.h"

#include <fmt/format.h>

#include <algorithm>

#include "terse/airtime/bluetooth.h"
#include "terse/airtime/lorawan.h"
#include "terse/airtime/sigfox.h"

namespace terse::airtime {
namespace {

constexpr double seconds_per_day = 86'400.0;

double frame_seconds(const Radio& radio, std::size_t payload_bytes) {
  switch (radio.link) {
    case Link::lorawan: {
      const std::size_t bytes = payload_bytes + lorawan_overhead_bytes;
      return radio.lr_fhss ? lr_fhss_seconds(bytes, *radio.lr_fhss)
                           : lora_seconds(bytes, radio.lora);
    }
    case Link::sigfox:
      return sigfox_seconds(payload_bytes, radio.bits_per_second);
    case Link::ble_advertising:
      return advertising_seconds(payload_bytes);
    case Link::ble_connection:
      return notification_seconds(payload_bytes);
    case Link::cellular:
      break;
  }
  return 0.0;
}

std::size_t frame_bytes(const Radio& radio, std::size_t payload_bytes, const Envelope& envelope) {
  switch (radio.link) {
    case Link::lorawan:
      return payload_bytes + lorawan_overhead_bytes;
    case Link::sigfox:
      return sigfox_frame_bytes(payload_bytes);
    case Link::ble_advertising:
      return advertising_bytes(payload_bytes);
    case Link::ble_connection:
      return notification_bytes(payload_bytes);
    case Link::cellular:
      break;
  }
  return payload_bytes + bytes_around(envelope).all();
}

/// Raises the shortest interval to what a rule demands.
void demand(Sending& sent, double seconds, std::string rule) {
  if (seconds <= sent.interval_seconds_min) return;
  sent.interval_seconds_min = seconds;
  sent.interval_rule = std::move(rule);
}

void add_rules(Sending& sent, const Radio& radio, const Network& network) {
  const auto frames = static_cast<double>(sent.frames);
  if (radio.duty_cycle < 1.0) {
    demand(sent, *sent.seconds / radio.duty_cycle,
           fmt::format("a duty cycle of {:g} %", 100.0 * radio.duty_cycle));
  }
  if (radio.pause_seconds > 0.0) {
    demand(sent, frames * radio.pause_seconds,
           fmt::format("hopping, with {:g} s to the next frame,", radio.pause_seconds));
  }
  if (radio.messages_per_day > 0) {
    demand(sent, frames * seconds_per_day / static_cast<double>(radio.messages_per_day),
           fmt::format("the contract of {} messages a day", radio.messages_per_day));
  }
  if (radio.link == Link::lorawan && network.seconds_per_day > 0.0) {
    demand(sent, *sent.seconds * seconds_per_day / network.seconds_per_day,
           fmt::format("fair use of {}, {:g} s a day,", network.meaning, network.seconds_per_day));
  }
}

}  // namespace

Sending sending(const Radio& radio, std::size_t payload_bytes, const Surroundings& around) {
  const std::size_t limit = radio.payload_bytes_max;
  Sending sent;
  sent.frames = std::max<std::size_t>(1, (payload_bytes + limit - 1) / limit);
  const std::size_t full = sent.frames - 1;
  const std::size_t last = payload_bytes - full * limit;
  sent.bytes =
      full * frame_bytes(radio, limit, around.envelope) + frame_bytes(radio, last, around.envelope);
  if (radio.link != Link::cellular) {
    sent.seconds =
        static_cast<double>(full) * frame_seconds(radio, limit) + frame_seconds(radio, last);
  }
  add_rules(sent, radio, around.network);
  return sent;
}

double listening_seconds(const Radio& radio, const Sending& sent, const Network& network,
                         double symbols) {
  if (radio.link != Link::lorawan) return 0.0;
  return static_cast<double>(sent.frames) * symbols *
         (radio.first_window.symbol_seconds() + second_window(network, radio).symbol_seconds());
}

}  // namespace terse::airtime
