#include "terse/model/message_difference.h"

#include <algorithm>
#include <bit>
#include <vector>

#include "terse/text/quoting.h"

namespace terse::model {
namespace {

std::vector<std::size_t> sent_features(const Model& model) {
  std::vector<std::size_t> result;
  const std::vector<bool> sent = model.sent();
  for (std::size_t f = 0; f < sent.size(); ++f) {
    if (sent[f]) result.push_back(f);
  }
  return result;
}

bool same_bits(std::span<const float> one, std::span<const float> other) {
  return std::ranges::equal(one, other, [](float a, float b) {
    return std::bit_cast<std::uint32_t>(a) == std::bit_cast<std::uint32_t>(b);
  });
}

std::string feature_difference(const Feature& one, const Feature& other) {
  if (one.origin != other.origin) return "the origin";
  if (one.categories != other.categories) return "the categories";
  if (one.unseen_level != other.unseen_level) return "the code for other categories";
  if (one.missing_level != other.missing_level) return "the code for a missing reading";
  return {};
}

}  // namespace

std::string message_difference(const Model& one, const Model& other) {
  if (one.full_precision() != other.full_precision()) return "readings in place of codes";
  if (one.tag != other.tag) return "the tag";
  if (one.packing != other.packing && !one.full_precision()) return "the packing";
  const std::vector<std::size_t> features = sent_features(one);
  const std::vector<std::size_t> others = sent_features(other);
  if (features.size() != others.size()) return "the number of features that are sent";
  for (std::size_t i = 0; i < features.size(); ++i) {
    const Feature& feature = one.features[features[i]];
    const std::string name = text::in_quotes(feature.name);
    if (feature.name != other.features[others[i]].name) return "the place of feature " + name;
    const std::string what = feature_difference(feature, other.features[others[i]]);
    if (!what.empty()) return what + " of feature " + name;
    if (!same_bits(one.thresholds.of(features[i]), other.thresholds.of(others[i]))) {
      return "the thresholds of feature " + name;
    }
  }
  return {};
}

}  // namespace terse::model
