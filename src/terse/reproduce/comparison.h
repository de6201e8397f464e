// The comparison of our results with the published ones, cell by cell.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "terse/quantize/method.h"
#include "terse/stats/interval.h"
#include "terse/study/summary.h"

namespace terse::reproduce {

/// Where our mean lies.
enum class Mark : std::uint8_t {
  not_run,
  better,  ///< below the published 95% interval
  inside,
  worse  ///< above it
};
/// "better" and so on.
std::string name(Mark mark);

struct ComparedCell {
  std::string data;
  quantize::Method method = quantize::Method::fp;
  unsigned bits = 0;
  stats::Interval published, ours;
  std::size_t splits = 0;  ///< ours that gave a loss
  Mark mark = Mark::not_run;
  double published_seconds = 0, our_seconds = 0;  ///< of one training
  std::size_t published_units = 0;
};

/// The fewest bits not significantly worse than fp by the paper's rule; nothing if no width is.
struct ComparedTippingPoint {
  std::string data;
  quantize::Method method = quantize::Method::fp;
  std::optional<unsigned> published, ours;
};

/// Table 2: the mean over all widths, and by how many percent a method's lies above bw-sq's.
struct ComparedAblation {
  std::string data;
  quantize::Method method = quantize::Method::fp;
  double published = 0, ours = 0;  ///< percent, for bw-sq the MSE itself; ours NaN if not all ran
};

struct Reproduction {
  std::vector<ComparedCell> cells;  ///< in the order of the publication's data sets and methods
  std::vector<ComparedTippingPoint> tipping_points;
  std::vector<ComparedAblation> ablations;
  /// Pairs of methods on one data set at one width whose published intervals are disjoint and which
  /// both ran, and how many of them our means put in the same order.
  std::size_t ranked_pairs = 0, ranked_alike = 0;
};

/// Null if there is none. fp has one cell, which stands for every width.
const ComparedCell* find_cell(const std::vector<ComparedCell>& cells, const std::string& data,
                              quantize::Method method, unsigned bits);

/// Every published cell, with what `ours` has of it. Data sets and methods are matched by name.
Reproduction compare(const study::Summary& ours);

}  // namespace terse::reproduce
