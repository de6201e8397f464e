// The findings of a study: the losses of every method at every bit width, compared. Room report
// draws from this alone; write_summary() puts it into files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "terse/stats/further_splits.h"
#include "terse/stats/interval.h"
#include "terse/stats/non_inferiority.h"

namespace terse::study {

/// One method at one bit width on one data set.
struct Cell {
  std::string data;    ///< as named on the command line, and in tables
  std::string method;  ///< "bw-sq"
  unsigned bits = 0;   ///< 0 for fp
  double payload_bits = 0;
  double payload_bytes = 0;
  double compression = 1;      ///< 32 * features / payload_bits
  std::vector<double> losses;  ///< one per split, the task's loss (regression: mse on the
                               ///< standardised target); NaN for a training that failed
  stats::Interval loss;        ///< over the splits that did not fail
  /// Classification: mean share of the test rows that got their label; else NaN.
  double accuracy = std::numeric_limits<double>::quiet_NaN();
  double train_seconds_mean = 0;
  std::vector<std::pair<std::string, std::string>> settings;  ///< the winner of the search
};

/// A method against the reference (fp) on the same splits.
struct Comparison {
  std::string data, method;
  unsigned bits = 0;
  /// The paper's rule (section 4.2): intervals not disjoint, or mean lower. It grows kinder the
  /// fewer splits there are, so it shows nothing by itself.
  bool intervals_overlap = false;
  double loss_ratio = 1;  ///< mean loss / mean loss of the reference
  /// What the splits show, held against Summary::margin and corrected for the widths of the method.
  stats::Comparison evidence = {};
};

/// The fewest bits at which a method is as good as the reference; nothing if no width of the study
/// is.
struct TippingPoint {
  std::string data, method;
  std::optional<unsigned> bits_overlap;  ///< by the paper's rule
  double compression_overlap = 0;        ///< 0 without
  std::optional<unsigned> bits_shown;    ///< whose loss is shown to be within the margin, or lower
  double compression_shown = 0;          ///< 0 without
  /// The fewest bits at which nothing is shown yet, if that is below bits_shown; and what would
  /// tell.
  std::optional<unsigned> bits_open;
  stats::FurtherSplits further;
};

/// The distribution of a feature's readings, and the thresholds of the methods.
struct FeatureHistogram {
  std::string data, feature, unit;
  std::vector<double> edges;        ///< counts + 1, rising, raw units
  std::vector<std::size_t> counts;  ///< rows per interval
  /// "bw-sq 3 bits" and its thresholds in raw units, those of the first split; up to 5 bits.
  std::vector<std::pair<std::string, std::vector<double>>> thresholds;
};

struct Summary {
  std::vector<Cell> cells;  ///< by data set, method and bits, in the order of the plan
  std::vector<Comparison> comparisons;
  std::vector<TippingPoint> tipping_points;
  std::vector<FeatureHistogram> histograms;
  std::string command, version, hardware;
  std::uint64_t seed = 0;
  std::size_t splits = 0;
  double margin = 0.02;            ///< share of the reference's loss that counts as equal
  stats::Resampling resampling;    ///< of the splits
  std::vector<std::string> notes;  ///< trainings that failed or are missing, ...
};

/// Null if the study has no such cell.
const Cell* find_cell(const Summary& summary, std::string_view data, std::string_view method,
                      unsigned bits);
/// Of this cell with the reference; null if it has none.
const Comparison* find_comparison(const Summary& summary, const Cell& cell);

}  // namespace terse::study
