// The number of training rows with each code.
#pragma once

#include <cstdint>
#include <span>

#include "terse/data/table.h"
#include "terse/model/model.h"

namespace terse::train {

/// Fills code_rows of every feature of the model from these rows of the table, whose feature
/// columns are the model's in the model's order. Nothing in full precision, which has no codes.
void count_code_rows(model::Model& model, const data::Table& table,
                     std::span<const std::uint32_t> rows);

}  // namespace terse::train
