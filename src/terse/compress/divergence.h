// The divergence of a layer's weights from their rounded copies (SigmaQuant, arXiv 2602.22136).
#pragma once

#include <cstddef>

#include "terse/base/matrix.h"

namespace terse::compress {

/// Kullback-Leibler divergence (nats) of the histogram of the weights from that of their rounded
/// copies, each in units of its channel's scale, the mass of an integer spread evenly over the
/// weights that round to it. 64 bins below 10^4 weights, else 256; less the bias (occupied - 1) /
/// (2 weights), not below 0.
double rounding_divergence(base::ConstMatrixView weights, bool channel_is_column, unsigned bits);

/// Population standard deviation of all weights.
double standard_deviation(base::ConstMatrixView weights);

}  // namespace terse::compress
