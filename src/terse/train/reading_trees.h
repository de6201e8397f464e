// A decoder that gives readings back: the value of a reading's own code, and trees of all codes
// where other readings say where in its bin it is.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "terse/boosted/boosting.h"
#include "terse/data/table.h"
#include "terse/model/model.h"
#include "terse/train/preparation.h"

namespace terse::train {

/// A value per code of a feature, standardised.
struct BinValues {
  std::size_t feature = 0;
  std::vector<float> values;

  float of(std::span<const float> codes) const {
    return values[static_cast<std::size_t>(codes[feature])];
  }
};

/// The middle of each bin. thresholds: ascending; low, high: where the first and last bin end.
std::vector<double> bin_centres(std::span<const float> thresholds, double low, double high);

/// One balanced tree that gives the value of the code.
model::decoder::Trees bin_tree(const BinValues& bins);

/// Trees of what the own code leaves open: targets less its value. rows: of codes.
boosted::Boosted residual_trees(const BinValues& bins, const boosted::Examples& training,
                                const boosted::Examples& validation,
                                const boosted::BoostingOptions& options);

/// How far off each row is. more: what is added to the bin's value; null: nothing.
std::vector<double> absolute_errors(const BinValues& bins, const model::decoder::Trees* more,
                                    const boosted::Examples& rows);

/// The least error that this share of the rows does not exceed; share above 0, errors not empty.
double error_quantile(std::vector<double> errors, double share);

/// Standardised errors that are no larger than the tolerance, but for what rounding adds.
std::size_t rows_within(std::span<const double> errors, double tolerance);

/// Whether this number of rows shows that at least 95 of 100 are within.
bool shown_within(std::size_t within, std::size_t rows);

/// Gives the model, whose targets are its readings, such a decoder. As give_boosted_decoder(). A
/// number's bins have the mean of their rows or, where options.tolerances has it (in units), their
/// centres. Trees of other readings are kept only if they lower the error on a tenth of the rows,
/// which also says when they stop growing: the mean squared error or, where a reading does not keep
/// its tolerance alone, that of 95 of 100 rows, and then no more trees than keep it. A category is
/// what its code says.
void give_reading_trees(model::Model& model, const data::Table& table,
                        std::span<const std::uint32_t> rows, const Preparation& prepared,
                        const Options& options, const std::function<void(unsigned)>& on_round = {});

}  // namespace terse::train
