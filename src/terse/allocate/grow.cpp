#include "terse/allocate/grow.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include "terse/allocate/shrink.h"
#include "terse/base/random.h"
#include "terse/boosted/boosting.h"
#include "terse/quantize/encode.h"

namespace terse::allocate {
namespace {

constexpr std::uint64_t sample_stream = 902;
constexpr std::size_t levels_max = 256;
constexpr std::size_t per_feature_max = 2;
constexpr double bits_per_step_min = 2.0;

/// A threshold that might be added.
struct Candidate {
  std::size_t feature = 0;
  float threshold = 0.0F;
  double gain = 0.0;
};

class Growth {
 public:
  Growth(base::ConstMatrixView inputs, std::span<const float> targets, const GrowOptions& options,
         const std::function<void(unsigned)>& on_round)
      : options_(options), on_round_(on_round), thresholds_(inputs.columns) {
    std::vector<std::uint32_t> order(inputs.rows);
    std::iota(order.begin(), order.end(), 0U);
    base::Random(options.seed, sample_stream).shuffle(order);
    const std::size_t rows = std::min(options.rows_max, inputs.rows);
    inputs_ = base::Matrix(rows, inputs.columns);
    for (std::size_t i = 0; i < rows; ++i) {
      std::ranges::copy(inputs.row(order[i]), inputs_.row(i).begin());
      targets_.push_back(targets[order[i]]);
    }
  }

  std::vector<std::size_t> levels() const {
    std::vector<std::size_t> result;
    for (const auto& thresholds : thresholds_) result.push_back(thresholds.size() + 1);
    return result;
  }

  /// Whether anything was added.
  bool step(double bits_to_add) {
    std::vector<Candidate> found = candidates(rest());
    std::ranges::stable_sort(found, std::greater<>(),
                             [&](const Candidate& c) { return c.gain / bits_of(c.feature); });
    std::vector<std::size_t> added(thresholds_.size());
    double bits = 0.0;
    for (const Candidate& candidate : found) {
      std::vector<float>& own = thresholds_[candidate.feature];
      if (bits >= bits_to_add) break;
      if (added[candidate.feature] == per_feature_max || own.size() + 1 == levels_max) continue;
      if (std::ranges::find(own, candidate.threshold) != own.end()) continue;
      bits += bits_of(candidate.feature);
      ++added[candidate.feature];
      own.insert(std::ranges::upper_bound(own, candidate.threshold), candidate.threshold);
    }
    return bits > 0.0;
  }

 private:
  // Of one more level.
  double bits_of(std::size_t feature) const {
    const auto levels = static_cast<double>(thresholds_[feature].size() + 1);
    return std::log2((levels + 1.0) / levels);
  }

  boosted::BoostingOptions boosting(unsigned rounds) const {
    boosted::BoostingOptions result;
    result.rounds_max = rounds;
    result.depth_max = 6;
    result.learning_rate = 0.15;
    result.leaf_weight_min = 5.0;
    result.seed = options_.seed;
    result.on_round = on_round_;
    return result;
  }

  // What trees on the codes leave of the targets.
  std::vector<float> rest() const {
    quantize::Thresholds thresholds;
    for (const auto& own : thresholds_) thresholds.add_feature(own);
    if (thresholds.values.empty()) return targets_;
    std::vector<quantize::Code> codes(inputs_.rows() * inputs_.columns());
    quantize::Encoder(thresholds).encode(inputs_, codes);
    base::Matrix numbers(inputs_.rows(), inputs_.columns());
    std::ranges::copy(codes, numbers.values().begin());
    const auto grown = boosted::boost({.inputs = numbers, .targets = targets_}, {},
                                      boosting(options_.code_rounds));
    std::vector<float> rest = targets_;
    for (std::size_t r = 0; r < rest.size(); ++r) {
      rest[r] -= model::decoder::predict(grown.trees, numbers.row(r));
    }
    return rest;
  }

  std::vector<Candidate> candidates(const std::vector<float>& rest) const {
    const auto grown =
        boosted::boost({.inputs = inputs_, .targets = rest}, {}, boosting(options_.look_rounds));
    std::map<std::pair<std::size_t, float>, double> gains;
    for (std::size_t node = 0; node < grown.trees.nodes.size(); ++node) {
      const model::decoder::TreeNode& split = grown.trees.nodes[node];
      if (split.left == 0 || !(grown.gains[node] > 0.0)) continue;
      // Trees send x < split to the left, a code counts thresholds with x > threshold.
      const float below = std::nextafter(split.value, -std::numeric_limits<float>::infinity());
      gains[{split.feature, below}] += grown.gains[node];
    }
    std::vector<Candidate> found;
    for (const auto& [where, gain] : gains) found.push_back({where.first, where.second, gain});
    return found;
  }

  const GrowOptions& options_;
  const std::function<void(unsigned)>& on_round_;
  base::Matrix inputs_;
  std::vector<float> targets_;
  std::vector<std::vector<float>> thresholds_;
};

}  // namespace

std::vector<std::size_t> grown_levels(base::ConstMatrixView inputs, std::span<const float> targets,
                                      const GrowOptions& options,
                                      const std::function<void(unsigned)>& on_round) {
  Growth growth(inputs, targets, options, on_round);
  while (true) {
    const double bits = information_bits(growth.levels());
    if (bits >= options.bits) return growth.levels();
    const double add = std::max(bits_per_step_min, options.share * bits);
    if (!growth.step(std::min(add, options.bits - bits))) return growth.levels();
  }
}

}  // namespace terse::allocate
