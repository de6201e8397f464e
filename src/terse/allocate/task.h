// The task, a number or one of several classes to predict, and the loss of a prediction.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "terse/data/table.h"
#include "terse/inference/loss.h"
#include "terse/train/options.h"
#include "terse/train/preparation.h"

namespace terse::allocate {

struct Task {
  std::size_t classes = 0;           ///< 0: a number
  std::vector<float> class_weights;  ///< one per class, or empty: 1 each
  inference::Loss number_loss = inference::Loss::squared_error;  ///< of a number
  double quantile = 0.5;                                         ///< of Loss::quantile

  /// Outputs of the network.
  std::size_t outputs() const { return classes == 0 ? 1 : classes; }
  /// The loss of a number above that of the best output, or weighted cross entropy: never negative,
  /// so that shares of it mean something. scores: outputs(); target: as a preparation
  /// has it (standardised), or a class.
  double loss(std::span<const float> scores, float target) const;
  /// How far a prediction moved: squared difference, or Kullback-Leibler divergence.
  double shift(std::span<const float> before, std::span<const float> after) const;
};

/// That of the table, with the class weights of its preparation and the loss of the training.
Task task_of(const data::Table& table, const train::Preparation& prepared,
             const train::Options& training);

}  // namespace terse::allocate
