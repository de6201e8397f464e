#include "terse/export/c/vectors.h"

#include <algorithm>

#include "terse/base/random.h"

namespace terse::export_c {
namespace {

constexpr std::size_t vector_count = 32;
constexpr std::uint64_t vector_seed = 1;

std::int64_t least(export_text::ReadingType type) {
  return export_text::held_min(type) +
         (type == export_text::ReadingType::float32 ? 1 : 0);  // no infinity
}

std::int64_t largest(export_text::ReadingType type) {
  return export_text::held_max(type) - (type == export_text::ReadingType::float32 ? 1 : 0);
}

std::int64_t limited(const export_text::DeviceFeature& feature, std::int64_t held) {
  return std::clamp(held, least(feature.input.type), largest(feature.input.type));
}

std::int64_t near_threshold(const export_text::DeviceFeature& feature, base::Random& random) {
  if (feature.thresholds.empty()) return limited(feature, 0);
  const std::int64_t last =
      export_text::last_held(feature, random.below(feature.thresholds.size()));
  return limited(feature, last + static_cast<std::int64_t>(random.below(3)) - 1);
}

std::int64_t between_thresholds(const export_text::DeviceFeature& feature, base::Random& random) {
  if (feature.thresholds.empty()) return limited(feature, 0);
  const std::int64_t first = limited(feature, export_text::last_held(feature, 0));
  const std::int64_t last =
      limited(feature, export_text::last_held(feature, feature.thresholds.size() - 1));
  const std::int64_t low = std::min(first, last);
  const std::int64_t span = std::max(first, last) - low;
  const double share = 1.4 * random.uniform() - 0.2;
  return limited(feature, low + static_cast<std::int64_t>(share * static_cast<double>(span + 2)));
}

std::int64_t held_of(const export_text::DeviceFeature& feature, std::size_t vector,
                     base::Random& random) {
  switch (vector) {
    case 1:
      return least(feature.input.type);
    case 2:
      return largest(feature.input.type);
    case 3:
      return limited(feature, 0);
    default:
      break;
  }
  return vector % 2 == 0 ? between_thresholds(feature, random) : near_threshold(feature, random);
}

std::int64_t held_category(const model::Feature& feature, export_text::ReadingType type,
                           base::Random& random) {
  const std::size_t kinds = feature.categories.size() + (feature.unseen_level ? 1 : 0);
  const std::uint64_t place = random.below(kinds);
  return type == export_text::ReadingType::float32
             ? export_text::float_place(static_cast<float>(place))
             : static_cast<std::int64_t>(place);
}

quantize::Code code_of(const export_text::DeviceFeature& feature, std::int64_t held,
                       std::span<const float> thresholds) {
  if (feature.moved > 0) return feature.code(held);
  return quantize::code_of(export_text::library_reading(feature.input, held), thresholds);
}

}  // namespace

std::vector<TestVector> test_vectors(const model::Model& model, const Encoder& encoder) {
  base::Random random(vector_seed);
  const payload::Layout layout = encoder.layout();
  std::vector<TestVector> vectors(vector_count);
  for (std::size_t v = 0; v < vector_count; ++v) {
    std::vector<quantize::Code> codes;
    for (std::size_t f = 0; f < encoder.features.size(); ++f) {
      const export_text::DeviceFeature& feature = encoder.features[f];
      const model::Feature& facts = model.features[f];
      const std::int64_t held = facts.categories.empty()
                                    ? held_of(feature, v, random)
                                    : held_category(facts, feature.input.type, random);
      const bool missing = feature.missing_level && v > 3 && random.below(4) == 0;
      vectors[v].held.push_back(held);
      vectors[v].missing.push_back(missing);
      codes.push_back(missing ? static_cast<quantize::Code>(feature.levels() - 1)
                              : code_of(feature, held, export_text::device_thresholds(model, f)));
    }
    vectors[v].payload.resize(layout.bytes());
    layout.pack(codes, vectors[v].payload);
  }
  return vectors;
}

}  // namespace terse::export_c
