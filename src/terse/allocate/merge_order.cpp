#include "terse/allocate/merge_order.h"

#include <limits>

namespace terse::allocate {

MergeOrder::MergeOrder(const LevelTable& table, std::size_t feature,
                       std::span<const std::size_t> counts, std::span<const double> weights)
    : table_(table),
      counts_(counts),
      weights_(weights),
      first_row_(table.first_row(feature)),
      numeric_(table.numeric_levels(feature)),
      categories_(table.shapes[feature].categories()),
      other_(table.shapes[feature].other) {
  for (std::size_t k = 0; k < table.levels(feature); ++k) {
    const std::vector<std::size_t> rows{first_row_ + k};
    clusters_.push_back({rows, MeanRow(table, rows, counts)});
  }
}

LevelGroups MergeOrder::groups() const {
  std::size_t levels = 0;
  for (const Cluster& cluster : clusters_) levels += cluster.members.size();
  LevelGroups groups(levels);
  for (std::size_t c = 0; c < clusters_.size(); ++c) {
    for (const std::size_t row : clusters_[c].members) groups[row - first_row_] = c;
  }
  return groups;
}

void MergeOrder::merge_cheapest() {
  if (numeric_ > 1) {
    merge_neighbours();
  } else if (categories_ > 1) {
    merge_categories();
  } else {
    join_all();
  }
}

double MergeOrder::cost(const Cluster& a, const Cluster& b) const {
  const double both = a.mean.count + b.mean.count;
  if (both == 0.0) return 0.0;
  double distance = 0.0;
  for (std::size_t u = 0; u < weights_.size(); ++u) {
    const double difference = a.mean.values[u] - b.mean.values[u];
    distance += weights_[u] * difference * difference;
  }
  return distance * a.mean.count * b.mean.count / both;
}

// b's members go to a.
void MergeOrder::join(std::size_t a, std::size_t b) {
  std::vector<std::size_t>& members = clusters_[a].members;
  const std::vector<std::size_t>& more = clusters_[b].members;
  members.insert(members.end(), more.begin(), more.end());
  clusters_[a].mean = MeanRow(table_, members, counts_);
  clusters_.erase(clusters_.begin() + static_cast<std::ptrdiff_t>(b));
}

void MergeOrder::join_all() {
  while (clusters_.size() > 1) join(0, clusters_.size() - 1);
}

void MergeOrder::merge_neighbours() {
  std::size_t best = 0;
  double best_cost = std::numeric_limits<double>::infinity();
  for (std::size_t c = 0; c + 1 < numeric_; ++c) {
    const double now = cost(clusters_[c], clusters_[c + 1]);
    if (now >= best_cost) continue;
    best_cost = now;
    best = c;
  }
  join(best, best + 1);
  --numeric_;
}

// The cheapest category joins "any other", or the cheapest two become it.
void MergeOrder::merge_categories() {
  std::size_t best = 0;
  std::size_t partner = other_ ? categories_ : 1;
  double best_cost = std::numeric_limits<double>::infinity();
  for (std::size_t a = 0; a < categories_; ++a) {
    for (std::size_t b = other_ ? categories_ : a + 1; b < categories_ + (other_ ? 1 : 0); ++b) {
      const double now = cost(clusters_[a], clusters_[b]);
      if (now >= best_cost) continue;
      best_cost = now;
      best = a;
      partner = b;
    }
  }
  if (!other_ && categories_ == 2) {
    join_all();
    return;
  }
  join(partner, best);
  if (other_) {
    --categories_;
    return;
  }
  // The new level goes behind the other categories.
  const std::size_t joined = partner - 1;
  Cluster other = std::move(clusters_[joined]);
  clusters_.erase(clusters_.begin() + static_cast<std::ptrdiff_t>(joined));
  categories_ -= 2;
  clusters_.insert(clusters_.begin() + static_cast<std::ptrdiff_t>(categories_), std::move(other));
  other_ = true;
}

}  // namespace terse::allocate
