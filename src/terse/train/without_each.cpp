#include "terse/train/without_each.h"

#include <limits>

#include "terse/base/error.h"

namespace terse::train {
namespace {

struct Reading {
  Substitute substitute;
  float value;
};

Reading reading_without(const model::Feature& feature) {
  if (feature.missing_level) {
    return {Substitute::missing_level, std::numeric_limits<float>::quiet_NaN()};
  }
  if (feature.unseen_level) {
    return {Substitute::unseen_level, static_cast<float>(feature.categories.size())};
  }
  if (!feature.categories.empty()) return {Substitute::nothing, 0.0F};
  return {Substitute::mean, static_cast<float>(feature.mean)};
}

}  // namespace

std::string_view name(Substitute substitute) {
  switch (substitute) {
    case Substitute::missing_level:
      return "missing level";
    case Substitute::unseen_level:
      return "unseen level";
    case Substitute::mean:
      return "mean";
    case Substitute::nothing:
      return "nothing";
  }
  TERSE_CHECK(false);
}

std::vector<WithoutFeature> evaluate_without_each(const model::Model& model,
                                                  const data::Table& table,
                                                  std::span<const std::uint32_t> rows) {
  std::vector<WithoutFeature> result;
  data::Table changed = table;
  for (std::size_t f = 0; f < model.readings(); ++f) {
    const Reading reading = reading_without(model.features[f]);
    result.push_back({f, reading.substitute, {}});
    if (reading.substitute == Substitute::nothing) continue;
    for (const std::uint32_t row : rows) changed.features(row, f) = reading.value;
    result.back().metrics = evaluate(model, changed, rows);
    for (const std::uint32_t row : rows) changed.features(row, f) = table.features(row, f);
  }
  return result;
}

}  // namespace terse::train
