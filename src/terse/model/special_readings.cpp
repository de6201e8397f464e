#include "terse/model/special_readings.h"

#include <algorithm>
#include <cmath>

#include "terse/base/error.h"

namespace terse::model {

SpecialReadings::SpecialReadings(const Model& model) : feature_count_(model.features.size()) {
  for (std::size_t f = 0; f < feature_count_; ++f) {
    const Feature& feature = model.features[f];
    if (feature.plain()) continue;
    features_.push_back({f, feature.categories.empty() ? model.thresholds.levels(f) : 0,
                         feature.special_levels() - (feature.missing_level ? 1 : 0),
                         feature.missing_level});
  }
}

bool SpecialReadings::takes(std::span<const float> readings) const {
  auto special = features_.begin();
  for (std::size_t f = 0; f < readings.size(); ++f) {
    const float reading = readings[f];
    if (special == features_.end() || special->index != f) {
      if (!std::isfinite(reading)) return false;
      continue;
    }
    const bool in_range = reading >= 0.0F && reading < static_cast<float>(special->categories) &&
                          reading == std::floor(reading);
    const bool number = special->numeric > 0 ? std::isfinite(reading) : in_range;
    if (!number && !(special->missing && std::isnan(reading))) return false;
    ++special;
  }
  return true;
}

// Counted from the first special level.
std::size_t SpecialReadings::special_level(const Special& special, float reading) const {
  if (std::isnan(reading)) {
    TERSE_CHECK(special.missing);
    return special.categories;
  }
  TERSE_CHECK(reading >= 0.0F && reading < static_cast<float>(special.categories));
  return static_cast<std::size_t>(reading);
}

void SpecialReadings::encode(base::ConstMatrixView readings,
                             std::span<quantize::Code> codes) const {
  for (const Special& special : features_) {
    for (std::size_t r = 0; r < readings.rows; ++r) {
      const float reading = readings(r, special.index);
      if (special.numeric > 0 && !std::isnan(reading)) continue;
      codes[r * feature_count_ + special.index] =
          static_cast<quantize::Code>(special.numeric + special_level(special, reading));
    }
  }
}

void SpecialReadings::expand(std::span<const float> readings, std::span<float> row) const {
  std::ranges::fill(row.subspan(feature_count_), 0.0F);
  std::size_t next = feature_count_;
  for (const Special& special : features_) {
    const float reading = readings[special.index];
    const bool number = special.numeric > 0 && !std::isnan(reading);
    if (!number) {
      row[special.index] = 0.0F;
      row[next + special_level(special, reading)] = 1.0F;
    }
    next += special.categories + (special.missing ? 1 : 0);
  }
}

}  // namespace terse::model
