// The order in which the levels of one feature merge: cheapest first. Inside room allocate.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "terse/allocate/level_table.h"
#include "terse/allocate/merged_levels.h"

namespace terse::allocate {

/// Merges the levels of one feature step by step (merge_cost.h names the criterion).
class MergeOrder {
 public:
  /// counts: rows per level of the table; weights: one per unit. All three must outlive this.
  MergeOrder(const LevelTable& table, std::size_t feature, std::span<const std::size_t> counts,
             std::span<const double> weights);

  std::size_t levels() const { return clusters_.size(); }
  LevelGroups groups() const;
  /// One level less, or, where special levels would be left with nothing to tell apart, one in all.
  void merge_cheapest();

 private:
  /// Levels that are one.
  struct Cluster {
    std::vector<std::size_t> members;
    MeanRow mean;
  };
  double cost(const Cluster& a, const Cluster& b) const;
  void join(std::size_t a, std::size_t b);
  void join_all();
  void merge_neighbours();
  void merge_categories();

  const LevelTable& table_;
  std::span<const std::size_t> counts_;
  std::span<const double> weights_;
  std::size_t first_row_;
  std::size_t numeric_;     ///< clusters between thresholds
  std::size_t categories_;  ///< clusters of one category each, after those
  bool other_;              ///< whether a cluster for any other follows
  std::vector<Cluster> clusters_;
};

}  // namespace terse::allocate
