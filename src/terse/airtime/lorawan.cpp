#include "terse/airtime/lorawan.h"

#include <array>
#include <string_view>

namespace terse::airtime {
namespace {

constexpr double narrow = 125'000.0;
constexpr double middle = 250'000.0;
constexpr double wide = 500'000.0;

/// What all data rates of a region share.
struct Region {
  LoraRate second_window;
  double duty_cycle = 1.0;
  double dwell_seconds_max = 0.0;
};

// ETSI EN 300 220-2, band M: 1 %. RU864: the same (RP002-1.0.4, RU864-870 channel frequencies).
constexpr Region eu868{{12, narrow}, 0.01, 0.0};
constexpr Region ru864{{12, narrow}, 0.01, 0.0};
// FCC 15.247: 400 ms on a channel of 125 kHz; wider ones and hops of LR-FHSS are free of it.
constexpr Region us915{{12, wide}, 1.0, 0.4};
constexpr Region us915_wide{{12, wide}, 1.0, 0.0};
// UplinkDwellTime is 1 until the network says otherwise.
constexpr Region au915{{12, wide}, 1.0, 0.4};
constexpr Region au915_hopping{{12, wide}, 1.0, 0.0};
constexpr Region as923{{10, narrow}, 0.01, 0.4};
constexpr Region in865{{10, narrow}, 1.0, 0.0};
constexpr Region kr920{{12, narrow}, 1.0, 0.0};
// A transmission takes one second at most, which rules out SF12.
constexpr Region cn470{{11, narrow}, 1.0, 1.0};

constexpr Radio lora(std::string_view id, std::string_view meaning, std::size_t payload_bytes,
                     const Region& region, LoraRate rate, LoraRate first_window) {
  Radio radio;
  radio.id = id;
  radio.meaning = meaning;
  radio.payload_bytes_max = payload_bytes;
  radio.lora.spreading_factor = rate.spreading_factor;
  radio.lora.bandwidth_hz = rate.bandwidth_hz;
  radio.first_window = first_window;
  radio.second_window = region.second_window;
  radio.duty_cycle = region.duty_cycle;
  radio.dwell_seconds_max = region.dwell_seconds_max;
  return radio;
}

/// Where the answer comes at the data rate of the uplink.
constexpr Radio lora(std::string_view id, std::string_view meaning, std::size_t payload_bytes,
                     const Region& region, LoraRate rate) {
  return lora(id, meaning, payload_bytes, region, rate, rate);
}

constexpr LrFhssSettings third{3, 1, 3};
constexpr LrFhssSettings two_thirds{2, 2, 3};

constexpr Radio hopping(std::string_view id, std::string_view meaning, std::size_t payload_bytes,
                        const Region& region, const LrFhssSettings& settings,
                        LoraRate first_window) {
  Radio radio = lora(id, meaning, payload_bytes, region, {}, first_window);
  radio.lr_fhss = settings;
  return radio;
}

constexpr std::array known{
    lora("lorawan-eu868-dr0", "SF12 at 125 kHz", 51, eu868, {12, narrow}),
    lora("lorawan-eu868-dr1", "SF11 at 125 kHz", 51, eu868, {11, narrow}),
    lora("lorawan-eu868-dr2", "SF10 at 125 kHz", 51, eu868, {10, narrow}),
    lora("lorawan-eu868-dr3", "SF9 at 125 kHz", 115, eu868, {9, narrow}),
    lora("lorawan-eu868-dr4", "SF8 at 125 kHz", 222, eu868, {8, narrow}),
    lora("lorawan-eu868-dr5", "SF7 at 125 kHz", 222, eu868, {7, narrow}),
    lora("lorawan-eu868-dr6", "SF7 at 250 kHz", 222, eu868, {7, middle}),
    hopping("lorawan-eu868-dr8", "LR-FHSS 1/3 in 137 kHz", 50, eu868, third, {11, narrow}),
    hopping("lorawan-eu868-dr9", "LR-FHSS 2/3 in 137 kHz", 115, eu868, two_thirds, {10, narrow}),
    hopping("lorawan-eu868-dr10", "LR-FHSS 1/3 in 336 kHz", 50, eu868, third, {11, narrow}),
    hopping("lorawan-eu868-dr11", "LR-FHSS 2/3 in 336 kHz", 115, eu868, two_thirds, {10, narrow}),
    lora("lorawan-us915-dr0", "SF10 at 125 kHz", 11, us915, {10, narrow}, {10, wide}),
    lora("lorawan-us915-dr1", "SF9 at 125 kHz", 53, us915, {9, narrow}, {9, wide}),
    lora("lorawan-us915-dr2", "SF8 at 125 kHz", 125, us915, {8, narrow}, {8, wide}),
    lora("lorawan-us915-dr3", "SF7 at 125 kHz", 222, us915, {7, narrow}, {7, wide}),
    lora("lorawan-us915-dr4", "SF8 at 500 kHz", 222, us915_wide, {8, wide}, {7, wide}),
    hopping("lorawan-us915-dr5", "LR-FHSS 1/3 in 1.523 MHz", 50, us915_wide, third, {10, wide}),
    hopping("lorawan-us915-dr6", "LR-FHSS 2/3 in 1.523 MHz", 125, us915_wide, two_thirds,
            {9, wide}),
    lora("lorawan-au915-dr2", "SF10 at 125 kHz, 400 ms", 11, au915, {10, narrow}, {10, wide}),
    lora("lorawan-au915-dr3", "SF9 at 125 kHz, 400 ms", 53, au915, {9, narrow}, {9, wide}),
    lora("lorawan-au915-dr4", "SF8 at 125 kHz, 400 ms", 125, au915, {8, narrow}, {8, wide}),
    lora("lorawan-au915-dr5", "SF7 at 125 kHz, 400 ms", 222, au915, {7, narrow}, {7, wide}),
    lora("lorawan-au915-dr6", "SF8 at 500 kHz, 400 ms", 222, au915, {8, wide}, {7, wide}),
    hopping("lorawan-au915-dr7", "LR-FHSS 1/3 in 1.523 MHz", 50, au915_hopping, third, {11, wide}),
    lora("lorawan-as923-dr2", "SF10 at 125 kHz, 400 ms", 11, as923, {10, narrow}),
    lora("lorawan-as923-dr3", "SF9 at 125 kHz, 400 ms", 53, as923, {9, narrow}),
    lora("lorawan-as923-dr4", "SF8 at 125 kHz, 400 ms", 125, as923, {8, narrow}),
    lora("lorawan-as923-dr5", "SF7 at 125 kHz, 400 ms", 222, as923, {7, narrow}),
    lora("lorawan-as923-dr6", "SF7 at 250 kHz, 400 ms", 222, as923, {7, middle}),
    lora("lorawan-in865-dr0", "SF12 at 125 kHz", 51, in865, {12, narrow}),
    lora("lorawan-in865-dr1", "SF11 at 125 kHz", 51, in865, {11, narrow}),
    lora("lorawan-in865-dr2", "SF10 at 125 kHz", 51, in865, {10, narrow}),
    lora("lorawan-in865-dr3", "SF9 at 125 kHz", 115, in865, {9, narrow}),
    lora("lorawan-in865-dr4", "SF8 at 125 kHz", 222, in865, {8, narrow}),
    lora("lorawan-in865-dr5", "SF7 at 125 kHz", 222, in865, {7, narrow}),
    lora("lorawan-kr920-dr0", "SF12 at 125 kHz", 51, kr920, {12, narrow}),
    lora("lorawan-kr920-dr1", "SF11 at 125 kHz", 51, kr920, {11, narrow}),
    lora("lorawan-kr920-dr2", "SF10 at 125 kHz", 51, kr920, {10, narrow}),
    lora("lorawan-kr920-dr3", "SF9 at 125 kHz", 115, kr920, {9, narrow}),
    lora("lorawan-kr920-dr4", "SF8 at 125 kHz", 222, kr920, {8, narrow}),
    lora("lorawan-kr920-dr5", "SF7 at 125 kHz", 222, kr920, {7, narrow}),
    lora("lorawan-cn470-dr1", "SF11 at 125 kHz, 1 s", 23, cn470, {11, narrow}),
    lora("lorawan-cn470-dr2", "SF10 at 125 kHz, 1 s", 86, cn470, {10, narrow}),
    lora("lorawan-cn470-dr3", "SF9 at 125 kHz, 1 s", 184, cn470, {9, narrow}),
    lora("lorawan-cn470-dr4", "SF8 at 125 kHz, 1 s", 222, cn470, {8, narrow}),
    lora("lorawan-cn470-dr5", "SF7 at 125 kHz, 1 s", 222, cn470, {7, narrow}),
    lora("lorawan-ru864-dr0", "SF12 at 125 kHz", 51, ru864, {12, narrow}),
    lora("lorawan-ru864-dr1", "SF11 at 125 kHz", 51, ru864, {11, narrow}),
    lora("lorawan-ru864-dr2", "SF10 at 125 kHz", 51, ru864, {10, narrow}),
    lora("lorawan-ru864-dr3", "SF9 at 125 kHz", 115, ru864, {9, narrow}),
    lora("lorawan-ru864-dr4", "SF8 at 125 kHz", 222, ru864, {8, narrow}),
    lora("lorawan-ru864-dr5", "SF7 at 125 kHz", 222, ru864, {7, narrow}),
    lora("lorawan-ru864-dr6", "SF7 at 250 kHz", 222, ru864, {7, middle}),
};

}  // namespace

std::span<const Radio> lorawan_radios() {
  return known;
}

}  // namespace terse::airtime
