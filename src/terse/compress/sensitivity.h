// The sensitivity of predictions to the rounding of one layer alone, measured.
#pragma once

#include <vector>

#include "terse/base/matrix.h"
#include "terse/compress/coded_rows.h"
#include "terse/compress/float_network.h"

namespace terse::compress {

/// layers x 4 (model::decoder::weight_widths): mean squared change of the prediction on these rows,
/// or mean Kullback-Leibler divergence (nats) of the predicted class probabilities from the float
/// ones, with only that layer rounded to that width.
std::vector<std::vector<double>> sensitivities(const FloatNetwork& network, const CodedRows& rows);

/// The same change between two outputs of the last layer.
double prediction_change(const base::Matrix& before, const base::Matrix& after, bool classes);

}  // namespace terse::compress
