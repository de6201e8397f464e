// A number with an interval: three outputs of one network, the prediction and the ends between
// which a share of new rows lies.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "terse/base/matrix.h"
#include "terse/data/table.h"
#include "terse/inference/parameters.h"
#include "terse/model/model.h"
#include "terse/train/options.h"

namespace terse::train {

struct Observer;  // observer.h

/// Adds the ends as two targets with the values of the first, "NAME lower" and "NAME upper". Throws
/// OptionError unless there is one target, a number.
void add_interval_targets(data::Table& table);

/// Of a model of such three targets whose record has it: the share of rows; otherwise 0.
double recorded_interval(const model::Model& model);

/// The last layer of a network, three outputs, made so that they cannot cross: lower = prediction -
/// (a x + c), where x, the units before it after ReLU, are not below 0, and neither are a and c;
/// upper likewise. a and c minimise the pinball loss of the quantile, by projected gradient descent
/// from what the network has learned. units: rows x units, at least 0; targets: rows.
void fit_ends(inference::DenseLayer& layer, base::ConstMatrixView units,
              std::span<const float> targets, double share);

/// Moves both ends out, or in, by one number so that `share` of these rows, which training has not
/// seen, lie between them: conformalised quantile regression (Romano, Patterson, Candes, NeurIPS
/// 2019). New rows like them then do with a probability of at least `share`. outputs: rows x 3, of
/// this layer.
void calibrate_ends(inference::DenseLayer& layer, base::ConstMatrixView outputs,
                    std::span<const float> targets, double share);

/// Trains such a model on nine tenths of the rows; the last tenth, by the rule of options.split,
/// calibrates. table: with add_interval_targets(). Throws InputError for fewer than 100 rows.
model::Model train_with_interval(const data::Table& table, std::span<const std::uint32_t> rows,
                                 const Options& options, const Observer& observer);

}  // namespace terse::train
