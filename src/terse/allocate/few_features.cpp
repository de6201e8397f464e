#include "terse/allocate/few_features.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "terse/allocate/mean_targets.h"
#include "terse/allocate/tree_cuts.h"
#include "terse/base/error.h"
#include "terse/quantize/kmeans.h"

namespace terse::allocate {
namespace {

constexpr std::size_t begun_max = 2;  // how many of one size are added to
constexpr double tolerance = 1e-9;
// Levels of a further feature.
constexpr std::size_t further_levels[] = {2, 3, 4, 6, 8, 12, 16, 32, 64};

// Readings of one feature, one column.
base::Matrix column_of(const base::Matrix& inputs, std::size_t feature) {
  base::Matrix column(inputs.rows(), 1);
  for (std::size_t row = 0; row < inputs.rows(); ++row) column(row, 0) = inputs(row, feature);
  return column;
}

// Rows x outputs: a number, or 1 at the class.
base::Matrix target_columns(const ShrinkingNetwork& network, const Task& task) {
  base::Matrix columns(network.targets.size(), task.outputs());
  for (std::size_t row = 0; row < columns.rows(); ++row) {
    const float target = network.targets[row];
    if (task.classes == 0) {
      columns(row, 0) = target;
    } else {
      columns(row, static_cast<std::size_t>(target)) = 1.0F;
    }
  }
  return columns;
}

// Ascending and distinct, so perhaps fewer than levels - 1.
std::vector<float> thresholds_of(const ShrinkingNetwork& network, const Task& task,
                                 std::size_t feature, std::size_t levels, Cuts cuts) {
  const base::Matrix column = column_of(network.inputs, feature);
  if (cuts == Cuts::tree) {
    return tree_cuts(column.values(), target_columns(network, task), network.weights, levels);
  }
  const std::size_t wanted[] = {levels};
  const quantize::Thresholds found = cuts == Cuts::clusters
                                         ? quantize::kmeans_thresholds(column, wanted)
                                         : quantize::quantile_thresholds(column, wanted);
  std::vector<float> own(found.values.begin(), found.values.end());
  std::ranges::sort(own);
  own.erase(std::unique(own.begin(), own.end()), own.end());
  return own;
}

/// One feature of a message.
struct Part {
  std::size_t feature;
  std::size_t levels;
  Cuts cuts;
  auto operator<=>(const Part&) const = default;
};

std::size_t levels_within(double bits) {
  const double levels = std::floor(std::exp2(std::max(0.0, bits)) + tolerance);
  return static_cast<std::size_t>(std::min(levels, static_cast<double>(quantize::levels_max)));
}

class Search {
 public:
  Search(std::span<const ShrinkingNetwork> networks, double bits, const Task& task)
      : networks_(networks), bits_(bits), task_(task) {
    const LevelTable& table = networks.front().table;
    for (std::size_t f = 0; f < table.features(); ++f) {
      const FeatureShape& shape = table.shapes[f];
      if (!shape.categorical && shape.special == 0) plain_.push_back(f);
    }
  }

  std::vector<FewFeatures> best_of_each_size() {
    std::vector<FewFeatures> result;
    std::vector<Message> begun = singles();
    while (!begun.empty()) {
      result.push_back(described(begun.front()));
      begun.resize(std::min(begun.size(), begun_max));
      begun = begun.front().parts.size() == 3 ? std::vector<Message>{} : with_another(begun);
    }
    std::ranges::stable_sort(result, {}, &FewFeatures::loss);
    return result;
  }

 private:
  struct Message {
    std::vector<Part> parts;
    double loss = 0.0;
  };

  std::vector<Message> singles() {
    std::vector<Message> found;
    const std::size_t levels = levels_within(bits_);
    for (const std::size_t feature : plain_) {
      for (const Cuts cuts : {Cuts::quantiles, Cuts::clusters, Cuts::tree}) {
        found.push_back(measured({{feature, levels, cuts}}));
      }
    }
    std::ranges::stable_sort(found, {}, &Message::loss);
    return one_of_each_feature(std::move(found));
  }

  static std::vector<Message> one_of_each_feature(std::vector<Message> sorted) {
    std::vector<Message> kept;
    for (Message& message : sorted) {
      const std::size_t feature = message.parts.front().feature;
      const auto same = [feature](const Message& m) { return m.parts.front().feature == feature; };
      if (std::ranges::none_of(kept, same)) kept.push_back(std::move(message));
    }
    return kept;
  }

  // Some bits of the first feature go to a further one.
  std::vector<Message> with_another(const std::vector<Message>& begun) {
    std::vector<Message> found;
    for (const Message& message : begun) {
      for (const std::size_t feature : plain_) {
        if (std::ranges::any_of(message.parts, [&](const Part& p) { return p.feature == feature; }))
          continue;
        for (const std::size_t levels : further_levels) {
          std::vector<Part> parts = message.parts;
          double left = bits_ - std::log2(static_cast<double>(levels));
          for (std::size_t i = 1; i < parts.size(); ++i) {
            left -= std::log2(static_cast<double>(parts[i].levels));
          }
          parts.front().levels = levels_within(left);
          if (parts.front().levels < levels) break;
          for (const Cuts cuts : {Cuts::tree, Cuts::quantiles}) {
            std::vector<Part> more = parts;
            more.push_back({feature, levels, cuts});
            found.push_back(measured(std::move(more)));
          }
        }
      }
    }
    std::ranges::stable_sort(found, {}, &Message::loss);
    return found;
  }

