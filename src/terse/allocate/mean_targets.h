// The simplest decoder there is: the mean target of the training rows with the same codes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "terse/allocate/shrink.h"
#include "terse/allocate/task.h"

namespace terse::allocate {

/// One feature's codes of a network's rows.
struct FeatureCodes {
  std::size_t levels;
  std::vector<std::uint8_t> trained;   ///< of each training row
  std::vector<std::uint8_t> measured;  ///< and of each measured row
};

/// thresholds: ascending, at most 255 (quantize::levels_max less one).
FeatureCodes feature_codes(const ShrinkingNetwork& network, std::size_t feature,
                           std::span<const float> thresholds);

/// Begins with one message for all rows, which each split() tells apart further. A mean of few rows
/// is drawn towards that of the message without the last split: by as many rows as the variance
/// within messages is times that between them (empirical Bayes; Efron and Morris, Journal of the
/// American Statistical Association 68, 1973).
class MeanTargets {
 public:
  /// Both must outlive it.
  MeanTargets(const ShrinkingNetwork& network, const Task& task);

  /// Adds a code to the message.
  void split(const FeatureCodes& codes);

  /// The mean over the measured rows, weighted: squared error of a number, whatever the task's
  /// loss, or cross entropy.
  double measured_loss() const;

 private:
  void count(std::span<const float> parents, std::size_t levels);

  const ShrinkingNetwork& network_;
  const Task& task_;
  std::size_t outputs_;
  std::vector<std::uint32_t> trained_;   ///< the message of each training row
  std::vector<std::uint32_t> measured_;  ///< and of each measured row
  std::vector<float> means_;             ///< messages x outputs: a number, or shares of the classes
};

}  // namespace terse::allocate
