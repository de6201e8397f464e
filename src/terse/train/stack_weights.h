// The weights of several predictions of the same rows in their sum.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "terse/base/matrix.h"
#include "terse/train/options.h"

namespace terse::train {

/// What members predict of rows they have not seen, and what is true.
struct StackRows {
  std::vector<base::Matrix> outputs;  ///< per member rows x outputs: numbers or scores of classes
  std::vector<float> targets;         ///< as a preparation has them
  std::vector<float> weights;         ///< empty: 1 each
  std::size_t classes = 0;            ///< 0: a number
  Objective objective;                ///< of a number
};

/// One weight per member, none negative, that minimise the loss on these rows. Of a number they sum
/// to 1: non-negative least squares (Lawson and Hanson, 1974; here by coordinates), reweighted for
/// absolute errors; of poisson, and of classes by cross entropy, any sum. members: which may have a
/// weight above 0. rows: places.
std::vector<double> stack_weights(const StackRows& rows, const std::vector<bool>& members,
                                  std::span<const std::uint32_t> places);

/// The mean loss of the weighted sum.
double stack_loss(const StackRows& rows, std::span<const double> weights,
                  std::span<const std::uint32_t> places);

/// The same of weights that each quarter of the rows gets from the other three.
double crossed_stack_loss(const StackRows& rows, const std::vector<bool>& members);

}  // namespace terse::train
