// Training options by the library's own table.
#pragma once

#include <nanobind/nanobind.h>

#include <optional>
#include <string>

#include "terse/train/options.h"
#include "terse/train/protocol.h"
#include "terse/train/training_table.h"

namespace terse::python {

/// `start` with the options of a dict by their names. Throws OptionError for a name that the table
/// does not have and for a value of another kind.
train::Options options_with(const train::Options& start, std::optional<train::Protocol> protocol,
                            const nanobind::dict& given);

/// What the user says of the columns, from the keys target, features, ignore, task, missing,
/// categorical, dates.
train::TableWishes wishes_of(const nanobind::dict& given);

}  // namespace terse::python