  Message measured(std::vector<Part> parts) {
    double loss = 0.0;
    for (std::size_t n = 0; n < networks_.size(); ++n) {
      MeanTargets means = begun_with(n, std::span(parts).first(parts.size() - 1));
      means.split(codes(n, parts.back()));
      loss += means.measured_loss() / static_cast<double>(networks_.size());
    }
    return {std::move(parts), loss};
  }

  // Many messages begin alike.
  const MeanTargets& begun_with(std::size_t network, std::span<const Part> parts) {
    const std::pair key(network, std::vector<Part>(parts.begin(), parts.end()));
    auto known = begun_.find(key);
    if (known == begun_.end()) {
      MeanTargets means(networks_[network], task_);
      for (const Part& part : parts) means.split(codes(network, part));
      known = begun_.emplace(key, std::move(means)).first;
    }
    return known->second;
  }

  const FeatureCodes& codes(std::size_t network, const Part& part) {
    const std::pair key(network, part);
    auto known = codes_.find(key);
    if (known == codes_.end()) {
      const ShrinkingNetwork& own = networks_[network];
      const auto thresholds = thresholds_of(own, task_, part.feature, part.levels, part.cuts);
      known = codes_.emplace(key, feature_codes(own, part.feature, thresholds)).first;
    }
    return known->second;
  }

  static FewFeatures described(const Message& message) {
    FewFeatures few{.features = {}, .levels = {}, .cuts = {}, .loss = message.loss};
    for (const Part& part : message.parts) {
      few.features.push_back(part.feature);
      few.levels.push_back(part.levels);
      few.cuts.push_back(part.cuts);
    }
    return few;
  }

  std::span<const ShrinkingNetwork> networks_;
  double bits_;
  const Task& task_;
  std::vector<std::size_t> plain_;
  // Of each network:
  std::map<std::pair<std::size_t, Part>, FeatureCodes> codes_;
  std::map<std::pair<std::size_t, std::vector<Part>>, MeanTargets> begun_;
};

// Cuts one feature anew. The row of a level: the mean over the training rows on it, or without any
// that of the level at its lower end.
void cut(LevelTable& table, std::size_t feature, const std::vector<float>& thresholds,
         const base::Matrix& inputs) {
  LevelTable result;
  result.bias = table.bias;
  result.layers = table.layers;
  result.shapes = table.shapes;
  std::vector<float> rows;
  const std::size_t units = table.units();
  for (std::size_t f = 0; f < table.features(); ++f) {
    const std::size_t first = table.first_row(f);
    if (f != feature) {
      result.thresholds.add_feature(table.thresholds.of(f));
      const float* begin = table.rows.values().data() + first * units;
      rows.insert(rows.end(), begin, begin + table.levels(f) * units);
      continue;
    }
    const auto before = table.thresholds.of(f);
    const auto level_of = [](std::span<const float> own, float reading) {
      return static_cast<std::size_t>(std::ranges::lower_bound(own, reading) - own.begin());
    };
    std::vector<std::vector<std::size_t>> counts(thresholds.size() + 1,
                                                 std::vector<std::size_t>(before.size() + 1));
    for (std::size_t row = 0; row < inputs.rows(); ++row) {
      const float reading = inputs(row, f);
      ++counts[level_of(thresholds, reading)][level_of(before, reading)];
    }
    for (std::size_t level = 0; level < counts.size(); ++level) {
      std::vector<double> sums(units);
      double count = 0.0;
      if (std::accumulate(counts[level].begin(), counts[level].end(), std::size_t{0}) == 0) {
        ++counts[level][level == 0 ? 0 : level_of(before, thresholds[level - 1])];
      }
      for (std::size_t old = 0; old < counts[level].size(); ++old) {
        const auto share = static_cast<double>(counts[level][old]);
        count += share;
        const auto row = std::as_const(table.rows).row(first + old);
        for (std::size_t u = 0; u < units; ++u) sums[u] += share * static_cast<double>(row[u]);
      }
      for (const double sum : sums) rows.push_back(static_cast<float>(sum / count));
    }
    result.thresholds.add_feature(thresholds);
  }
  result.rows = base::Matrix(rows.size() / units, units);
  std::ranges::copy(rows, result.rows.values().begin());
  table = std::move(result);
}

}  // namespace

std::vector<FewFeatures> few_features(std::span<const ShrinkingNetwork> networks, double bits,
                                      const Task& task) {
  TERSE_CHECK(!networks.empty());
  if (bits < 1.0) return {};
  return Search(networks, bits, task).best_of_each_size();
}

ShrinkingNetwork with_few_features(const ShrinkingNetwork& network, const FewFeatures& few,
                                   const Task& task) {
  ShrinkingNetwork result = network;
  std::vector<LevelGroups> groups;
  for (std::size_t f = 0; f < network.table.features(); ++f) {
    LevelGroups group(network.table.levels(f));
    const bool kept = std::ranges::find(few.features, f) != few.features.end();
    if (kept) std::iota(group.begin(), group.end(), std::size_t{0});
    groups.push_back(std::move(group));
  }
  merge(result, groups);
  for (std::size_t i = 0; i < few.features.size(); ++i) {
    cut(result.table, few.features[i],
        thresholds_of(network, task, few.features[i], few.levels[i], few.cuts[i]), result.inputs);
  }
  return result;
}

}  // namespace terse::allocate
