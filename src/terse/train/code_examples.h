// The rows that trees are grown on: the codes a device would send, as numbers, or scaled readings
// in full precision, with targets and weights.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "terse/base/matrix.h"
#include "terse/boosted/boosting.h"
#include "terse/data/split.h"
#include "terse/data/table.h"
#include "terse/model/model.h"
#include "terse/train/options.h"
#include "terse/train/preparation.h"

namespace terse::train {

struct CodeExamples {
  base::Matrix inputs;
  std::vector<float> targets;
  std::vector<float> weights;  ///< empty: 1 each

  boosted::Examples examples() const { return {inputs, targets, weights}; }
};

/// rows x inputs of trees: the codes a device would send, as numbers, or scaled readings.
base::Matrix code_inputs(const model::Model& model, base::ConstMatrixView readings);

/// Of the rows at these places among the prepared ones, once or, where levels are to be taught that
/// few rows have, in several copies with other readings dropped. readings: of all prepared rows,
/// raw units. target: its number among several, from 0.
CodeExamples code_examples(const model::Model& model, const base::Matrix& readings,
                           const Preparation& prepared, std::span<const std::uint32_t> places,
                           const Options& options, std::size_t target = 0);

/// Positions of the rows that decide when to stop (test), a tenth of them, and of the others; below
/// 50 rows none decides.
data::Split stopping_rows(const data::Table& table, std::span<const std::uint32_t> rows,
                          const Options& options);

}  // namespace terse::train
