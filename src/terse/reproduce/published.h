// The published results to compare a reproduction with: Trainable Bitwise Soft Quantization for
// Input Feature Compression (arXiv 2603.05172).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "terse/quantize/method.h"
#include "terse/quantize/schedule.h"
#include "terse/stats/interval.h"
#include "terse/study/summary.h"

namespace terse::reproduce {

/// The setting that won the published search of 100 draws, and what it gave (appendix D; tables 2,
/// 9, 10 and 11 follow from these).
struct PublishedTraining {
  std::string data;
  unsigned bits = 0;  ///< 0 for fp
  quantize::Method method = quantize::Method::fp;
  std::size_t hidden_layers = 0, units = 0;
  unsigned epochs = 0;
  double learning_rate = 0, dropout = 0, temperature_end = 0;
  double mse = 0;        ///< mean over ten random splits, standardised target
  double deviation = 0;  ///< standard deviation over them
  double seconds = 0;    ///< of one training on an RTX 4090

  /// The 95% t-interval of ten splits.
  stats::Interval interval() const;
};

/// Tables 6 (wine_quality, 2 bits) and 7 (superconduct, 7 bits).
struct PublishedSchedule {
  std::string data;
  unsigned bits = 0;
  quantize::Schedule schedule = quantize::Schedule::exponential;
  double temperature_end = 0;
  double mse = 0;  ///< mean validation MSE of four folds
};

/// Table 5, with the number at https://openml.org.
struct PublishedData {
  std::string name;
  std::size_t rows = 0, features = 0;
  unsigned openml = 0;
};

/// All of them, in the order of the publication; read once.
const std::vector<PublishedTraining>& published_trainings();
const std::vector<PublishedSchedule>& published_schedules();
const std::vector<PublishedData>& published_data();

/// Null if the paper has no such cell; fp counts at every width.
const PublishedTraining* find_published(const std::string& data, quantize::Method method,
                                        unsigned bits);

/// Splits of the publication.
inline constexpr unsigned published_splits = 10;

}  // namespace terse::reproduce
