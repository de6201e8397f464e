// The predictions of a network whose weights and activations are rounded, and their losses.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "terse/base/matrix.h"
#include "terse/compress/coded_rows.h"
#include "terse/compress/float_network.h"

namespace terse::compress {

/// Of each layer but the last the step of its activations: their 99.9th percentile / 255, over
/// these rows (at most 8192, evenly spread), with weights rounded to `widths`.
std::vector<float> calibrated_activations(const FloatNetwork& network, const Widths& widths,
                                          const CodedRows& rows);

/// Outputs of the last layer, rows x outputs, with weights rounded to `widths`, and with
/// activations rounded to their steps unless `activation_scales` is empty.
base::Matrix outputs(const FloatNetwork& network, const Widths& widths,
                     std::span<const float> activation_scales, const CodedRows& rows);

/// The loss of each row of what outputs() gives, times its weight, and above that of the best
/// output: never negative.
std::vector<double> losses_of(const base::Matrix& outputs, const CodedRows& rows);
/// Their mean.
double loss_of(const base::Matrix& outputs, const CodedRows& rows);

/// The sum of the losses of these outputs, one row for each of `indices`; the gradient of their
/// mean goes to `gradient`.
double loss_and_gradient(base::ConstMatrixView outputs, const CodedRows& rows,
                         std::span<const std::uint32_t> indices, base::MatrixView gradient);

}  // namespace terse::compress
