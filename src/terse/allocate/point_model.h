// The deployed model of a point of the curve.
#pragma once

#include <cstdint>
#include <span>

#include "terse/allocate/allocate.h"
#include "terse/data/table.h"
#include "terse/model/model.h"

namespace terse::allocate {

/// The model of one point: trained on all rows for the final epochs, then given its decoder.
/// Packing is mixed radix where that saves a byte, else bits. A categorical feature that is not
/// sent is not among the model's features, nor is a level that is not sent.
model::Model model_of(const CurvePoint& point, const data::Table& table,
                      std::span<const std::uint32_t> rows, const train::Options& training,
                      const AllocateOptions& options, const train::Observer& observer = {});

/// The table with the model's readings alone, in its order.
data::Table table_for(const model::Model& model, const data::Table& table);

}  // namespace terse::allocate
