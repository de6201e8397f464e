#include "terse/export/c/cost.h"

#include <algorithm>

#include "terse/export/c/keys.h"
#include "terse/export/c/rows.h"

namespace terse::export_c {
namespace {

struct Measured {
  std::string_view core;
  Form form;
  export_text::ReadingType type;
  unsigned bits;
  double flash_few;   // bytes at 6 features
  double flash_many;  // at 81
  double time_few;
  double time_many;
  std::size_t stack;
};

constexpr double features_few = 6.0;
constexpr double features_many = 81.0;

// Printed by: python3 tests/peers/device/bench.py TERSE WRITE_MODELS --costs
constexpr Measured measured[] = {
    {"ATmega328P", Form::size, export_text::ReadingType::int16, 2, 108, 562, 233, 2785, 4},
    {"ATmega328P", Form::size, export_text::ReadingType::int16, 3, 188, 1236, 342, 4221, 4},
    {"ATmega328P", Form::size, export_text::ReadingType::int16, 4, 286, 2534, 403, 5011, 6},
    {"ATmega328P", Form::speed, export_text::ReadingType::int16, 2, 222, 3256, 104, 1411, 4},
    {"ATmega328P", Form::speed, export_text::ReadingType::int16, 3, 484, 6690, 155, 1890, 4},
    {"ATmega328P", Form::speed, export_text::ReadingType::int16, 4, 1018, 14124, 166, 2320, 4},
    {"ATmega328P", Form::size, export_text::ReadingType::uint8, 2, 78, 308, 167, 1894, 4},
    {"ATmega328P", Form::size, export_text::ReadingType::uint8, 3, 130, 654, 252, 3006, 4},
    {"ATmega328P", Form::size, export_text::ReadingType::uint8, 4, 168, 1300, 281, 3472, 4},
    {"ATmega328P", Form::size, export_text::ReadingType::float32, 2, 312, 1216, 643, 7736, 16},
    {"ATmega328P", Form::size, export_text::ReadingType::float32, 3, 466, 2564, 895, 11005, 17},
    {"ATmega328P", Form::size, export_text::ReadingType::float32, 4, 648, 5154, 1004, 12633, 16},
    {"Cortex-M0", Form::size, export_text::ReadingType::int16, 2, 132, 584, 270, 3232, 32},
    {"Cortex-M0", Form::size, export_text::ReadingType::int16, 3, 196, 1248, 327, 3991, 32},
    {"Cortex-M0", Form::size, export_text::ReadingType::int16, 4, 288, 2544, 337, 4162, 32},
    {"Cortex-M0", Form::speed, export_text::ReadingType::int16, 2, 276, 4968, 111, 1747, 12},
    {"Cortex-M0", Form::speed, export_text::ReadingType::int16, 3, 584, 8724, 155, 2208, 20},
    {"Cortex-M0", Form::speed, export_text::ReadingType::int16, 4, 1128, 15780, 185, 2546, 16},
    {"Cortex-M0", Form::size, export_text::ReadingType::uint8, 2, 104, 328, 227, 2627, 32},
    {"Cortex-M0", Form::size, export_text::ReadingType::uint8, 3, 144, 672, 300, 3628, 32},
    {"Cortex-M0", Form::size, export_text::ReadingType::uint8, 4, 188, 1316, 294, 3558, 32},
    {"Cortex-M0", Form::size, export_text::ReadingType::float32, 2, 180, 1080, 307, 3832, 20},
    {"Cortex-M0", Form::size, export_text::ReadingType::float32, 3, 296, 2400, 390, 4843, 32},
    {"Cortex-M0", Form::size, export_text::ReadingType::float32, 4, 480, 4984, 374, 4762, 20},
    {"RV32IMAC", Form::size, export_text::ReadingType::int16, 2, 128, 580, 132, 1690, 0},
    {"RV32IMAC", Form::size, export_text::ReadingType::int16, 3, 208, 1260, 170, 2168, 0},
    {"RV32IMAC", Form::size, export_text::ReadingType::int16, 4, 284, 2544, 166, 2156, 0},
    {"RV32IMAC", Form::speed, export_text::ReadingType::int16, 2, 296, 4120, 48, 624, 0},
    {"RV32IMAC", Form::speed, export_text::ReadingType::int16, 3, 596, 8280, 67, 874, 0},
    {"RV32IMAC", Form::speed, export_text::ReadingType::int16, 4, 1292, 21496, 78, 1131, 0},
    {"RV32IMAC", Form::size, export_text::ReadingType::uint8, 2, 104, 324, 107, 1365, 0},
    {"RV32IMAC", Form::size, export_text::ReadingType::uint8, 3, 160, 684, 145, 1843, 0},
    {"RV32IMAC", Form::size, export_text::ReadingType::uint8, 4, 188, 1320, 141, 1831, 0},
    {"RV32IMAC", Form::size, export_text::ReadingType::float32, 2, 184, 1084, 149, 1894, 0},
    {"RV32IMAC", Form::size, export_text::ReadingType::float32, 3, 320, 2420, 187, 2372, 0},
    {"RV32IMAC", Form::size, export_text::ReadingType::float32, 4, 492, 5000, 183, 2360, 0},
};

/// The measured type that compiles to the same loop.
export_text::ReadingType measured_type(const KeyKind& kind) {
  if (kind.bytes == 1 && kind.shift == 0) return export_text::ReadingType::uint8;
  return kind.type == export_text::ReadingType::uint16 ? export_text::ReadingType::int16
                                                       : kind.type;
}

bool has_measured_shape(const Encoder& encoder) {
  const auto bits = uniform_bits(encoder);
  if (!bits || encoder.radix() || packs_ten_bits(encoder)) return false;
  const KeyKind kind = key_kinds(encoder).distinct.front();
  return !kind.descending && kind.shift == 0;
}

std::size_t between(double few, double many, std::size_t features) {
  const double step = (many - few) / (features_many - features_few);
  const double value = few + step * (static_cast<double>(features) - features_few);
  return static_cast<std::size_t>(std::max(0.0, value) + 0.5);
}

}  // namespace

std::vector<DeviceCost> expected_costs(const Encoder& encoder) {
  std::vector<DeviceCost> costs;
  if (!has_measured_shape(encoder)) return costs;
  const std::size_t features = encoder.features.size();
  const export_text::ReadingType type = measured_type(key_kinds(encoder).distinct.front());
  for (const Measured& row : measured) {
    if (row.form != encoder.form || row.bits != uniform_bits(encoder) || row.type != type) {
      continue;
    }
    costs.push_back({row.core, between(row.flash_few, row.flash_many, features), row.stack,
                     between(row.time_few, row.time_many, features),
                     row.core == "RV32IMAC" ? "instructions" : "cycles"});
  }
  return costs;
}

std::size_t table_bytes(const Encoder& encoder) {
  if (encoder.form != Form::size) return 0;
  const std::size_t features = encoder.features.size();
  if (row_bits(encoder)) {
    std::size_t elements = 0;
    for (std::size_t f = 0; f < features; ++f) elements += row_elements(encoder, f);
    const std::size_t runs = runs_of(encoder).size();
    return elements * element_bytes(encoder) + (runs > 0 ? 3 * runs + 3 : 0);
  }
  const MixedLists lists = mixed_lists(encoder);
  std::size_t bytes = lists.count() * features;
  for (const export_text::DeviceFeature& feature : encoder.features) {
    bytes += feature.thresholds.size() * feature.bytes;
  }
  return bytes;
}

}  // namespace terse::export_c
