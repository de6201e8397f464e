#include "terse/export/c/vectors.h"

#include <algorithm>
#include <vector>

#include "terse/base/random.h"
#include "terse/model/forest.h"

namespace terse::export_c {
namespace {

constexpr std::size_t vector_count = 32;
constexpr std::size_t refused_count = 4;  // of an encoder that may refuse
constexpr std::uint64_t vector_seed = 1;

/// The readings that are neither infinite nor outside of the limits.
export_text::HeldRange range_of(const export_text::DeviceInput& input) {
  const std::int64_t infinity = input.type == export_text::ReadingType::float32 ? 1 : 0;
  export_text::HeldRange range{export_text::held_min(input.type) + infinity,
                               export_text::held_max(input.type) - infinity};
  if (const auto limits = input.simplified().limits) {
    range = {std::max(range.first, limits->first), std::min(range.last, limits->last)};
  }
  return range;
}

/// The reading next to a held value. The sentinel is within the limits.
std::int64_t limited(const export_text::DeviceFeature& feature, std::int64_t held) {
  const export_text::HeldRange range = range_of(feature.input);
  const std::int64_t within = std::clamp(held, range.first, range.last);
  return feature.input.takes(within) ? within : feature.input.sentinel->last + 1;
}

/// A held value that means a missing reading; the place of a NaN, or others, for float32.
std::int64_t no_reading(const export_text::DeviceInput& input, base::Random& random) {
  const export_text::DeviceInput simple = input.simplified();
  std::vector<std::int64_t> held;
  if (input.type == export_text::ReadingType::float32) held.push_back(0x7FC00000);
  if (simple.sentinel) held.push_back(simple.sentinel->first);
  const auto [lowest, highest] = export_text::limit_ends(input.type, simple.limits);
  if (lowest) held.push_back(*lowest - 1);
  if (highest) held.push_back(*highest + 1);
  return held[random.below(held.size())];
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
      return limited(feature, range_of(feature.input).first);
    case 2:
      return limited(feature, range_of(feature.input).last);
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

/// Of a reading.
quantize::Code code_of(const export_text::DeviceFeature& feature, std::int64_t held,
                       std::span<const float> thresholds) {
  if (feature.moved > 0) return feature.code(held);
  return quantize::code_of(export_text::library_reading(feature.input, held), thresholds);
}

/// What is computed of the readings before it.
void add_sum(const model::Model& model, std::size_t f, TestVector& vector,
             std::vector<quantize::Code>& codes) {
  const model::Forest& forest = *model.features[f].forest;
  std::vector<std::int16_t> inputs;
  for (const model::ForestInput& input : forest.inputs) {
    inputs.push_back(
        model::forest_input(input, export_text::float_at_place(vector.held[input.feature])));
  }
  const auto sum = static_cast<float>(model::forest_sum(forest, inputs));
  vector.held.push_back(export_text::float_place(sum));
  vector.missing.push_back(false);
  codes.push_back(quantize::code_of(sum, model.thresholds.of(f)));
}

/// One feature's share of a sample.
void add_held(const model::Model& model, const Encoder& encoder, std::size_t v,
              base::Random& random, TestVector& vector, std::vector<quantize::Code>& codes) {
  const std::size_t f = codes.size();
  const export_text::DeviceFeature& feature = encoder.features[f];
  const model::Feature& facts = model.features[f];
  if (facts.forest) return add_sum(model, f, vector, codes);
  std::int64_t held = facts.categories.empty() ? held_of(feature, v, random)
                                               : held_category(facts, feature.input.type, random);
  bool missing = feature.missing_level && v > 3 && random.below(4) == 0;
  vector.missing.push_back(missing);
  const export_text::DeviceInput simple = feature.input.simplified();
  const bool has_sentinel = simple.sentinel || simple.limits;
  if (feature.missing_level && has_sentinel && v > 3 && random.below(4) == 0) {
    held = no_reading(feature.input, random);
    missing = true;
  }
  vector.held.push_back(held);
  codes.push_back(missing ? static_cast<quantize::Code>(feature.levels() - 1)
                          : code_of(feature, held, export_text::device_thresholds(model, f)));
}

/// Takes the reading of one feature, the v-th of those that must have one, away.
void refuse(const model::Model& model, const Encoder& encoder, std::size_t v, base::Random& random,
            TestVector& vector) {
  std::vector<std::size_t> features;
  for (std::size_t f = 0; f < encoder.features.size(); ++f) {
    if (encoder.features[f].may_refuse()) features.push_back(f);
  }
  std::size_t f = features[v % features.size()];
  // A sum is missing where one of its readings is.
  if (model.features[f].forest) f = model.features[f].forest->inputs.front().feature;
  vector.held[f] = no_reading(encoder.features[f].input, random);
  vector.refused = true;
  vector.payload.clear();
}

}  // namespace

std::vector<TestVector> test_vectors(const model::Model& model, const Encoder& encoder) {
  base::Random random(vector_seed);
  const payload::Layout layout = encoder.layout();
  std::vector<TestVector> vectors(vector_count);
  for (std::size_t v = 0; v < vector_count; ++v) {
    std::vector<quantize::Code> codes;
    for (std::size_t f = 0; f < encoder.features.size(); ++f) {
      add_held(model, encoder, v, random, vectors[v], codes);
    }
    vectors[v].payload.resize(layout.bytes());
    layout.pack(codes, vectors[v].payload);
    if (encoder.may_refuse() && v + refused_count >= vector_count) {
      refuse(model, encoder, v, random, vectors[v]);
    }
  }
  return vectors;
}

}  // namespace terse::export_c
