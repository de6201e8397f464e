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

#include "terse/stats/interval.h"

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
  bool interval_overlaps = false;   ///< the paper's rule: intervals not disjoint, or mean lower
  double loss_ratio = 1;            ///< mean loss / mean loss of the reference
  double paired_p = 1;              ///< two-sided paired t-test
  bool within_two_percent = false;  ///< the stricter paired rule: loss_ratio at most 1.02
};

/// The fewest bits at which a method is as good as the reference, by either rule; nothing if no
/// width of the study is.
struct TippingPoint {
  std::string data, method;
  std::optional<unsigned> bits_interval, bits_paired;
  double compression_interval = 0, compression_paired = 0;  ///< 0 without a tipping point
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
  std::vector<std::string> notes;  ///< trainings that failed or are missing, ...
};

/// Null if the study has no such cell.
const Cell* find_cell(const Summary& summary, std::string_view data, std::string_view method,
                      unsigned bits);
/// Of this cell with the reference; null if it has none.
const Comparison* find_comparison(const Summary& summary, const Cell& cell);

}  // namespace terse::study
