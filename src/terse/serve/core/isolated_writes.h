// Writing to the store in such a way that a row which no store could keep hurts itself alone.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>

#include "terse/serve/store/store.h"

namespace terse::serve::core {

/// What became of a row. outcome: null if its data cannot be kept; then `problem` is the store's
/// own text, which is for the log.
using RowSettled =
    std::function<void(std::size_t row, const store::Outcome* outcome, const std::string& problem)>;

/// Writes all at once. If the data of one is at fault, halves until it stands alone; the others are
/// kept. settled is called once per row, as soon as the row is durable or given up. A refusal that
/// cannot be kept is told to `dropped` and left out, without an id. Throws JobError for a failure
/// that may pass: the rows that were not settled are not in the store.
void write_isolated(store::Store& store, std::span<const store::Row> rows,
                    std::span<store::Refusal> refusals, const RowSettled& settled,
                    const std::function<void(const std::string& problem)>& dropped);

}  // namespace terse::serve::core
